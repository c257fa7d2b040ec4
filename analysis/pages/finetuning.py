"""Fine-tuning: what the project's own measurements say tuning is worth, and what that is in the market."""

import numpy as np
import pandas as pd
import streamlit as st

from analysis.charts import finetuning as charts
from analysis.pages.parts import state
from analysis.pages.parts.figures import figure, opened
from analysis.pages.parts.guard import piece
from analysis.tuning import by_data, shares
from analysis.units import plain
from ml_core import tables
from ml_core.base_law import CURVATURE
from ml_core.bridge import Finetuning, compute_gain, noise_sd, read_layer, removed_share
from ml_core.findings import Findings, find
from ml_core.gains import gains
from ml_core.rows import load_measurements
from sim.scenario.files import shipped_folder

INTRODUCTION = """
A customer can have a model tuned on its own data: all of it, or only its last layers, which many customers
can share a server with; or it can train a piece of its own outside on what the model returns (*outputs-only
tuning*). The project measured what this is worth with small networks of its own. The **shares** and the
**order** of the ways are what carries over to large models; the absolute level does not, and a calibration
from published figures stands beside it.
"""
LAYERS = {"measured here": "finetuning.toml", "published": "finetuning_published.toml"}
HELP = "In multiples of the data at which tuning the last layer alone reaches half its worth."


def page() -> None:
    """Draw the page."""
    state.begin()
    st.title("Fine-tuning", anchor=False)
    st.markdown(INTRODUCTION)
    opened(
        "tuning",
        {
            "What was measured": _measured,
            "What it is worth in the market": _worth,
            "The law behind": _law,
        },
    )


@st.cache_resource(show_spinner="Fitting the measurements ...")
def _found() -> Findings:
    return find(load_measurements())


@st.cache_resource(show_spinner=False)
def _measurements() -> pd.DataFrame:
    return tables.measured_table(gains(load_measurements()))


@piece
def _measured() -> None:
    """Measured gains by data, for chosen networks, fields and ways of tuning."""
    measured = _measurements()
    sizes = sorted(measured["size"].unique(), key="SML".index)
    domains = sorted(measured["domain"].unique())
    count = {
        size: f"{int(measured.loc[measured['size'] == size, 'parameters'].iloc[0]):,} parameters"
        for size in sizes
    }
    chosen = st.pills(
        "Networks", sizes, selection_mode="multi", default=sizes, format_func=lambda size: count[size]
    )
    modes = list(charts.MODES)
    ways = st.pills(
        "Tuned", modes, selection_mode="multi", default=["head", "last1", "external", "full"],
        format_func=lambda mode: charts.MODES[mode][0],
    )  # fmt: skip
    fields = st.multiselect("Fields of text", domains, format_func=_words, placeholder="All fields")
    kept = measured[
        measured["size"].isin(chosen)
        & measured["mode"].isin(ways)
        & measured["domain"].isin(fields or domains)
    ]
    if kept.empty:
        st.info("Choose at least one network and one way of tuning.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        figure(charts.measured_gains(kept), by_data(kept, "gain"), "gain by data")
    with right:
        ratios = shares(kept, measured)
        figure(charts.parity(ratios), by_data(ratios, "ratio"), "share of full")
    st.caption(f"{len(kept)} of {len(measured)} measurements.")


def _words(name: str) -> str:
    return name.replace("_", " ")


@st.cache_resource(show_spinner=False)
def _layers() -> dict[str, Finetuning]:
    folder = shipped_folder() / "shared"
    return {name: read_layer(folder / file) for name, file in LAYERS.items()}


@piece
def _worth() -> None:
    """One customer: its data and how special its field is, and what each way of tuning is worth to it."""
    left, right = st.columns([2, 3], gap="large")
    steps = sorted({1.0, *(float(f"{x:.2g}") for x in np.geomspace(0.1, 30, 26))})
    with left:
        data = st.select_slider("The customer's data", steps, 1.0, key="own data", help=HELP)
        gap = st.slider("How special its field is", 0.3, 3.0, 1.0, 0.1, help="1 is the mean of the fields.")
        st.dataframe(_customer(data, gap), hide_index=True)
        st.caption(
            "A gain of x 2 is worth as much as a base model trained with twice the computing. The interval "
            "is what single customers with such data really get, 10th to 90th percentile."
        )
    with right:
        table = tables.worth_table(_layers(), CURVATURE, gap)
        figure(charts.worth_by_tier(table, data), _worth_numbers(table), "worth")


def _customer(data: float, gap: float) -> pd.DataFrame:
    """Worth of each way of tuning to one customer under both calibrations."""
    rows = []
    for name, law in _layers().items():
        sd = float(np.hypot(noise_sd(law, np.array(data)), law.domain_spread))
        for tier, (label, _) in charts.TIERS.items():
            share = float(removed_share(law, tier, np.array(data), np.array(gap)))
            middle, low, high = (
                float(
                    np.exp(
                        compute_gain(np.array(min(share * np.exp(z * sd), 0.999)), CURVATURE, law.gain_cap)
                    )
                )
                for z in (0.0, -1.2816, 1.2816)
            )
            rows.append(
                {"Figures": name, "Tuned": label, "Worth": f"x {plain(middle)}"}
                | {"Single customers": f"x {plain(low)} to {plain(high)}", "Error removed": f"{share:.1%}"}
            )
    return pd.DataFrame(rows)


def _worth_numbers(table: pd.DataFrame) -> pd.DataFrame:
    wide = table.assign(gain=np.exp(table["gain"]).round(3), data=table["data"].round(3))
    wide = wide.assign(tier=[charts.TIERS[tier][0] for tier in wide["tier"]])
    return wide.pivot(index="data", columns=["layer", "tier"], values="gain").pipe(_flat).reset_index()


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    table.columns = pd.Index([f"{tier}, {layer}" for layer, tier in table.columns])
    return table


def _law() -> None:
    """Constants with intervals, and how well the law predicts what it did not see."""
    found = _found()
    left, right = st.columns(2, gap="medium")
    with left:
        table = tables.law_table(found)
        figure(charts.law_constants(table), table.round(4), "constants")
    with right:
        errors = tables.left_out_table(found)
        figure(charts.left_out(errors), errors.round(4), "left out")
    st.caption(
        f"Measured by `megamarket calibrate --preset full`, run {found.run['run']}: "
        f"{len(_measurements())} tunings. Every measurement is shipped with the program."
    )
