"""Charts of a sweep: an outcome over two factors, and over one."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for
from analysis.charts.market import BAND_OPACITY, BLUE, BOTH
from analysis.charts.parts import (
    ABOVE,
    BELOW_TITLED,
    Named,
    has_data,
    inside,
    named_axis,
    nothing,
    panels,
    runs_word,
)  # fmt: skip
from analysis.style import INK, faded, provider_label
from analysis.tables import FEW_RUNS, HIGH, LOW
from analysis.units import plain, scale_of

CELL_HEIGHT = 40  # px
COLOR_BAR = {"outlinewidth": 0, "thickness": 14}
MOST_LABELLED = 10  # columns in which numbers fit
LIGHT_ABOVE = 0.5  # place on the colour scale from which dark ink reads better
SCALE = (
    (0.0, "#00224E"), (0.2, "#2A3F6D"), (0.4, "#575D6D"),
    (0.6, "#7D7C78"), (0.8, "#B5A468"), (1.0, "#FEE838"),
)  # cividis: even steps to every kind of colour vision  # fmt: skip


def phase(runs: pd.DataFrame, x: Named, y: Named, value: Named, panel: Named | None = None) -> go.Figure:
    """Median of an outcome over the runs of each cell of two factors, a panel for each level of a third.

    `runs` has one row a run and a column for each name.
    """
    title = f"{value.label} by {inside(x.label)} and {inside(y.label)}"
    if not has_data(runs[value.name]):
        return nothing(title, "This has no value in any run.")
    tables = _cells(runs, x, y, value, panel)
    shape = next(iter(tables.values())).shape
    caption = f"{_unit(runs, value)} Number in a cell = median of {_per_cell(runs, x, y, panel)}."
    height = len(tables) * (shape[0] * CELL_HEIGHT + ABOVE) + BELOW_TITLED
    fig = panels(title, caption, _told(tables, value), len(tables), height, BELOW_TITLED)
    bounds = np.nanmin([t.min(axis=None) for t in tables.values()]), _top(tables)
    for row, (heading, table) in enumerate(tables.items(), start=1):
        _add_cells(fig, table, bounds, row, heading or named_axis(y))
    fig.update_xaxes(title={"text": named_axis(x), "standoff": 10}, row=len(tables), col=1)
    fig.update_layout(hovermode="closest")
    return fig


def _cells(
    runs: pd.DataFrame, x: Named, y: Named, value: Named, panel: Named | None
) -> dict[str, pd.DataFrame]:
    """Heading -> medians `[y, x]` in drawn units."""
    scale = scale_of(runs[value.name], value.unit)
    scaled = runs.assign(**{value.name: runs[value.name] / scale.factor})
    parts = [("", scaled)] if panel is None else list(scaled.groupby(panel.name, sort=True))
    return {
        _heading(level, panel, y): part.pivot_table(value.name, y.name, x.name, "median", dropna=False)
        for level, part in parts
    }


def _heading(level: Any, panel: Named | None, y: Named) -> str:
    return "" if panel is None else f"{named_axis(y)}; {panel.label} {level_word(level)}"


def _top(tables: dict[str, pd.DataFrame]) -> float:
    return float(np.nanmax([table.max(axis=None) for table in tables.values()]))


def _add_cells(
    fig: go.Figure, table: pd.DataFrame, bounds: tuple[float, float], row: int, heading: str
) -> None:
    """Coloured cells with their numbers, or a colour bar where there is no room for numbers."""
    xs, ys = ([level_word(level) for level in levels] for levels in (table.columns, table.index))
    labelled = len(xs) <= MOST_LABELLED
    low, high = bounds
    fig.add_heatmap(
        x=xs, y=ys, z=table.to_numpy(), zmin=low, zmax=high if high > low else low + 1, colorscale=SCALE,
        showscale=not labelled and row == 1, xgap=2, ygap=2,
        hovertemplate="%{x}, %{y}: %{z:.3~g}<extra></extra>", colorbar=COLOR_BAR, row=row, col=1,
    )  # fmt: skip
    if labelled:
        _add_numbers(fig, table, bounds, row, xs, ys)
    fig.update_xaxes(type="category", showline=False, row=row, col=1)
    fig.update_yaxes(type="category", showgrid=False, showline=False, row=row, col=1)
    fig.add_annotation(
        text=heading, x=0, xref="paper", xanchor="left", showarrow=False, y=1,
        yref=f"y{row if row > 1 else ''} domain", yanchor="bottom", yshift=6,
    )  # fmt: skip


def _add_numbers(
    fig: go.Figure,
    table: pd.DataFrame,
    bounds: tuple[float, float],
    row: int,
    xs: list[str],
    ys: list[str],
) -> None:
    low, high = bounds
    flat = table.to_numpy().ravel()
    dark = (flat - low) > LIGHT_ABOVE * (high - low)
    fig.add_scatter(
        x=xs * len(ys), y=np.repeat(ys, len(xs)), mode="text", hoverinfo="skip",
        text=[plain(value) if np.isfinite(value) else "" for value in flat],
        textfont={"color": [INK[False] if lit else "#FFFFFF" for lit in dark]}, row=row, col=1,
    )  # fmt: skip


def level_word(level: Any) -> str:
    """A factor's level as a short word: 0.2, 1 bn, a scenario's name."""
    if isinstance(level, bool | str | None):
        return provider_label(str(level))
    scale = scale_of(level, "USD") if abs(level) >= 1e6 else scale_of(0.0, "1")
    return f"{level / scale.factor:.3g} {scale.unit.removesuffix('USD').removesuffix('1')}".strip()


def _unit(runs: pd.DataFrame, value: Named) -> str:
    """The unit of the numbers in the cells, as a sentence, where there is one to tell."""
    said = named_axis(Named(value.name, "", scale_of(runs[value.name], value.unit).unit)).lstrip(", ")
    return f"In {said}." if said else ""


def _per_cell(runs: pd.DataFrame, x: Named, y: Named, panel: Named | None) -> str:
    names = [x.name, y.name] + ([panel.name] if panel else [])
    sizes = runs.groupby(names, dropna=False).size()
    few, most = int(sizes.min()), int(sizes.max())
    return runs_word(most) if few == most else f"{few} to {runs_word(most)}"


def _told(tables: dict[str, pd.DataFrame], value: Named) -> str:
    flat = pd.concat([table.stack() for table in tables.values()])
    (y_low, x_low), (y_high, x_high) = flat.idxmin(), flat.idxmax()
    return (
        f"Coloured grid. {value.label} is lowest, {plain(flat.min())}, at {level_word(x_low)} and "
        f"{level_word(y_low)}, and highest, {plain(flat.max())}, at {level_word(x_high)} and "
        f"{level_word(y_high)}."
    )


def response(runs: pd.DataFrame, x: Named, value: Named, covers: str = BOTH) -> go.Figure:
    """An outcome at the end against one factor: median by level; dots where runs are few, else a band."""
    title = f"{value.label} by {inside(x.label)}"
    known = runs[np.isfinite(runs[value.name])]
    if known.empty:
        return nothing(title, "This has no value in any run.")
    grouped = known.groupby(x.name)[value.name]
    middle, most = grouped.median(), int(grouped.size().max())
    few = most < FEW_RUNS
    marks = "dots = single runs" if few else f"band = 10th to 90th percentile over {covers}"
    axis, ends = axis_for(known[value.name], value.unit), [middle.iloc[0], middle.iloc[-1]]
    alt = f"{value.label} is {plain(ends[0])} at the lowest level and {plain(ends[1])} at the highest."
    fig = panels(title, f"Line = median of {runs_word(most)} a level; {marks}.", alt, below=BELOW_TITLED)
    if few:
        fig.add_scatter(
            x=known[x.name], y=axis.drawn(known[value.name]), mode="markers",
            marker={"color": BLUE, "opacity": 0.5, "size": 6}, hoverinfo="skip", row=1, col=1,
        )  # fmt: skip
    else:
        for quantile, fill in ((LOW, None), (HIGH, "tonexty")):
            fig.add_scatter(
                x=middle.index, y=axis.drawn(grouped.quantile(quantile)), mode="lines", line={"width": 0},
                fill=fill, fillcolor=faded(BLUE, BAND_OPACITY), hoverinfo="skip", row=1, col=1,
            )  # fmt: skip
    fig.add_scatter(
        x=middle.index, y=axis.drawn(middle), mode="lines+markers", line={"color": BLUE, "width": 3},
        hovertemplate="%{y:.3~g}", row=1, col=1,
    )  # fmt: skip
    axis.put(fig, value.label)
    _factor_axis(known[x.name], x).put_below(fig, x.label)
    return fig


def _factor_axis(levels: pd.Series, x: Named) -> Any:
    """An axis that fits the levels closely: logarithmic where they span decades."""
    axis = axis_for(levels, x.unit)
    if axis.log:
        return axis
    low, high = levels.min() / axis.factor, levels.max() / axis.factor
    room = 0.05 * (high - low) or 1.0
    return type(axis)(False, low - room, high + room, axis.factor, axis.unit)
