"""The stored baseline on pages: read once for a server."""

import streamlit as st

from analysis.playing import Order
from analysis.stored.baseline import is_current, stored_tables
from analysis.tables import RunTables
from sim.scenario import load


@st.cache_resource(show_spinner=False)
def stored() -> RunTables | None:
    """The stored runs of the baseline; nothing where this version cannot read them."""
    return stored_tables()


@st.cache_resource(show_spinner=False)
def is_stored_current() -> bool:
    """Whether the stored runs are what this version would play."""
    tables = stored()
    return tables is not None and is_current(tables, load("baseline"))


def stored_for(order: Order) -> RunTables | None:
    """The stored runs, where they are what this order would play."""
    tables = stored()
    if tables is None or not is_stored_current():
        return None
    said = tables.metadata
    same = (order.scenario.digest, order.months, order.seed, order.replications) == (
        said["digest"], said["months"], said["seed"], said["replications"],
    )  # fmt: skip
    return tables if same else None
