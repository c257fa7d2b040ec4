"""Start: the question, the baseline's picture at once, and doors to the rest."""

import streamlit as st

from analysis import charts
from analysis.exhibits import share_table
from analysis.pages.parts import background, state
from analysis.pages.parts.cards import cards, market_outcome
from analysis.pages.parts.doors import PAGES, door
from analysis.pages.parts.figures import figure
from analysis.pages.parts.guard import escaped, tell
from analysis.pages.parts.stored import is_stored_current, stored
from analysis.sentences import band_note, course, what_happened
from analysis.study import Study
from analysis.tables import RunTables, median_replication

QUESTION = """
Mega models are too big to download: their owners sell access, and the income pays for ever larger training
runs. Does such a market end with **one** provider, with **a handful** backed by governments and large
companies, or does nobody care in the end? This is a simulator of that market. Nobody knows its true numbers,
so every number here can be changed, every result comes with its spread over luck, and every assumption is
marked.
"""
TOLD = {
    "explore": "Move ten levers, or any value, and see what changes.",
    "lab": "Send a provider of your own into the market.",
    "compare": "Two to four scenarios on the same luck, and what makes the difference.",
    "phases": "Where the market ends with one, two or many, over two factors at once.",
    "finetuning": "What tuning a model on one's own data was measured to be worth.",
    "book": "Every number with its unit, range and source; what each result means.",
    "report": "A report to hand on, and the data behind it.",
}
EXAMPLE = """
Suppose rival models were closer substitutes than assumed. On **Explore** move *Likeness of rival models* to
the right and press **Apply**. The figures follow when the runs are done; the cards say how far each
result moved from the baseline, and the dots show every single run. Where the dots of the two
scenarios overlap, luck matters more than your change. Then ask on **Compare** which part of a larger change
did it.
"""
TRY = Study(settings=(("demand.nest_correlation", 0.8),))


def page() -> None:
    """Draw the page."""
    state.begin()
    tell(st.session_state.link_problems)
    st.title("One provider, or a handful?", anchor=False)
    st.markdown(QUESTION)
    tables = _picture()
    if tables is not None:
        _findings(tables)
    st.header("Where to go", anchor=False)
    _doors()
    with st.container(border=True):
        st.subheader("A worked example", anchor=False)
        st.markdown(EXAMPLE)
        if st.button("Try it: rivals much alike", type="primary"):
            state.show(TRY)
            st.switch_page(door("explore"))


def _picture() -> RunTables | None:
    """The stored runs; played anew where this version cannot read them."""
    tables = stored()
    if tables is not None:
        return tables
    job = background.follow("start", background.order_of(Study(replications=2)))
    background.watch("start", job)
    return background.tables(Study(), job)


def _findings(tables: RunTables) -> None:
    st.header("Left to itself", anchor=False)
    meta = tables.metadata
    with st.container(horizontal=True):
        if "model_version" in meta:
            st.badge("Stored result", color="gray" if is_stored_current() else "orange")
        st.caption(_origin(tables))
    cards(tables)
    market_outcome(tables)
    structure, shares = st.columns(2, gap="medium")
    chosen = median_replication(tables.months)
    with shares:
        figure(charts.shares(tables.providers, chosen), share_table(tables.providers, chosen), "start shares")
    with structure:
        effective = charts.fan(tables.months, "effective_number")
        figure(effective, course(tables.months, ["effective_number"]), "start number")
    with st.container(border=True):
        st.markdown("\n\n".join(escaped(sentence) for sentence in what_happened(tables)))
        st.caption(band_note(tables.replications))


def _origin(tables: RunTables) -> str:
    meta = tables.metadata
    told = f"The baseline, {tables.replications} runs of {meta['months']} months, seed {meta['seed']}"
    if "model_version" not in meta:
        return f"{told}."
    made = f"{told}; made by model {meta['model_version']}, parameters {meta['digest']}."
    later = " The model has changed since: Explore plays the present one."
    return made if is_stored_current() else made + later


def _doors() -> None:
    names = [name for name in PAGES if name in TOLD]
    for row in range(0, len(names), 4):
        for column, name in zip(st.columns(4, gap="small"), names[row : row + 4], strict=False):
            with column.container(border=True, height="stretch"):
                st.page_link(door(name), label=f"**{PAGES[name]}**")
                st.caption(TOLD[name])
