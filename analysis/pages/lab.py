"""Your lab: send a provider of your own into the market; its numbers stay in this session."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analysis.charts.one_run import domain_shares, purse, share_by_domain
from analysis.lab import NAME, Lab, fate, settings_of
from analysis.pages.parts import background, state
from analysis.pages.parts.figures import figure
from analysis.pages.parts.outcomes import over_time
from analysis.pages.parts.reproduce import reproduce
from analysis.paired import difference_table, pairs
from analysis.playing import Job
from analysis.tables import RunTables
from analysis.units import plain, share
from sim.scenario import Scenario

RUNS = 8
OWNERS = {
    "startup": "Startup: lives on rounds of investors",
    "corporate": "Part of a company: lives on its parent's patience",
    "champion": "National champion: lives on public money",
    "commons": "Member-owned",
}
TIERS = {
    "api": "Plain access",
    "hosted_tuning": "Hosted tuning",
    "full_tuning": "Full tuning",
    "activations": "Outputs-only tuning",
    "economy": "Small model",
}


def page() -> None:
    """Draw the page."""
    state.begin()
    st.title("Your lab", anchor=False)
    st.markdown(
        "Send a provider of your own into the market as it is applied on the page **Explore**, from the "
        "first month. What you enter here stays in this session and is never part of a link."
    )
    study = state.applied()
    lab = _form(state.resolved(study))
    if lab is None:
        return
    yours = replace(study, settings=settings_of(study, lab))
    orders = [background.order_of(study, RUNS), background.order_of(yours, RUNS)]
    job = background.follow("lab", *orders)
    background.watch("lab", job)
    without, inside = background.tables(study, job), background.tables(yours, job, 1)
    if inside is None:
        return
    _fate(inside, lab)
    _figures(job, inside)
    if without is not None:
        _others(without, inside)
    reproduce(yours, orders[1], "your-lab")


def _form(scenario: Scenario) -> Lab | None:
    """The lab as it was last sent in; nothing before."""
    with st.form("lab", border=True):
        money, skill, shop = st.columns(3, gap="large")
        given: dict[str, Any] = {}
        with money:
            st.subheader("Money", anchor=False)
            given["cash"] = _million("Cash at the start", 500.0)
            given["backing"] = _million("New money a year", 300.0)
            given["credit"] = _million("Credit it may draw", 0.0)
            given["overhead"] = _million("Fixed cost a year", 20.0)
        with skill:
            st.subheader("Skill", anchor=False)
            given["efficiency"] = st.slider(
                "Engineering", 0.3, 2.5, 1.0, 0.1,
                help="What it gets out of a dollar of computing; the best of the others have 1.2.",
            )  # fmt: skip
            given["largest"] = 1e6 * st.select_slider(
                "Largest run it has managed", [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0], 2.0,
                format_func=lambda x: f"{x:g} million USD",
                help="Far larger runs buy less at first: organisations do not scale at once.",
            )  # fmt: skip
            given["ownership"] = st.selectbox("Owner", list(OWNERS), format_func=lambda key: OWNERS[key])
        with shop:
            st.subheader("Strategy", anchor=False)
            places = [government.name for government in scenario.config.governments]
            given["jurisdiction"] = st.selectbox(
                "Home", places, format_func=lambda n: n.replace("_", " ").title()
            )
            known = [tier.name for tier in scenario.config.tiers]
            given["tiers"] = tuple(
                st.pills(
                    "Sells",
                    known,
                    selection_mode="multi",
                    default=known,
                    wrap=True,
                    format_func=lambda name: TIERS.get(name, name),
                )
            )
            given["open_weights"] = st.toggle("Gives its weights away")
        if st.form_submit_button("Send it into the market", type="primary"):
            st.session_state["sent in"] = Lab(**given)
    found: Lab | None = st.session_state.get("sent in")
    return found


def _million(label: str, value: float) -> float:
    """An amount of money that is asked for in millions, in USD."""
    return 1e6 * st.number_input(f"{label}, million USD", 0.0, 1e6, value, 10.0, format="%g")


def _fate(tables: RunTables, lab: Lab) -> None:
    """Survival, runway, payback and share in numbers."""
    ends = fate(tables, lab)
    runs = len(ends)
    st.header("What became of it", anchor=False)
    cards = st.columns(4)
    cards[0].metric(
        "Survives", f"{int(ends['alive'].sum())} of {runs} runs", border=True, height="stretch",
        help="In business in the last month.",
    )  # fmt: skip
    cards[1].metric(
        "Share at the end", _band(ends["share"], lambda value: share(value)), border=True, height="stretch",
        help="Of all providers' revenue in the last twelve months; median over runs.",
    )  # fmt: skip
    cards[2].metric(
        "Runway at its lowest", _band(ends["runway"], _months), border=True, height="stretch",
        help="Months for which cash and credit would have lasted at the losses of the year before, in the "
        "tightest month.",
    )  # fmt: skip
    cards[3].metric(
        "Paid back", f"{int(ends['payback'].notna().sum())} of {runs} runs", _payback(ends["payback"]),
        delta_color="off", delta_arrow="off", border=True, height="stretch",
        help="Sales have covered serving, training and fixed costs since the start.",
    )  # fmt: skip


def _band(values: pd.Series, said: Any) -> str:
    return str(said(float(values.median())))


def _months(value: float) -> str:
    return "no losses" if value == float("inf") else f"{plain(round(value))} months"


def _payback(months: pd.Series) -> str | None:
    known = months.dropna()
    return None if known.empty else f"after {plain(float(known.median()))} months"


def _figures(job: Job, tables: RunTables) -> None:
    left, right = st.columns(2, gap="medium")
    sales = pd.concat([run.sales for run in job.runs(1)], ignore_index=True)
    with left:
        own = tables.providers[tables.providers["provider"] == NAME]
        figure(purse(tables.providers, NAME), own[["replication", "date", "cash", "share", "price"]], "purse")
    with right:
        shares = domain_shares(sales, NAME)
        figure(share_by_domain(sales, NAME), shares, "by field")


def _others(without: RunTables, inside: RunTables) -> None:
    """What its presence changes for everybody."""
    st.header("What it changes for the others", anchor=False)
    arms = {"Without your lab": without, "With your lab": inside}
    left, right = st.columns(2, gap="medium")
    for place, name in ((left, "flagship_price"), (right, "effective_number")):
        with place:
            over_time(arms, name, f"lab {name}")
    with st.expander("All differences"):
        st.dataframe(
            difference_table(pairs(without, inside), ("Without your lab", "With your lab")), hide_index=True
        )
