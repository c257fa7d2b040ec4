"""Explore: change levers or any value, and see what comes of it against the baseline."""

from typing import Any, NamedTuple

import streamlit as st

from analysis.measures import NAMES, problems, told
from analysis.measures import shelf as shelf_of
from analysis.pages.parts import background, controls, outcomes, state
from analysis.pages.parts.cards import cards, market_outcome
from analysis.pages.parts.guard import escaped, tell
from analysis.pages.parts.reproduce import reproduce
from analysis.pages.parts.shelf import shelf
from analysis.pages.parts.stored import stored_for
from analysis.playing import Job, Order
from analysis.sentences import changed_paragraph
from analysis.study import Study
from analysis.tables import RunTables
from sim.errors import UserError
from sim.model import LARGEST_SEED, LONGEST_RUN
from sim.scenario.files import POLICIES

MANY = 64  # runs after refinement
BASE, YOURS = "Baseline", "Yours"


def page() -> None:
    """Draw the page."""
    state.begin()
    tell(st.session_state.link_problems)
    with st.sidebar:
        _levers()
    st.title("Explore", anchor=False)
    shelf()
    results, everything = st.container(), st.container()
    with everything:
        _everything()
    with results:
        _results()
    background.foresee(*_foreseen())
    background.player()  # gets ready for the first Apply while the page is read


def _levers() -> None:
    """Scenario, levers and what is to be done with them."""
    with st.container(horizontal=True):
        st.button(
            "Apply", type="primary", on_click=state.apply_draft, disabled=not _sound(), width="stretch",
            help="Play the market with these values.", key="apply",
        )  # fmt: skip
        st.button("Undo", on_click=state.undo, disabled=not st.session_state.past, key="undo")
        st.button("Reset", on_click=state.reset, disabled=state.is_bare(), key="reset")
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


def _foreseen() -> list[Order]:
    """What Apply would play; it begins while the values are looked over."""
    draft = state.draft()
    return _asked(draft, draft.replications).missing if _sound() else []


class Asked(NamedTuple):
    """A study against the baseline of the same length and luck."""

    order: Order
    base_study: Study
    base_order: Order
    kept: RunTables | None  # runs of that baseline, where they are stored

    @property
    def alone(self) -> bool:
        """Whether the study is that baseline."""
        return self.order.key == self.base_order.key

    @property
    def missing(self) -> list[Order]:
        """What must be played, the study first."""
        orders = (self.order,) if self.alone else (self.order, self.base_order)
        return [order for order in orders if not (self.kept and order.key == self.base_order.key)]


def _asked(study: Study, count: int) -> Asked:
    base = Study(seed=study.seed, months=study.months)
    order, base_order = background.order_of(study, count), background.order_of(base, count)
    return Asked(order, base, base_order, stored_for(base_order))


def _results() -> None:
    study = state.applied()
    count = st.session_state.get("runs wanted", {}).get(study, study.replications)
    asked = _asked(study, count)
    kept, alone, orders = asked.kept, asked.alone, asked.missing
    job = background.follow("explore", *orders) if orders else None
    runs = _badges(study, alone and kept is not None)
    _told_draft()
    bar, more_runs, results, changes = (st.container() for _ in range(4))
    with changes:  # what needs no run comes before those are waited for
        _changes(study, asked.order)
    if job:
        with bar:
            background.watch("explore", job)
    tables = kept if alone and kept else background.tables(study, job) if job else None
    base = kept or (background.tables(asked.base_study, job, 1) if job and not alone else None)
    runs.badge(f"{tables.replications if tables else 0} of {count} runs", color="gray")
    with more_runs:
        _refine(job, count)
    if tables:
        with results:
            _shown(study, tables, None if alone else base)


def _told_draft() -> None:
    """What does not fit in the values as they are being changed; of measures the shelf tells."""
    wrong = problems(state.draft())
    tell(wrong.pop("", []))
    if wrong:
        st.warning("A measure does not fit yet; the shelf above says what to change.")


def _shown(study: Study, tables: RunTables, base: RunTables | None) -> None:
    """The results, against the baseline where they are not its own; first to be ready are the figures."""
    arms = {state.all_shipped()[study.scenario]: tables} if base is None else {BASE: base, YOURS: tables}
    numbers, figures = st.container(), st.container()
    with figures:
        outcomes.two_figures(arms, tables)
    with numbers:
        cards(tables, base)
        market_outcome(tables)
    outcomes.more(arms, tables, state.resolved(study))


def _changes(study: Study, order: Order) -> None:
    """What was changed, in words, and how to play the same elsewhere."""
    with st.container(border=True):
        st.subheader("What you changed", anchor=False)
        for values in shelf_of(study).values():
            st.markdown(f"**{NAMES[values['kind']]}.** {escaped(told(values))}")
        changed = _changed(study)
        if changed or not shelf_of(study):
            st.markdown(escaped(changed_paragraph({"changed": changed})))
        reproduce(study, order, "explore")


def _changed(study: Study) -> list[dict[str, object]]:
    """What differs from the scenario as shipped, measures apart."""
    changes = state.resolved(study).changes
    return [change for change in changes if not change["path"].startswith(f"{POLICIES}.")]


def _badges(study: Study, is_stored: bool) -> Any:
    """What is shown, and whether it still stands; the place for the number of its runs."""
    measures = len(shelf_of(study))
    changes = sum(not path.startswith(f"{POLICIES}.") for path, _ in study.settings)
    with st.container(horizontal=True):
        st.badge(escaped(state.all_shipped()[study.scenario]), color="gray")
        st.badge(f"{changes} change{'' if changes == 1 else 's'}" if changes else "as shipped", color="blue")
        if measures:
            st.badge(f"{measures} measure{'' if measures == 1 else 's'}", color="violet")
        runs = st.empty()
        if is_stored:
            st.badge("Stored result", color="gray")
        if state.is_stale():
            st.badge("Values moved since: press Apply", color="orange")
    return runs


def _refine(job: Job | None, asked: int) -> None:
    """Offer more runs once the first are there."""
    if asked >= MANY or (job and (job.running or job.cancelled or job.problems)):
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
