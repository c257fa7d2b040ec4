"""Why something happened: what led to it, and on request the same run, with the same luck, without it."""

from functools import partial

import streamlit as st

from analysis.pages.parts import background
from analysis.pages.parts.figures import download
from analysis.playing import Order
from analysis.why import Case, check_beginning, differences, veto_of
from analysis.why_sentences import NOBODY, difference_words, story, who_is_left, without_it
from sim.events import Veto


def why(case: Case) -> None:
    """The chain of causes of an event, first cause first, and the way to the run without it."""
    st.subheader("Why?", anchor=False)
    for line in story(case):
        st.text(line)
    if len(case.causes()) == 1:
        st.caption("No earlier event is recorded as its cause: it was decided on the market of that month.")
    veto = veto_of(case)
    if veto is None:
        st.caption(NOBODY)
        return
    about = case.tables.metadata
    order = Order(case.scenario, about["months"], about["seed"], 1, case.replication, veto)
    if st.button("Play the run without it", key="play without", help=f"{without_it(veto)}."):
        st.session_state["played without"] = order.key
    if st.session_state.get("played without") == order.key:
        _without(case, veto, order)


def _without(case: Case, veto: Veto, order: Order) -> None:
    """Play the run without an act in the background, and tell the difference."""
    job = background.follow("why", order)
    background.watch("why", job)
    for played in job.runs():
        months = played.tables["months"]
        check_beginning(case, months, veto)
        st.markdown(f"**{without_it(veto)}**")
        table = difference_words(differences(case, months, veto.first))
        st.dataframe(table, hide_index=True)
        st.text(who_is_left(case, played.tables["providers"]))
        download("Download (CSV)", partial(table.to_csv, index=False), "without.csv", "text/csv")
