"""The chart of the study of the bound: firms by the reward for a bigger run, against theory."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis
from analysis.charts.parts import BELOW_TITLED, End, label_ends, nothing, panels
from analysis.style import PALETTE, SIGNS, SYMBOLS, faded
from analysis.units import amount
from sim.economics.bound import simultaneous_bound, two_stage_theta
from sim.economics.demand import Form
from sim.studies.bound import CAP
from sim.studies.bound_cases import BOTH

FINEST = 300  # points of a line
SMALLEST, LARGEST = 7.0, 15.0  # px, signs of the smallest and the largest market
LINES = ("chosen together", "spend first")


def bound_figure(static: pd.DataFrame, played: pd.DataFrame, form: Form) -> go.Figure:
    """Effective firms of every market played, by theta; a larger sign is a larger market.

    `static` has theta, size, static; `played` case, theta, size, effective.
    """
    known = played[np.isfinite(played["effective"])]
    title = "Firms that free entry keeps"
    if known.empty:
        return nothing(title, "Nothing was sold in any market.")
    height = Axis(True, 0.0, math.log10(1.3 * CAP), 1.0, "1")
    fig = panels(title, _caption(played), _told(known), below=BELOW_TITLED)
    ends = _lines(fig, height, float(max(known["theta"].max(), 1.5)), form)
    groups = [("static game", static.rename(columns={"static": "effective"}))]
    groups += [(str(case), own) for case, own in known.groupby("case", sort=False)]
    for i, (name, own) in enumerate(groups):
        ends.append(_dots(fig, height, name, own, i))
    label_ends(fig, ends)
    height.put(fig, "Effective number of firms")
    Axis(False, 0.4, float(known["theta"].max()) + 0.1, 1.0, "1").put_below(
        fig, "Reward for a bigger run (theta)"
    )
    return fig.update_layout(hovermode="closest")


def _lines(fig: go.Figure, height: Axis, right: float, form: Form) -> list[End]:
    """Both lines of theory, from many firms down to what theta allows."""
    theta = np.linspace(CAP / (CAP - 1.0), right, FINEST)
    firms = np.geomspace(1.05, CAP, FINEST)
    at = two_stage_theta(firms, form)
    inside = at <= right
    ends = []
    pairs = ((theta, simultaneous_bound(theta)), (at[inside][::-1], firms[inside][::-1]))
    for (x, y), label, dash in zip(pairs, LINES, ("solid", "dash"), strict=True):
        fig.add_scatter(
            x=x, y=height.drawn(y), mode="lines", name=label, hoverinfo="skip", row=1, col=1,
            line={"color": PALETTE[3], "width": 2.5, "dash": dash},
        )  # fmt: skip
        ends.append(
            End(f"theory: {label}", PALETTE[3], height.height(float(y[-1])), "━" if dash == "solid" else "┅")
        )
    return ends


def _dots(fig: go.Figure, height: Axis, name: str, own: pd.DataFrame, number: int) -> End:
    """One sign a market; the label for them."""
    color, symbol = (PALETTE[0], PALETTE[1], PALETTE[2])[number % 3], SYMBOLS[number % len(SYMBOLS)]
    decades = np.log10(own["size"] / own["size"].min())
    size = SMALLEST + (LARGEST - SMALLEST) * decades / max(float(decades.max()), 1.0)
    fig.add_scatter(
        x=own["theta"], y=height.drawn(own["effective"].clip(lower=1.0)), mode="markers", name=name,
        marker={"color": faded(color, 0.6), "symbol": symbol, "size": size} | {"line": {"color": color}},
        customdata=np.stack([own["size"], own["effective"]], axis=1), cliponaxis=False,
        row=1, col=1,
        hovertemplate=name + "<br>theta %{x}, %{customdata[0]:.0e} USD/yr<br>%{customdata[1]:.1f} firms",
    )  # fmt: skip
    last = own[own["theta"] == own["theta"].max()]
    return End(name, color, height.height(float(max(last["effective"].median(), 1.0))), SIGNS[symbol])


def _caption(played: pd.DataFrame) -> str:
    low, high = (amount(size, "USD/yr") for size in (played["size"].min(), played["size"].max()))
    return (
        f"Markets of {low} to {high}, larger signs for larger ones; at most {CAP:,} firms "
        "may come. Lines: theory; below theta = 1 it has no bound."
    )


def _told(known: pd.DataFrame) -> str:
    parts = [
        f"{case}, theta {theta:g}: {own['effective'].min():.1f} to {own['effective'].max():.1f} firms."
        for (case, theta), own in known.groupby(["case", "theta"], sort=False)
        if case == BOTH or theta <= 1 or theta == known["theta"].max()
    ]
    return "Effective number of firms against theta. " + " ".join(parts)
