"""Controls that change values of the draft: levers, and every parameter by group or by search."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from analysis.assumptions import KINDS
from analysis.fields import choices, editable, group_of
from analysis.levers import Lever, present, spoken, steps
from analysis.listings import number, span
from analysis.pages.parts import state
from analysis.pages.parts.guard import escaped
from sim.scenario import Leaf, Scenario
from sim.scenario.sources import sources

MOST_ROWS = 40
CHANGED = "● "  # stands before the name of what was changed


def held(
    place: str,
    widget: Callable[..., Any],
    path: str,
    value: Any,
    label: str,
    factor: float = 1.0,
    **more: Any,
) -> None:
    """A control that always shows the draft's value and writes what the user chooses into the draft.

    It shows numbers over `factor`.
    """
    key = f"{place} {path}"
    st.session_state[key] = value if factor == 1.0 else _rounded(value / factor)
    widget(label, key=key, on_change=_take, args=(path, key, factor), **more)


def _take(path: str, key: str, factor: float) -> None:
    value = st.session_state[key]
    if isinstance(value, list):
        state.put(path, tuple(value))
    elif value is not None:
        state.put(path, value if factor == 1.0 else _rounded(value * factor))


def _rounded(value: float) -> float:
    """A value without what multiplying left behind its twelfth digit."""
    return float(f"{value:.12g}")


def marked(path: str, label: str) -> str:
    """The label, with a sign where the draft differs from the scenario."""
    return (CHANGED if path in dict(state.draft().settings) else "") + label


def levers() -> None:
    """One slider for each lever."""
    settings = dict(state.draft().settings)
    for lever, leaf in present(state.shipped(state.draft())):
        value = float(settings.get(lever.path, leaf.value))
        held(
            "lever", st.select_slider, lever.path, value, marked(lever.path, lever.label),
            options=steps(lever, leaf, value), format_func=_teller(leaf), help=_help(lever, leaf),
        )  # fmt: skip


def _teller(leaf: Leaf) -> Callable[[float], str]:
    return lambda value: spoken(value, leaf.unit)


def _help(lever: Lever, leaf: Leaf) -> str:
    where = f"As shipped: {spoken(leaf.value, leaf.unit)}. In the scenario file: {leaf.path}."
    return f"{lever.told} {escaped(where)}"


def parameters(scenario: Scenario) -> None:
    """Every value of the scenario, a group at a time or by a word."""
    left, right = st.columns([3, 2])
    leaves = [leaf for leaf in scenario.leaves if editable(leaf)]
    groups = list(dict.fromkeys(group_of(leaf.path) for leaf in leaves))
    word = right.text_input("Search", key="search parameters", placeholder="price, compute, trust, ...")
    group = left.selectbox(
        "Group", groups, key="parameter group", format_func=group_name, disabled=bool(word)
    )
    shown = [leaf for leaf in leaves if _matches(leaf, word) or (not word and group_of(leaf.path) == group)]
    if len(shown) > MOST_ROWS:
        st.caption(f"{len(shown)} values hold that word; the first {MOST_ROWS} are shown.")
    elif not shown:
        st.caption("No value holds that word in its name or its meaning.")
    for leaf in shown[:MOST_ROWS]:
        _row(scenario, leaf, whole=bool(word))


def group_name(group: str) -> str:
    """A group in words."""
    return group.replace("_", " ").replace(".", " › ").capitalize()


def _matches(leaf: Leaf, word: str) -> bool:
    text = f"{leaf.path} {leaf.path.replace('_', ' ')} {leaf.meaning}".lower()
    return bool(word) and word.lower() in text


def _row(scenario: Scenario, leaf: Leaf, whole: bool) -> None:
    name = leaf.path if whole else leaf.path.rpartition(".")[2]
    label = marked(leaf.path, name.replace("_", " ").replace(".", " › "))
    left, right = st.columns([2, 3], vertical_alignment="center")
    with left:
        if isinstance(leaf.value, bool):
            held("all", st.toggle, leaf.path, leaf.value, label)
        elif isinstance(leaf.value, str):
            words = _alternatives(scenario.digest, leaf.path, scenario, leaf)
            held("all", st.selectbox, leaf.path, leaf.value, label, options=words, disabled=len(words) < 2)
        elif isinstance(leaf.value, int):
            held("all", st.number_input, leaf.path, leaf.value, label, step=1)
        else:
            held("all", st.number_input, leaf.path, float(leaf.value), label, step=_step(leaf), format="%g")
    right.caption(_about(leaf))


@st.cache_data(max_entries=512, show_spinner=False)
def _alternatives(digest: str, path: str, _scenario: Scenario, _leaf: Leaf) -> list[Any]:  # noqa: ARG001
    """The words that could stand at a path of a scenario, at least the present one."""
    return choices(_scenario, _leaf) or [_leaf.value]


def _step(leaf: Leaf) -> float:
    """A twentieth of the supported range."""
    if leaf.low is None or leaf.high is None or leaf.high == leaf.low:
        return abs(float(leaf.value)) / 10 or 0.1
    return (leaf.high - leaf.low) / 20


def _about(leaf: Leaf) -> str:
    """Meaning, unit, range and source of a value."""
    known = sources().get(leaf.source)
    parts = [leaf.meaning]
    if leaf.unit:
        parts.append("A number without unit." if leaf.unit == "1" else f"In {leaf.unit}.")
    if leaf.low is not None:
        parts.append(f"Supported range {span(leaf.low, leaf.high)}; now {number(leaf.value)}.")
    if known is not None:
        parts.append(f"{KINDS[known.kind].capitalize()}{f': {leaf.source}' if known.kind != 'user' else ''}.")
    if leaf.note:
        parts.append(leaf.note)
    return escaped(" ".join(parts))
