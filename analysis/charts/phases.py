"""Charts of a sweep: an outcome or the market's structure over two factors, and an outcome over one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for, panel_of
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
from analysis.style import INK, NEUTRAL, PALETTE, faded, provider_label
from analysis.tables import FEW_RUNS, HIGH, LOW
from analysis.units import plain, scale_of
from sim.regimes import STRUCTURE

CELL_HEIGHT = 44  # px
LEGEND = 36  # px
COLOR_BAR = {"outlinewidth": 0, "thickness": 14}
MOST_LABELLED = 10  # columns in which numbers fit
LIGHT_ABOVE = 0.5  # place on the colour scale from which dark ink reads better
SCALE = (
    (0.0, "#00224E"), (0.2, "#2A3F6D"), (0.4, "#575D6D"),
    (0.6, "#7D7C78"), (0.8, "#B5A468"), (1.0, "#FEE838"),
)  # cividis: even steps to every kind of colour vision  # fmt: skip
COLORS = {
    "monopoly": PALETTE[1],
    "duopoly": PALETTE[4],
    "oligopoly": PALETTE[2],
    "competitive": PALETTE[0],
    "none": NEUTRAL,
}
BOUND = {2.0: ("2", "solid"), 1.5: ("3", "dash"), 1.25: ("5", "dot")}  # theta -> equal providers that fit
CLICKED = {"marker": {"color": "rgba(255,255,255,0.25)"}}


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
        _add_outcome(fig, table, bounds, row)
        _head(fig, heading or named_axis(y), row)
    return _across(fig, x, len(tables))


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


def _add_outcome(fig: go.Figure, table: pd.DataFrame, bounds: tuple[float, float], row: int) -> None:
    """Coloured cells with their numbers, or a colour bar where there is no room for numbers."""
    low, high = bounds
    labelled = len(table.columns) <= MOST_LABELLED
    fig.add_heatmap(
        z=table.to_numpy(), zmin=low, zmax=high if high > low else low + 1, colorscale=SCALE, xgap=2, ygap=2,
        showscale=not labelled and row == 1, colorbar=COLOR_BAR, hoverinfo="skip", row=row, col=1,
    )  # fmt: skip
    flat = table.to_numpy().ravel()
    texts = [plain(value) if np.isfinite(value) else "" for value in flat]
    lit = (flat - low) > LIGHT_ABOVE * (high - low)
    colors = [INK[False] if dark else "#FFFFFF" for dark in lit]
    _add_marks(fig, table, texts if labelled else [""] * len(texts), texts, colors, row)


def _add_marks(
    fig: go.Figure, table: pd.DataFrame, texts: Sequence[str], said: Sequence[str], colors: Any, row: int = 1
) -> None:
    """Words in the cells, which can be pointed at and clicked; they carry the levels of x and y."""
    levels = [(x, y) for y in table.index for x in table.columns]
    places = [(x, y) for y in range(len(table.index)) for x in range(len(table.columns))]
    words = [f"{level_word(x)}, {level_word(y)}: {one}" for (x, y), one in zip(levels, said, strict=True)]
    fig.add_scatter(
        x=[x for x, _ in places], y=[y for _, y in places], mode="markers+text", text=texts,
        textfont={"color": colors}, marker={"size": 40, "symbol": "square", "color": "rgba(0,0,0,0)"},
        selected=CLICKED, customdata=levels, hovertext=words, hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False, row=row, col=1,
    )  # fmt: skip
    for update, axis in ((fig.update_xaxes, table.columns), (fig.update_yaxes, table.index)):
        ticks = {"tickvals": list(range(len(axis))), "ticktext": [level_word(level) for level in axis]}
        edges = [-0.5, len(axis) - 0.5]
        update(showgrid=False, showline=False, zeroline=False, range=edges, **ticks, row=row, col=1)


def _head(fig: go.Figure, heading: str, row: int = 1) -> None:
    """What is upwards, above a panel."""
    fig.add_annotation(
        text=heading, x=0, xref="paper", xanchor="left", showarrow=False, y=1, yref=panel_of(row),
        yanchor="bottom", yshift=6,
    )  # fmt: skip


def _across(fig: go.Figure, x: Named, row: int = 1) -> go.Figure:
    """What is across, below the last panel."""
    fig.update_xaxes(title={"text": named_axis(x), "standoff": 10}, row=row, col=1)
    return fig.update_layout(hovermode="closest")


def structures(regimes: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """One row a cell: factors, the commonest structure, how many of its runs, all runs."""
    rows = []
    for (a, b), cell in regimes.groupby([x, y]):
        counts = cell["structure"].value_counts()
        first = counts[counts == counts.max()].index
        common = next(name for name in STRUCTURE if name in first)
        rows.append({x: a, y: b, "structure": common, "count": int(counts.max()), "runs": len(cell)})
    return pd.DataFrame(rows)


def structure_map(regimes: pd.DataFrame, x: Named, y: Named) -> go.Figure:
    """The commonest market outcome of each cell, and in how many of its runs."""
    cells = structures(regimes, x.name, y.name)
    present = [name for name in STRUCTURE if (cells["structure"] == name).any()]
    count = cells["count"].astype(str) + " of " + cells["runs"].astype(str)
    cells = cells.assign(code=cells["structure"].map(present.index), count=count)
    cells["said"] = cells["structure"] + " in " + count + " runs"
    wide = cells.pivot(index=y.name, columns=x.name)
    alt = "; ".join(f"{one[x.name]:g}, {one[y.name]:g}: {one['said']}" for _, one in cells.iterrows())
    title, height = "Who is left at the end", len(wide) * CELL_HEIGHT + ABOVE + BELOW_TITLED
    caption = "Number in a cell = runs that end like this, of all runs."
    fig = panels(title, caption, f"{title}, over {x.label} and {y.label}: {alt}", 1, height, BELOW_TITLED)
    steps = np.repeat(np.arange(len(present) + 1) / len(present), 2)[1:-1]
    colors = [[float(step), faded(COLORS[present[k // 2]], 0.85)] for k, step in enumerate(steps)]
    fig.add_heatmap(
        z=wide["code"].to_numpy(), zmin=-0.5, zmax=len(present) - 0.5, colorscale=colors, showscale=False,
        xgap=2, ygap=2, hoverinfo="skip", row=1, col=1,
    )  # fmt: skip
    texts, said = (wide[part].fillna("").to_numpy().ravel() for part in ("count", "said"))
    _add_marks(fig, wide["code"], texts, said, "#FFFFFF")
    for name in present:
        _sample(fig, name, mode="markers", marker={"symbol": "square", "size": 13, "color": COLORS[name]})
    _head(fig, named_axis(y))
    return _across(_with_legend(fig), x)


def with_bound(fig: go.Figure, ends: pd.DataFrame, x: str, y: str) -> go.Figure:
    """Lines where the leader's reward for a bigger run leaves room for 2, 3 and 5 equal providers."""
    grid = ends.groupby([x, y])["theta"].median().unstack(x)
    for level, (providers, dash) in BOUND.items():
        if not grid.min(axis=None) < level < grid.max(axis=None):
            continue
        fig.add_contour(
            z=grid.to_numpy(), showscale=False, hoverinfo="skip", name=f"room for {providers}",
            contours={"type": "constraint", "operation": "=", "value": level}, showlegend=False,
            line={"color": INK[False], "width": 2.5, "dash": dash}, row=1, col=1,
        )  # fmt: skip
        _sample(
            fig, f"room for {providers}", mode="lines", line={"color": NEUTRAL, "width": 2.5, "dash": dash}
        )
    return _with_legend(fig)


def _sample(fig: go.Figure, name: str, **look: Any) -> None:
    """An entry of the legend."""
    fig.add_scatter(x=[None], y=[None], name=name, showlegend=True, row=1, col=1, **look)


def _with_legend(fig: go.Figure) -> go.Figure:
    """Entries in a row below the panel."""
    below = {"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"}
    room = BELOW_TITLED + LEGEND - fig.layout.margin.b
    fig.update_layout(height=fig.layout.height + room, margin={"b": fig.layout.margin.b + room})
    return fig.update_layout(legend=below, showlegend=True)


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
