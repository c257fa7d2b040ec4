"""What public money bought: the scenario with and without its measures, on the same luck."""

import pandas as pd
import streamlit as st

from analysis.exhibits import public_exhibits
from analysis.pages.parts import background
from analysis.pages.parts.figures import download, figure
from analysis.pages.parts.guard import piece
from analysis.playing import Order, as_run
from analysis.subsidy import in_words
from analysis.tables import RunTables
from sim.scenario import Scenario
from sim.studies import subsidy

TOLD = (
    "Means over runs with and without all measures, on the same luck. Providers and capability are means of "
    "the last year; the shares of a granted dollar say where it had gone by the end, and add up to one."
)


@piece
def public_money(tables: RunTables, scenario: Scenario) -> None:
    """What governments did, and on request what it bought."""
    if not scenario.config.policies:
        st.info("No measure is on the shelf: governments do nothing here.")
        return
    for exhibit in public_exhibits(tables.months):
        figure(exhibit.figure, exhibit.table, f"tab {exhibit.key}")
    about = tables.metadata
    runs = (about["months"], about["seed"], tables.replications)
    orders = [Order(side, *runs) for side in (subsidy.without(scenario), scenario)]
    if st.button("What did it buy?", key="judge measures", help="Plays the same runs without the measures."):
        st.session_state["judged"] = orders[1].key
    if st.session_state.get("judged") == orders[1].key:
        _bought(orders)


def _bought(orders: list[Order]) -> None:
    job = background.follow("public money", *orders)
    background.watch("public money", job)
    sides = [
        {run.replication: as_run(run, job.orders[k].scenario, job.orders[k].seed) for run in job.runs(k)}
        for k in (0, 1)
    ]
    pairs = [(sides[1][number], sides[0][number]) for number in sides[1] if number in sides[0]]
    if not pairs:
        return
    table = in_words(subsidy.summary(pd.DataFrame([subsidy.bought(*pair) for pair in pairs])))
    st.subheader("What public money bought", anchor=False)
    st.caption(f"{TOLD} {len(pairs)} pairs of runs.")
    st.dataframe(table, hide_index=True)
    download("Download (CSV)", lambda: table.to_csv(index=False), "bought.csv", "text/csv")
