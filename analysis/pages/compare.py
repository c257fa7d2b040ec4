"""Compare: two to four scenarios on the same luck, and which part of a change makes the difference."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis.arms import Arms, differing_groups
from analysis.charts.effects import differences
from analysis.levers import present, spoken
from analysis.pages.parts import background, state
from analysis.pages.parts.figures import figure
from analysis.pages.parts.guard import escaped, piece
from analysis.pages.parts.outcomes import COMPARED, at_the_end, label, over_time
from analysis.pages.parts.reproduce import reproduce
from analysis.paired import difference_table, paired, pairs
from analysis.playing import Order
from analysis.study import Study
from analysis.tables import outcome
from analysis.units import amount
from sim.sweep.keys import digest

MOST, RUNS, DRIVER_RUNS, MOST_GROUPS = 4, 8, 4, 12
YOURS = "Your changes on Explore"


def page() -> None:
    """Draw the page."""
    state.begin()
    st.title("Compare", anchor=False)
    st.markdown(
        "Two to four scenarios, played with **the same luck** run by run: what differs comes from the "
        "scenarios. The first is what the others are measured against."
    )
    studies = options()
    usual = ["Baseline", YOURS if YOURS in studies else next(name for name in studies if name != "Baseline")]
    chosen = st.multiselect(
        "Scenarios", list(studies), usual, key="compared", max_selections=MOST, bind="query-params",
        help="Scenarios that come with the program, your own changes, and each lever at its ends.",
    )  # fmt: skip
    if len(chosen) < 2:
        st.info("Choose at least two.")
        return
    arms = {name: studies[name] for name in chosen}
    orders = [background.order_of(study, RUNS) for study in arms.values()]
    job = background.follow("compare", *orders)
    background.watch("compare", job)
    found = {name: background.tables(study, job, k) for k, (name, study) in enumerate(arms.items())}
    ready = {name: tables for name, tables in found.items() if tables is not None}
    if len(ready) < len(arms):
        return
    _figures(ready)
    _differences(ready)
    _drivers(arms)
    for (name, study), order in zip(arms.items(), orders, strict=True):
        st.caption(escaped(name))
        reproduce(study, order, f"compare {name}")


def options() -> dict[str, Study]:
    """What can be compared, by name; all of the length and the luck that Explore applies."""
    applied = state.applied()
    plain = replace(applied, scenario="baseline", settings=(), policies=())
    found = {title: replace(plain, scenario=name) for name, title in state.all_shipped().items()}
    if applied.settings or applied.policies:
        found[YOURS] = applied
    for lever, leaf in present(state.resolved(Study())):
        for end in (leaf.low, leaf.high):
            if end is not None and end != leaf.value:
                name = f"{lever.label}: {spoken(end, leaf.unit)}"
                found[name] = replace(plain, settings=((lever.path, float(end)),))
    return found


@piece
def _figures(arms: Arms) -> None:
    name = st.selectbox(
        "Result", COMPARED, COMPARED.index("effective_number"), key="compare result", format_func=label
    )
    left, right = st.columns(2, gap="medium")
    with left:
        over_time(arms, name, "compare course")
    with right:
        at_the_end(arms, name, "compare dots")


def _differences(arms: Arms) -> None:
    """Differences from the first, run by run."""
    base, *others = arms
    st.header("Differences", anchor=False)
    st.caption(
        "Median over runs of equal luck, with the 10th and 90th percentile, and in how many runs it rose."
    )
    for other, tab in zip(others, st.tabs([escaped(other) for other in others]), strict=True):
        words = difference_table(pairs(arms[base], arms[other]), (base, other))
        tab.dataframe(words, hide_index=True)


def _drivers(arms: dict[str, Study]) -> None:
    """Swap one group of parameters at a time and see how far each goes alone."""
    st.header("What drives the difference?", anchor=False)
    base, *others = arms
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    other = left.selectbox("Between the first and", others, key="driver of")
    name = middle.selectbox(
        "Result", COMPARED, COMPARED.index("effective_number"), key="driver result", format_func=label
    )
    groups = differing_groups(state.resolved(arms[base]), state.resolved(arms[other]))
    if len(groups) < 2:
        only = next(iter(groups), "")
        st.caption(escaped(f"These two differ in one group of parameters only: {only}. It makes all of it."))
        return
    key = digest(base, other, sorted(groups))
    if right.button("Find out", key="find drivers", width="stretch"):
        st.session_state["drivers"] = key
    if st.session_state.get("drivers") == key:
        _swap(arms[base], arms[other], groups, name)


def _swap(base: Study, other: Study, groups: dict[str, dict[str, object]], name: str) -> None:
    """Play the first with one group of the other at a time, and with all of them."""
    kept = dict(list(groups.items())[:MOST_GROUPS])
    if len(kept) < len(groups):
        st.caption(f"The first {MOST_GROUPS} of {len(groups)} groups are tried.")
    studies = {"nothing": base} | {group: base.having(values) for group, values in kept.items()}
    studies["everything"] = other
    orders: list[Order] = [background.order_of(study, DRIVER_RUNS) for study in studies.values()]
    job = background.follow("drivers", *orders)
    background.watch("drivers", job)
    found = {group: background.tables(study, job, k) for k, (group, study) in enumerate(studies.items())}
    start = found.pop("nothing")
    ready = {group: tables for group, tables in found.items() if tables is not None}
    if start is None or not ready:
        return
    rows = [
        paired(start, tables, [name]).iloc[0].to_dict() | {"label": _words(g)} for g, tables in ready.items()
    ]
    table, unit = pd.DataFrame(rows), outcome(name).unit
    numbers = table[["label"]].assign(
        **{c: [amount(v, unit) for v in table[c]] for c in ("median", "low", "high")}
    )
    figure(differences(table, unit, f"{label(name)}: what each group changes alone"), numbers, "drivers")
    st.caption("The groups need not add up to everything: what is left is how they work together.")


def _words(group: str) -> str:
    return group.replace("_", " ").replace(".", ": ").capitalize()
