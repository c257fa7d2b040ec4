"""Charts of paired differences between scenarios."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for
from analysis.charts.parts import (
    ABOVE,
    BELOW_TITLED,
    End,
    has_data,
    label_ends,
    label_rows,
    nothing,
    panels,
    runs_word,
)  # fmt: skip
from analysis.style import NEUTRAL, PALETTE
from analysis.tables import FEW_RUNS
from analysis.units import amount

ROW_HEIGHT = 52  # px, two lines of a label and air
PARTS = {"middle": "median", "low": "low", "high": "high"}  # what is drawn -> its column
MANY = 3.0  # times: from here ratios are told as multiples, below as per cent


def forest(effects: pd.DataFrame, singles: pd.DataFrame, title: str, caption: str) -> go.Figure:
    """What changes, outcome by outcome, as ratios to the reference, run against run of the same luck.

    `effects` has `label`, `middle`, `low`, `high` (ratios), `words`, `runs`; `singles` has `label`, `ratio`,
    one row a pair of runs. Pairs are dots where there are fewer than 32, else a bar from `low` to `high`.
    """
    shown = effects[(effects["middle"] > 0) & np.isfinite(effects["middle"])]
    if not has_data(shown["middle"]):
        return nothing(title, "No outcome can be compared.")
    few = shown["runs"].max() < FEW_RUNS
    marks = "dots = single pairs" if few else "bar = 10th to 90th percentile over luck"
    place = {label: row for row, label in enumerate(shown["label"])}
    dots = singles[singles["label"].isin(place) & (singles["ratio"] > 0)]
    alt = f"Change against the reference in {runs_word(int(shown['runs'].max()))}"
    fig = _rows(shown, title, f"{caption} Diamond = median; {marks}.", alt, 1.0)
    if few:
        _add_dots(fig, dots, place)
    else:
        _add_bars(fig, shown)
    _ratio_axis(fig, _extent(shown, dots if few else dots.iloc[:0]))
    return fig


def differences(table: pd.DataFrame, unit: str, title: str) -> go.Figure:
    """What each change does alone to one outcome: label, and median, low and high over runs of equal luck."""
    if table.empty or not has_data(table["median"]):
        return nothing(title, "Nothing differs.")
    axis = axis_for(table[["low", "high"]], unit, log=False)
    drawn = {part: axis.drawn(table[column]) for part, column in PARTS.items()}
    shown = table[["label"]].assign(**drawn, words=[amount(value, unit) for value in table["median"]])
    caption = "Diamond = median over runs of equal luck; bar = 10th to 90th percentile."
    fig = _rows(shown, title, caption, "Change against the reference", 0.0)
    _add_bars(fig, shown)
    axis.put_below(fig, "Effect")
    return fig


def _rows(shown: pd.DataFrame, title: str, caption: str, alt: str, reference: float) -> go.Figure:
    """A row for each change: its name, a diamond at its middle, its number at the right."""
    listed = "; ".join(f"{effect.label} {effect.words}" for effect in shown.itertuples())
    height = ROW_HEIGHT * len(shown) + BELOW_TITLED + ABOVE
    fig = panels(title, caption, f"{alt}: {listed}.", 1, height, BELOW_TITLED)
    fig.add_vline(x=reference, line={"color": NEUTRAL, "width": 2})
    _add_middles(fig, shown)
    label_rows(fig, list(shown["label"]), list(shown["label"]))
    _label_effects(fig, shown)
    return fig.update_layout(hovermode="closest")


def _add_dots(fig: go.Figure, singles: pd.DataFrame, place: dict[str, int]) -> None:
    fig.add_scatter(
        x=singles["ratio"], y=singles["label"].map(place), mode="markers", hoverinfo="skip",
        marker={"color": PALETTE[0], "opacity": 0.6, "size": 8}, row=1, col=1,
    )  # fmt: skip


def _add_bars(fig: go.Figure, shown: pd.DataFrame) -> None:
    for row, effect in enumerate(shown.itertuples()):
        fig.add_scatter(
            x=[effect.low, effect.high], y=[row, row], mode="lines", line={"color": PALETTE[0], "width": 5},
            opacity=0.5, hoverinfo="skip", row=1, col=1,
        )  # fmt: skip


def _add_middles(fig: go.Figure, shown: pd.DataFrame) -> None:
    fig.add_scatter(
        x=shown["middle"], y=list(range(len(shown))), mode="markers", text=shown["words"],
        marker={"color": PALETTE[1], "symbol": "diamond", "size": 12}, hovertemplate="%{text}", row=1, col=1,
    )  # fmt: skip


def _label_effects(fig: go.Figure, shown: pd.DataFrame) -> None:
    """The numbers at the right, each at its row."""
    rows = len(shown)
    ends = [
        End(words.replace(" (", "<br>("), "rgba(0,0,0,0)", 1 - (i + 0.6) / (rows + 0.2), sign="")
        for i, words in enumerate(shown["words"])
    ]
    label_ends(fig, ends)


def _extent(shown: pd.DataFrame, singles: pd.DataFrame) -> tuple[float, float]:
    """Smallest and largest ratio to be drawn, no change included."""
    values = np.concatenate([shown["middle"], shown["low"], shown["high"], singles["ratio"], [1.0]])
    values = values[np.isfinite(values) & (values > 0)]
    return float(values.min()), float(values.max())


def _ratio_axis(fig: go.Figure, extent: tuple[float, float]) -> None:
    low, high = (math.log10(value) for value in extent)
    room = max(0.06 * (high - low), 0.004)
    ticks = ratio_ticks(*extent)
    fig.update_xaxes(
        type="log", range=[low - room, high + room], tickvals=ticks, ticktext=[ratio_word(t) for t in ticks],
        showgrid=True, title={"text": "Change against the reference (log scale)", "standoff": 10},
    )  # fmt: skip


def ratio_ticks(low: float, high: float) -> list[float]:
    """Round ratios between two, at most some six, 1 among them."""
    if high > MANY or low < 1 / MANY:
        ladder = _multiples()
    else:
        step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if (high - low) / s <= 6)
        ladder = [1 + step * k for k in range(math.ceil((0.05 - 1) / step), math.floor(4 / step))]
    inside = [tick for tick in ladder if low * 0.999 <= tick <= high * 1.001]
    thin = math.ceil(len(inside) / 7)
    return [tick for i, tick in enumerate(inside) if (i - _nearest(inside)) % thin == 0]


def _multiples() -> list[float]:
    """..., 1/5, 1/2, 1, 2, 5, 10, ..."""
    steps = [m * 10.0**e for e in range(12) for m in (1, 2, 5)]
    return [1 / step for step in reversed(steps[1:])] + steps


def _nearest(ticks: Sequence[float]) -> int:
    """The place of no change."""
    return int(np.argmin([abs(math.log(tick)) for tick in ticks])) if ticks else 0


def ratio_word(ratio: float) -> str:
    """Such as 'same', '+10%', '−20%', '×5', '÷5'."""
    if abs(ratio - 1) < 1e-9:
        return "same"
    if ratio >= MANY * 0.66:
        return f"×{ratio:,.3g}"
    if ratio <= 1 / (MANY * 0.66):
        return f"÷{1 / ratio:,.2g}"
    return f"{100 * (ratio - 1):+.3g}%".replace("-", "−")
