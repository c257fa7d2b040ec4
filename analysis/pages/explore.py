"""Explore: change levers or any value, and see what comes of it against the baseline."""

import streamlit as st

from analysis.pages.parts import background, controls, outcomes, state
from analysis.pages.parts.cards import cards
from analysis.pages.parts.guard import escaped, tell
from analysis.pages.parts.reproduce import reproduce
from analysis.playing import Job, Order
from analysis.sentences import changed_paragraph
from analysis.study import Study
from analysis.tables import RunTables
from sim.errors import UserError
from sim.model import LARGEST_SEED, LONGEST_RUN

MANY = 64  # runs after refinement
BASE, YOURS = "Baseline", "Yours"


def page() -> None:
    """Draw the page."""
    state.begin()
    tell(st.session_state.link_problems)
    with st.sidebar:
        _levers()
    st.title("Explore", anchor=False)
    results, everything = st.container(), st.container()
    with everything:
        _everything()
    with results:
        _results()


def _levers() -> None:
    """Scenario, levers and what is to be done with them."""
    with st.container(horizontal=True):
        st.button(
            "Apply", type="primary", on_click=state.apply_draft, disabled=not _sound(), width="stretch",
            help="Play the market with these values.", key="apply",
        )  # fmt: skip
        st.button("Undo", on_click=state.undo, disabled=not st.session_state.past, key="undo")
        st.button("Reset", on_click=state.reset, disabled=not state.draft().settings, key="reset")
    scenarios = state.all_shipped()
    st.session_state["scenario"] = state.draft().scenario
    st.selectbox(
        "Scenario", list(scenarios), format_func=lambda name: scenarios[name], key="scenario",
        on_change=lambda: state.revise(scenario=st.session_state["scenario"]),
    )  # fmt: skip
    controls.levers()
    with st.expander("Length and luck"):
        _count("Months", "months", state.resolved_months(), 1, LONGEST_RUN)
        _count("Seed", "seed", state.draft().seed, 0, LARGEST_SEED)


def _count(label: str, name: str, value: int, low: int, high: int) -> None:
    st.session_state[f"count {name}"] = value
    st.number_input(
        label, low, high, key=f"count {name}", step=1,
        on_change=lambda: state.revise(**{name: st.session_state[f"count {name}"]}),
    )  # fmt: skip


def _sound() -> bool:
    """Whether there is something to apply that can be played."""
    if not state.is_stale():
        return False
    try:
        state.resolved(state.draft())
    except UserError:
        return False
    return True


def _results() -> None:
    study = state.applied()
    orders = _orders(study)
    job = background.follow("explore", *orders)
    _badges(study, job)
    try:
        state.resolved(state.draft())
    except UserError as error:
        tell(error.problems)
    background.watch("explore", job)
    tables, base = background.tables(study, job), _base(job)
    _refine(job)
    if tables is None:
        st.info(
            "The first figures come when the first run is done." if job.running else "Nothing was played."
        )
        return
    cards(tables, base if len(orders) > 1 else None)
    arms = {BASE: base, YOURS: tables} if len(orders) > 1 and base else {YOURS: tables}
    outcomes.two_figures(arms, tables)
    outcomes.more(arms, tables)
    with st.container(border=True):
        st.subheader("What you changed", anchor=False)
        st.markdown(escaped(changed_paragraph({"changed": _changed(study)})))
        reproduce(study, orders[0], "explore")


def _orders(study: Study) -> list[Order]:
    """The study, and the baseline of the same length and luck where it is another."""
    count = st.session_state.get("runs wanted", {}).get(study, study.replications)
    first = background.order_of(study, count)
    base = background.order_of(Study(seed=study.seed, months=study.months), count)
    return [first] if base.key == first.key else [first, base]


def _base(job: Job) -> RunTables | None:
    order = job.orders[-1]
    return background.tables(Study(seed=order.seed, months=order.months), job, len(job.orders) - 1)


def _changed(study: Study) -> list[dict[str, object]]:
    return list(state.resolved(study).changes)


def _badges(study: Study, job: Job) -> None:
    """What is shown, and whether it still stands."""
    changes = len(study.settings)
    with st.container(horizontal=True):
        st.badge(escaped(state.all_shipped()[study.scenario]), color="gray")
        st.badge(f"{changes} change{'' if changes == 1 else 's'}" if changes else "as shipped", color="blue")
        st.badge(f"{len(job.runs())} of {job.orders[0].replications} runs", color="gray")
        if state.is_stale():
            st.badge("Values moved since: press Apply", color="orange")


def _refine(job: Job) -> None:
    """Offer more runs once the first are there."""
    asked = job.orders[0].replications
    if job.running or job.cancelled or asked >= MANY or job.problems:
        return
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.caption(
        f"{asked} runs tell the direction; {MANY} tell the spread. Below 32 runs every run is drawn, and "
        "counts stand in place of percentages."
    )
    right.button(f"Refine to {MANY} runs", key="refine", on_click=_ask_for_more, width="stretch")


def _ask_for_more() -> None:
    st.session_state["runs wanted"] = {state.applied(): MANY}


def _everything() -> None:
    with st.expander("All parameters"):
        st.caption(
            "Every value of the market, with unit, supported range and source. What you change is marked "
            f"with {controls.CHANGED.strip()}; press Apply at the left to play it."
        )
        try:
            controls.parameters(state.resolved(state.draft()))
        except UserError:
            st.caption("Take back the value that does not fit first: Undo at the left.")
