"""The shelf of measures: put some on the draft, change when, how much and for whom, take them off again."""

from collections.abc import Callable
from typing import Any, get_args

import streamlit as st

from analysis import measures
from analysis.measures import KINDS, NAMES
from analysis.pages.parts import state
from analysis.pages.parts.controls import CHANGED, held
from analysis.pages.parts.guard import escaped, tell
from analysis.study import Study
from sim.config import Config
from sim.config.policies import FixedAmount
from sim.errors import UserError
from sim.scenario.checks import unit_of

LABELS = {
    "start": "From", "end": "Until", "payer": "Who pays", "target": "For whom", "jurisdictions": "Law of",
    "amount.kind": "How much", "amount.size": "Size", "home_bias": "Taste for home",
    "concentration": "Concentration after it", "rise": "Rise of concentration", "share": "Part taken",
    "ratio": "Highest price over cost", "threshold": "From a training run of", "effort": "Time for an audit",
    "cost": "Cost of an auditor", "paid_by": "Who pays", "most": "Largest training run",
    "delay": "Time after release",
}  # fmt: skip
UNITS = {"USD": "million USD", "USD/yr": "million USD a year", "1": "", "month": "months", "util": ""}
AMOUNTS = {"fixed": "A fixed sum", "motives": "What its motives ask for"}
DATE = "Year and month, such as 2026-01; 2199-12 means for good."
COLUMNS = 4


def shelf() -> None:
    """Draw the shelf of the draft."""
    on = measures.shelf(state.draft())
    wrong = measures.problems(state.draft())
    with st.expander("Measures of governments", expanded=bool(on), icon=":material/gavel:"):
        st.caption(
            "Grants, rules and controls that governments put on this market. Put on as many as you like, "
            "change them, and press Apply; they are part of the link and of what is told under Reproduce."
        )
        _choices()
        tell(st.session_state.pop("shelf problems", []))
        config = state.shipped(state.draft()).config
        for name, values in on.items():
            with st.container(border=True):
                _measure(name, values, config)
                tell(wrong.get(name, []))


def _choices() -> None:
    left, right = st.columns(2)
    titles = measures.titles()
    left.selectbox(
        "Put on one that comes with the program", list(titles), None, key="preset to put on",
        format_func=lambda name: _capital(titles[name]), placeholder="Choose a measure",
        on_change=_put_on, args=("preset to put on", measures.with_preset),
    )  # fmt: skip
    right.selectbox(
        "Put on one of your own", list(NAMES), None, key="kind to put on", placeholder="Choose a kind",
        format_func=NAMES.__getitem__, on_change=_put_on, args=("kind to put on", measures.with_own),
    )  # fmt: skip


def _put_on(key: str, put: Callable[[Study, str], Study]) -> None:
    chosen, st.session_state[key] = st.session_state[key], None
    if chosen is not None:
        _revised(lambda: put(state.draft(), chosen))


def _revised(change: Callable[[], Study]) -> None:
    """Take a change of the draft over, or remember why it does not fit."""
    try:
        study = change()
    except UserError as error:
        st.session_state["shelf problems"] = error.problems
    else:
        state.revise(policies=study.policies, settings=study.settings)


def _measure(name: str, values: measures.Values, config: Config) -> None:
    """One measure: what it says, its values, and the way off."""
    kind = values["kind"]
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.markdown(f"**{NAMES[kind]}**  \n{escaped(measures.told(values))}")
    right.button(
        "Take off", key=f"take off {name}", width="stretch", help=f"In files: policies.{name}.",
        on_click=lambda: _revised(lambda: measures.without(state.draft(), name)),
    )  # fmt: skip
    keys = _keys(kind, values)
    for row in range(0, len(keys), COLUMNS):
        for column, key in zip(st.columns(COLUMNS), keys[row : row + COLUMNS], strict=False):
            with column:
                _value(name, key, values[key], kind, config)


def _keys(kind: str, values: measures.Values) -> list[str]:
    """What can be changed of a measure, in the order of its declaration."""
    fields = [key for key in KINDS[kind].model_fields if key not in ("name", "kind", "description")]
    order = ["start", "end", *(key for key in fields if key not in ("start", "end", "amount"))]
    fixed = ["amount.size"] if values.get("amount.kind") == "fixed" else []
    return order + (["amount.kind", *fixed] if "amount" in fields else [])


def _value(name: str, key: str, value: Any, kind: str, config: Config) -> None:
    """A control that fits the value."""
    path = f"policies.{name}.{key}"
    label = (CHANGED if path in dict(state.draft().settings) else "") + LABELS.get(key, _capital(key))
    if key == "amount.kind":
        _amount_kind(name, value, label)
        return
    field = (FixedAmount if key == "amount.size" else KINDS[kind]).model_fields[key.rpartition(".")[2]]
    unit, told = unit_of(field), field.description
    places = {government.name: government.name.replace("_", " ").title() for government in config.governments}
    firms = measures.whom(config, key, kind)
    if key in ("start", "end"):
        held("shelf", st.text_input, path, value, label, help=f"{told} {DATE}")
    elif key in ("jurisdictions", "sellers", "buyers"):
        named = dict.fromkeys((*places, *value))
        held(
            "shelf", st.multiselect, path, list(value), label, options=list(named), help=told,
            format_func=lambda place: places.get(place, place),
        )  # fmt: skip
    elif unit:
        _number(path, value, label, unit, told)
    else:
        words = places if key == "payer" else firms if key in ("target", "successor") else {}
        options = list(dict.fromkeys((*(words or get_args(field.annotation)), value)))
        held(
            "shelf", st.selectbox, path, value, label, options=options, help=told,
            format_func=lambda word: _capital(str(words.get(word, word))),
        )  # fmt: skip


def _number(path: str, value: Any, label: str, unit: str, told: str | None) -> None:
    said = UNITS.get(unit, unit)
    more: dict[str, Any] = {"help": told}
    if isinstance(value, int):
        more |= {"step": 1}
    else:
        factor = 1e6 if said.startswith("million") else 1.0
        more |= {"format": "%g", "factor": factor, "step": abs(value / factor) / 10 or 0.1}
    held("shelf", st.number_input, path, value, f"{label}, {said}" if said else label, **more)


def _amount_kind(name: str, value: str, label: str) -> None:
    key = f"shelf policies.{name}.amount.kind"
    st.session_state[key] = value
    st.selectbox(
        label, list(AMOUNTS), key=key, format_func=AMOUNTS.__getitem__,
        on_change=lambda: _revised(
            lambda: measures.with_amount(state.draft(), name, st.session_state[key])
        ),
    )  # fmt: skip


def _capital(text: str) -> str:
    said = text.replace("_", " ")
    return said[:1].upper() + said[1:]
