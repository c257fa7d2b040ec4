"""Axes with known ends, linear or logarithmic, in readable units, so that labels find their place."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from analysis.units import BARE_UNITS, is_money, plain, power_of_ten, scale_of

DECADES_FOR_LOG = 2.5  # positive data that span more are drawn on a log axis
ROOM = 0.05  # of the axis, left free beyond the data
TITLE_SHIFT = 8  # px of an axis title above its panel
MOST_BELOW = 5  # ticks of a logarithmic axis below a panel
TINY = 0.01  # below this, ticks of a linear axis are powers of ten


@dataclass(frozen=True)
class Axis:
    """A vertical axis; `low` and `high` are its ends in drawn units (in log10 on a log axis)."""

    log: bool
    low: float
    high: float
    factor: float  # what data are divided by before they are drawn
    unit: str

    def drawn(self, values: ArrayLike) -> NDArray[np.float64]:
        """Data in drawn units; NaN where they cannot be drawn."""
        scaled = np.asarray(values, dtype=float) / self.factor
        return np.where(np.isfinite(scaled) & ((scaled > 0) | (not self.log)), scaled, np.nan)

    def height(self, value: float) -> float:
        """Where a value in data units lies: 0 at the bottom, 1 at the top."""
        scaled = value / self.factor
        return ((math.log10(scaled) if self.log else scaled) - self.low) / (self.high - self.low)

    def titled(self, label: str) -> str:
        """The title of the axis: label, unit, and whether it is logarithmic."""
        unit = "" if self.unit in BARE_UNITS else f", {self.unit}"
        return f"{label}{unit}{' (log scale)' if self.log else ''}"

    def put(self, fig: go.Figure, label: str, row: int = 1) -> None:
        """Give this axis to a row of a figure, its title above the panel, where it reads without turning."""
        fig.update_yaxes(range=[self.low, self.high], **self._ticks(), row=row, col=1)
        fig.add_annotation(
            text=self.titled(label), x=0, xref="paper", xanchor="left", showarrow=False,
            y=1, yref=panel_of(row), yanchor="bottom", yshift=TITLE_SHIFT,
        )  # fmt: skip

    def put_below(self, fig: go.Figure, label: str, row: int = 1) -> None:
        """Make this the horizontal axis of a row, titled below the panel."""
        title = {"text": self.titled(label), "standoff": 10}
        ticks = self._ticks()
        for part in {"tickvals", "ticktext"} & set(ticks):
            ticks[part] = ticks[part][:: math.ceil(len(ticks[part]) / MOST_BELOW)]
        fig.update_xaxes(range=[self.low, self.high], title=title, **ticks, row=row, col=1)

    def _ticks(self) -> dict[str, Any]:
        if not self.log:
            return {"exponentformat": "power"} if self.high < TINY else {"tickformat": ",~f"}
        values = log_ticks(self.low, self.high)
        return {"type": "log", "tickvals": values, "ticktext": [tick_text(v, self.unit) for v in values]}


def panel_of(row: int) -> str:
    """Plotly's name for heights, 0 to 1, in a row's panel."""
    return f"y{row if row > 1 else ''} domain"


def axis_for(values: ArrayLike, unit: str, log: bool | None = None) -> Axis:
    """The axis that fits some data, which must hold a finite value; logarithmic where they span decades."""
    array = np.asarray(values, dtype=float).ravel()
    array = array[np.isfinite(array)]
    above = array[array > 0]
    if log is None:
        log = bool(len(above) and array.min() >= 0 and above.max() / above.min() > 10**DECADES_FOR_LOG)
    if log and len(above):
        low, high = math.log10(above.min()), math.log10(above.max())
        room = max(0.1, ROOM * (high - low))
        return Axis(True, low - room, high + room, 1.0, unit)
    scale = scale_of(array, unit)
    low, high = min(0.0, array.min()) / scale.factor, max(0.0, array.max()) / scale.factor
    room = ROOM * (high - low) or 1.0
    return Axis(False, low - room if low < 0 else 0.0, high + room, scale.factor, scale.unit)


def log_ticks(low: float, high: float) -> list[float]:
    """Round numbers between the ends (log10): powers of ten, or 1, 2, 5 of each where these are few."""
    exponents = range(math.floor(low), math.ceil(high) + 1)
    powers = [10.0**e for e in exponents if low <= e <= high]
    if len(powers) >= 3:
        return powers[:: math.ceil(len(powers) / 6)]
    return [m * 10.0**e for e in exponents for m in (1, 2, 5) if low <= math.log10(m) + e <= high]


def tick_text(value: float, unit: str) -> str:
    """A tick of a log axis: 1 bn, 0.1, 10²⁴."""
    if is_money(unit):
        scale = scale_of(value, unit)
        return f"{plain(value / scale.factor)} {scale.unit.removesuffix(unit)}".strip()
    exponent = math.floor(math.log10(value) + 1e-9)
    if -5 < exponent < 5 or (exponent == 5 and value % 1e5):
        return f"{value:,.10g}"
    mantissa = round(value / 10.0**exponent)
    return power_of_ten(exponent) if mantissa == 1 else f"{mantissa}·{power_of_ten(exponent)}"


def time_axis(fig: go.Figure, dates: pd.Series) -> None:
    """Years below the data, months where they are few, and room for a single month."""
    first, last = dates.min(), dates.max()
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    edge = pd.Timedelta(days=15 if months <= 6 else 0)
    fig.update_xaxes(type="date", range=[first - edge, last + edge])
    if months <= 36:
        step = math.ceil(months / 4)
        fig.update_xaxes(dtick=f"M{step}", tick0=first, tickformat="%b %Y")
    else:
        fig.update_xaxes(dtick=f"M{12 * math.ceil(months / 12 / 4)}", tick0="2020-01-01", tickformat="%Y")
