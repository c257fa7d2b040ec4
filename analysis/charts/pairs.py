"""Charts of one outcome against another at the end of runs: audits and harm, reward and providers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis, axis_for
from analysis.charts.market import ARM
from analysis.charts.parts import BELOW_TITLED, End, Named, label_ends, nothing, panels, runs_word
from analysis.style import PALETTE, SIGNS, SYMBOLS, faded, provider_label
from analysis.tables import FEW_RUNS
from analysis.units import amount
from sim.economics.bound import simultaneous_bound

FINEST = 200  # points of a line
MANY_PROVIDERS = 30.0  # the bound is drawn up to this number


@dataclass(frozen=True)
class Line:
    """A line of theory over the dots."""

    x: pd.Series
    y: pd.Series
    label: str


def against(ends: pd.DataFrame, x: Named, y: Named, title: str) -> go.Figure:
    """One dot a run, and the median of each arm as a large sign with its name.

    `ends` has one row a run with the columns `x.name`, `y.name` and, where there are several, `arm`.
    """
    known = _known(ends, x, y)
    if known.empty:
        return nothing(title, f"{x.label} and {y.label} have no value in any run.")
    return _drawn(known, (x, axis_for(known[x.name], x.unit)), (y, axis_for(known[y.name], y.unit)), title)


def _known(ends: pd.DataFrame, x: Named, y: Named) -> pd.DataFrame:
    known = ends[np.isfinite(ends[[x.name, y.name]]).all(axis=1)]
    return known.assign(**{ARM: known.get(ARM, "")})


def _drawn(
    known: pd.DataFrame, x: tuple[Named, Axis], y: tuple[Named, Axis], title: str, line: Line | None = None,
    said: str = "",
) -> go.Figure:  # fmt: skip
    caption = f"{_counts(known)} Small = single runs; large = their median.{said}"
    fig = panels(title, caption, _told(known, x[0], y[0]), below=BELOW_TITLED)
    ends = _add_arms(fig, known, x, y)
    if line is not None:
        fig.add_scatter(
            x=line.x, y=line.y, mode="lines", line={"color": PALETTE[1], "width": 3, "dash": "dash"},
            hoverinfo="skip", row=1, col=1,
        )  # fmt: skip
        ends.append(End(line.label, PALETTE[1], y[1].height(float(line.y.iloc[-1])), "■"))
    if len(ends) > 1:
        label_ends(fig, ends)
    y[1].put(fig, y[0].label)
    x[1].put_below(fig, x[0].label)
    return fig.update_layout(hovermode="closest")


def audits_and_harm(ends: pd.DataFrame, depth: Named, harm: Named) -> go.Figure:
    """Depth of audits against harm at the end of runs, see `against`."""
    return against(ends, depth, harm, "Audit depth and harm")


def _add_arms(fig: go.Figure, known: pd.DataFrame, x: tuple[Named, Axis], y: tuple[Named, Axis]) -> list[End]:
    """Dots and medians of each arm; the labels for these."""
    ends = []
    for i, (arm, own) in enumerate(known.groupby(ARM, sort=False)):
        color, symbol = PALETTE[i % len(PALETTE)], SYMBOLS[i % len(SYMBOLS)]
        small = {"color": faded(color, 0.65), "symbol": symbol, "size": 7 if len(own) < FEW_RUNS else 4}
        middle = own[[x[0].name, y[0].name]].median()
        for values, marker in (
            (own, small),
            (middle.to_frame().T, {"color": color, "symbol": symbol, "size": 15}),
        ):
            fig.add_scatter(
                x=x[1].drawn(values[x[0].name]), y=y[1].drawn(values[y[0].name]), mode="markers",
                marker=marker, name=provider_label(str(arm)), cliponaxis=False, row=1, col=1,
                hovertemplate=f"{x[0].label} %{{x:.3~g}}<br>{y[0].label} %{{y:.3~g}}",
            )  # fmt: skip
        ends.append(
            End(provider_label(str(arm)) or "runs", color, y[1].height(middle[y[0].name]), SIGNS[symbol])
        )
    return ends


def _counts(known: pd.DataFrame) -> str:
    sizes = known.groupby(ARM).size()
    few, most = int(sizes.min()), int(sizes.max())
    each = " of each kind" if len(sizes) > 1 else ""
    said = runs_word(most) if few == most else f"{few} to {runs_word(most)}"
    return f"{said.capitalize()}{each}."


def _told(known: pd.DataFrame, x: Named, y: Named) -> str:
    parts = [
        f"{arm or 'All runs'}: {x.label} {amount(own[x.name].median(), x.unit)}, "
        f"{y.label} {amount(own[y.name].median(), y.unit)}."
        for arm, own in known.groupby(ARM, sort=False)
    ]
    return f"Scatter of runs. Medians: {' '.join(parts)}"


def theta_and_bound(ends: pd.DataFrame, theta: Named, number: Named) -> go.Figure:
    """Number of providers against the reward for a bigger run, with the bound of the frictionless market."""
    title, known = "Reward for bigger runs and the number of providers", _known(ends, theta, number)
    if known.empty:
        return nothing(title, f"{theta.label} and {number.label} have no value in any run.")
    right = max(2.0, 1.05 * float(known[theta.name].max()))
    top = max(8.0, 1.15 * min(float(known[number.name].max()), MANY_PROVIDERS))
    across = Axis(False, min(0.0, float(known[theta.name].min())), right, 1.0, theta.unit)
    thetas = pd.Series(np.linspace(top / (top - 1), right, FINEST))
    line = Line(thetas, pd.Series(simultaneous_bound(thetas)), "bound without frictions")
    said = (
        " Dashed: the most providers that free entry keeps in a market without frictions; "
        "left of 1 there is no bound."
    )
    return _drawn(
        known, (theta, across), (number, Axis(False, 0.0, top, 1.0, number.unit)), title, line, said
    )
