"""A figure with two axes of numbers in place, into which dots, lines and bands are drawn."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from analysis.charts.axes import Axis, axis_for
from analysis.charts.market import BAND_OPACITY, DOT_OPACITY
from analysis.charts.parts import BELOW_TITLED, End, Named, panels
from analysis.style import faded


@dataclass(frozen=True)
class Plane:
    """A figure with both axes in place."""

    fig: go.Figure
    across: Axis
    up: Axis

    def dots(self, x: ArrayLike, y: ArrayLike, color: str, symbol: str = "circle", name: str = "") -> None:
        """Single values."""
        marker = {"color": faded(color, DOT_OPACITY), "symbol": symbol, "size": 7}
        self.fig.add_scatter(x=x, y=y, mode="markers", marker=marker, name=name, row=1, col=1)

    def line(self, x: ArrayLike, y: ArrayLike, color: str, dash: str = "solid", name: str = "") -> None:
        """A line."""
        line = {"color": color, "dash": dash, "width": 2.5}
        self.fig.add_scatter(x=x, y=y, mode="lines", line=line, name=name, row=1, col=1)

    def band(self, x: pd.Series, low: pd.Series, high: pd.Series, color: str) -> None:
        """A band between two lines."""
        self.fig.add_scatter(
            x=[*x, *x[::-1]], y=[*high, *low[::-1]], fill="toself", fillcolor=faded(color, BAND_OPACITY / 2),
            mode="lines", line={"width": 0}, hoverinfo="skip", name="90% interval", row=1, col=1,
        )  # fmt: skip

    def end(self, text: str, color: str, value: float, sign: str = "■") -> End:
        """A label at the height of a value."""
        return End(text, color, float(np.clip(self.up.height(value), 0, 1)), sign)


def plane_of(
    words: tuple[str, str, str],
    x: Named,
    y: Named,
    xs: ArrayLike,
    ys: ArrayLike,
    logs: tuple[bool, bool],
    zero: bool = True,
) -> Plane:
    """An empty plane that holds some values; `words` are title, caption and alternative."""
    fig = panels(*words, below=BELOW_TITLED)
    across, up = close(xs, x.unit, logs[0]), (axis_for if zero else close)(ys, y.unit, logs[1])
    across.put_below(fig, x.label)
    up.put(fig, y.label)
    fig.update_layout(hovermode="closest")
    return Plane(fig, across, up)


def close(values: ArrayLike, unit: str, log: bool) -> Axis:
    """An axis that does not begin at zero."""
    if log:
        return axis_for(values, unit, True)
    low, high = float(np.min(values)), float(np.max(values))
    room = 0.05 * (high - low) or 1.0
    return Axis(False, low - room, high + room, 1.0, unit)
