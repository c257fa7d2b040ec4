"""The study at hand: what is applied, what is being changed, steps back, and the link that restores it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.study import Study, read_query
from sim.errors import UserError
from sim.scenario import Scenario, load

MOST_STEPS = 50  # back
OURS = ("scenario", "policy", "set", "seed", "months")  # names in the address


def begin() -> None:
    """Take the study from the link at the first call of a session; keep the link up to date after."""
    if "applied" not in st.session_state:
        found, problems = _from_link()
        st.session_state.update(applied=found, draft=found, past=[], link_problems=problems)
    _keep_link(st.session_state.applied)


def _keep_link(study: Study) -> None:
    """Write the study into the address; what a page itself keeps there stays."""
    query = study.query
    for name in OURS:
        said = query.get(name, [])
        wanted = said if isinstance(said, list) else [said]
        if st.query_params.get_all(name) == wanted:
            continue
        if wanted:
            st.query_params[name] = wanted
        else:
            del st.query_params[name]


def _from_link() -> tuple[Study, list[str]]:
    try:
        found = read_query({name: st.query_params.get_all(name) for name in st.query_params})
        resolved(found)
    except UserError as error:
        return Study(), [*error.problems, "The baseline is shown instead."]
    return found, []


def resolved(study: Study) -> Scenario:
    """The scenario of a study. Raises `UserError` with every mistake."""
    return study.resolve()


def shipped(study: Study) -> Scenario:
    """The scenario of a study, its presets of measures included, without its changes."""
    return resolved(study.plain)


def applied() -> Study:
    """The study whose results are shown."""
    found: Study = st.session_state.applied
    return found


def draft() -> Study:
    """The study as it is being changed."""
    found: Study = st.session_state.draft
    return found


def put(path: str, value: Any) -> None:
    """Change a value of the draft; the shipped value is no change."""
    settings = dict(draft().settings)
    leaf = next((leaf for leaf in shipped(draft()).leaves if leaf.path == path), None)
    if leaf is not None and leaf.value == value:
        settings.pop(path, None)
    else:
        settings[path] = value
    revise(settings=tuple(sorted(settings.items())))


def revise(**parts: Any) -> None:
    """Change parts of the draft, and remember what was before."""
    changed = replace(draft(), **parts)
    if changed != draft():
        st.session_state.past = [*st.session_state.past, draft()][-MOST_STEPS:]
        st.session_state.draft = changed


def undo() -> None:
    """Take back the last change of the draft."""
    if st.session_state.past:
        *st.session_state.past, st.session_state.draft = st.session_state.past


def reset() -> None:
    """Put all values of the draft back to the scenario's, and its shelf of measures too."""
    revise(settings=(), policies=())


def apply_draft() -> None:
    """Let results follow the draft."""
    st.session_state.applied = draft()


def show(study: Study) -> None:
    """Take a study over, as draft and applied."""
    if draft() != study:
        st.session_state.past = [*st.session_state.past, draft()][-MOST_STEPS:]
    st.session_state.update(applied=study, draft=study)


def is_bare() -> bool:
    """Whether nothing of the draft could be reset."""
    return not draft().settings and not draft().policies


def is_stale() -> bool:
    """Whether the draft differs from what is shown."""
    return draft() != applied()


@st.cache_data(show_spinner=False)
def all_shipped() -> dict[str, str]:
    """Name -> title of the scenarios that come with the program."""
    from sim.scenario.files import shipped as files

    return {name: load(name).title for name in files()}


def resolved_months() -> int:
    """Months of the draft."""
    months = draft().months
    return shipped(draft()).config.calendar.months if months is None else months
