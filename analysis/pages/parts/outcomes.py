"""The results of a study on a page: two figures first, then more, by tabs."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis import charts
from analysis.arms import Arms, end_points
from analysis.charts.arms import compared, dots, linked
from analysis.charts.one_run import happenings
from analysis.charts.parts import month_word
from analysis.exhibits import exhibits, model_table, oversight_exhibits, share_table
from analysis.pages.parts.cards import SAFE, cards
from analysis.pages.parts.figures import behind, draw, figure, figure_of, heading, made, opened
from analysis.pages.parts.guard import piece
from analysis.pages.parts.public_money import public_money
from analysis.pages.parts.why import why
from analysis.paired import difference_table, pairs
from analysis.sentences import course
from analysis.tables import RunTables, median_replication, outcome
from analysis.units import amount, share
from analysis.why import case_of
from sim.outcomes import OUTCOMES
from sim.scenario import Scenario

Arm = tuple[str, RunTables]  # label, runs of one scenario
LINKED = ["effective_number", "flagship_price", "revenue", "training_outlay"]
COMPARED = [o.name for o in OUTCOMES if o.unit != "0/1"]


def label(name: str) -> str:
    """An outcome in words."""
    return outcome(name).label


def two_figures(arms: Arms, tables: RunTables) -> None:
    """How many providers count, against the baseline, and who they are."""
    left, right = st.columns(2, gap="medium")
    with left:
        over_time(arms, "effective_number", "structure")
    with right:
        figure_of("shares", _shares, _share_table, tables)


def over_time(arms: Arms, name: str, key: str) -> None:
    """The course of an outcome in each scenario."""
    figure_of(key, _compared, _side_by_side, name, *arms.items())


def _compared(name: str, *arms: Arm) -> go.Figure:
    return compared({label: tables.months for label, tables in arms}, name)


def _side_by_side(name: str, *arms: Arm) -> pd.DataFrame:
    """A column for each scenario."""
    parts = [
        course(tables.months, [name]).set_index("Month").iloc[:, 0].rename(label) for label, tables in arms
    ]
    return pd.concat(parts, axis=1).reset_index()


def at_the_end(arms: Arms, name: str, key: str) -> None:
    """An outcome at the end of every run of each scenario."""
    figure_of(key, _dots, _end_points, name, *arms.items())


def _dots(name: str, *arms: Arm) -> go.Figure:
    return dots(end_points(dict(arms), name), name)


def _end_points(name: str, *arms: Arm) -> pd.DataFrame:
    return end_points(dict(arms), name).rename(columns={"value": label(name)})


def _shares(tables: RunTables) -> go.Figure:
    return charts.shares(tables.providers, median_replication(tables.months))


def _share_table(tables: RunTables) -> pd.DataFrame:
    return share_table(tables.providers, median_replication(tables.months))


def more(arms: Arms, tables: RunTables, scenario: Scenario) -> None:
    """Further views of the runs."""
    opened(
        "more",
        {
            "Every run": lambda: _every_run(arms),
            "One month": lambda: _one_month(tables),
            "What happened": lambda: _events(tables, scenario),
            "Safety and access": lambda: _safety(arms, tables),
            "Public money": lambda: public_money(tables, scenario),
            "Providers and models": lambda: _models(tables),
            "All figures": lambda: _rest(tables),
        },
    )


@piece
def _every_run(arms: Arms) -> None:
    first = COMPARED.index("mean_price")
    name = st.selectbox("Result", COMPARED, first, key="every run", format_func=label)
    left, right = st.columns(2, gap="medium")
    with left:
        at_the_end(arms, name, "dots")
    with right:
        over_time(arms, name, "compared")
    if len(arms) > 1:
        st.subheader("Differences between runs of equal luck", anchor=False)
        st.dataframe(made(_differences, *arms.values()), hide_index=True)


def _differences(base: RunTables, yours: RunTables) -> pd.DataFrame:
    return difference_table(pairs(base, yours), ("Baseline", "Yours"))


def _dates(tables: RunTables) -> list[pd.Timestamp]:
    return list(tables.months["date"].drop_duplicates().sort_values())


@piece
def _one_month(tables: RunTables) -> None:
    """One cursor through several figures, and the providers in that month."""
    dates = _dates(tables)
    left, right = st.columns([3, 2], gap="large")
    chosen = left.multiselect("Series", COMPARED, LINKED, key="linked series", format_func=label)
    cursor = (
        right.select_slider("Month", dates, dates[-1], key="cursor", format_func=month_word)
        if len(dates) > 1
        else dates[0]
    )
    fig = linked(tables.months, chosen, cursor)
    with st.container(border=True):
        draw(fig, "linked")
    replication = median_replication(tables.months)
    st.subheader(f"Providers in {month_word(cursor)}", anchor=False)
    st.caption(f"Replication {replication}: the one whose final number of providers is the median.")
    st.dataframe(provider_words(tables.providers, replication, cursor), hide_index=True)


def provider_words(providers: pd.DataFrame, replication: int, date: pd.Timestamp) -> pd.DataFrame:
    """The providers in a month of a run."""
    rows = providers[(providers["replication"] == replication) & (providers["date"] == date)]
    units = {"revenue": "USD/month", "training": "USD/month", "cash": "USD", "price": "USD/Mtoken"}
    table = pd.DataFrame({"Provider": rows["provider"].str.replace("_", " ")})
    table["In business"] = rows["alive"].map({1.0: "yes", 0.0: "no"})
    table["Share"] = [f"{value:.0%}" if value == value else "" for value in rows["share"]]
    for name, unit in units.items():
        table[name.capitalize()] = [amount(value, unit) for value in rows[name]]
    table["Capability"] = [amount(value, "nat") for value in rows["capability"]]
    for name, words in {"trust": "Trust", "audit_depth": "Hazard found"}.items():
        table[words] = ["" if value != value else share(value) for value in rows[name]]
    return table


@piece
def _events(tables: RunTables, scenario: Scenario) -> None:
    """The events of one run; of one of them the causes, and the run without it."""
    replication = median_replication(tables.months)
    own = tables.events[tables.events["replication"] == replication]
    kinds = sorted(own["kind"].unique())
    usual = [kind for kind in kinds if kind != "training"] or kinds
    chosen = st.pills(
        "Kinds", kinds, selection_mode="multi", default=usual, key="event kinds",
        format_func=lambda kind: kind.replace("_", " "),
    )  # fmt: skip
    shown = own[own["kind"].isin(chosen)]
    with st.container(border=True):
        fig = happenings(shown)
        st.caption(f"Replication {replication}. Click an event: what led to it, and the same run without it.")
        picked = draw(fig, "timeline", on_select="rerun")
    number = _picked(picked)
    if number is not None:
        why(case_of(tables, scenario, replication, number))
    table = shown.assign(When=shown["date"].map(month_word), Who=shown["who"].str.replace("_", " "))
    table = table.rename(columns={"kind": "Kind", "text": "What"})[["When", "Who", "Kind", "What"]]
    behind(table, "events")


def _picked(state: object) -> int | None:
    points = getattr(getattr(state, "selection", None), "points", [])
    return int(points[0]["customdata"]) if points and "customdata" in points[0] else None


@piece
def _safety(arms: Arms, tables: RunTables) -> None:
    """Trust, audits, harm and access at the end, against the baseline, and over time."""
    sides = list(arms.values())
    cards(tables, sides[0] if len(sides) > 1 else None, SAFE)
    for exhibit in oversight_exhibits(tables):
        figure(exhibit.figure, exhibit.table, f"tab {exhibit.key}")


def _models(tables: RunTables) -> None:
    replication = median_replication(tables.months)
    dates = _dates(tables)
    st.subheader(f"Providers in {month_word(dates[-1])}", anchor=False)
    st.dataframe(provider_words(tables.providers, replication, dates[-1]), hide_index=True)
    st.subheader("Model generations", anchor=False)
    st.caption("In order of release; the result is what a generation has earned less what it cost.")
    st.dataframe(model_table(tables.vintages, replication), hide_index=True)


@piece
def _rest(tables: RunTables) -> None:
    """Every figure of the report, one at a time."""
    found = {exhibit.key: exhibit for exhibit in exhibits(tables)}
    key = st.selectbox("Figure", list(found), key="any figure", format_func=lambda key: found[key].title)
    exhibit = found[key]
    with st.container(border=True):
        heading(exhibit.figure)
        draw(exhibit.figure, "any")
        behind(exhibit.table, "any")
