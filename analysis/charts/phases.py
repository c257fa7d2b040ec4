"""Phase diagrams: where the market ends over two factors, and curves of one factor."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for
from analysis.charts.parts import has_data, nothing, panels
from analysis.style import PALETTE, faded
from analysis.tables import LOW, outcome
from analysis.units import amount, beside, plain, share
from sim.regimes import STRUCTURE

COLORS = {
    "monopoly": PALETTE[1],
    "duopoly": PALETTE[4],
    "oligopoly": PALETTE[2],
    "competitive": PALETTE[0],
    "none": "#8A929C",
}
SCALE = [[0.0, "#F4E3C1"], [0.5, "#5FA8A0"], [1.0, "#134B63"]]
BOUND = {2.0: "2", 1.5: "3", 1.25: "5"}  # reward for a bigger run -> equal providers that fit
HEIGHT = 520  # px


def structures(regimes: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """One row a cell: factors, the commonest structure, how many of its runs, all runs, point."""
    rows = []
    for (a, b), cell in regimes.groupby([x, y]):
        counts = cell["structure"].value_counts()
        first = counts[counts == counts.max()].index
        common = next(name for name in STRUCTURE if name in first)
        rows.append({x: a, y: b, "structure": common, "count": int(counts.max()), "runs": len(cell)})
    return pd.DataFrame(rows)


def structure_map(
    regimes: pd.DataFrame, ends: pd.DataFrame, x: str, y: str, labels: dict[str, str]
) -> go.Figure:
    """The commonest market outcome of each cell and in how many runs; the bound's lines over it."""
    cells = structures(regimes, x, y)
    present = [name for name in STRUCTURE if (cells["structure"] == name).any()]
    codes = cells.assign(code=[present.index(name) for name in cells["structure"]])
    fig = _map("Who is left at the end", cells, "structure", labels, x, y)
    steps = np.repeat(np.arange(len(present) + 1) / len(present), 2)[1:-1]
    colors = [[float(step), faded(COLORS[present[k // 2]], 0.85)] for k, step in enumerate(steps)]
    _heat(fig, codes.pivot(index=y, columns=x, values="code"), colors, (-0.5, len(present) - 0.5))
    texts = [f"{row.count} of {row.runs}" for row in cells.itertuples()]
    said = [f"{row.structure} in {row.count} of {row.runs} runs" for row in cells.itertuples()]
    _cells(fig, cells, x, y, texts, said, "#FFFFFF")
    for name in present:
        fig.add_scatter(
            x=[None], y=[None], mode="markers", name=name, showlegend=True, row=1, col=1,
            marker={"symbol": "square", "size": 13, "color": COLORS[name]},
        )  # fmt: skip
    return _bound(fig, ends, x, y)


def outcome_map(ends: pd.DataFrame, name: str, x: str, y: str, labels: dict[str, str]) -> go.Figure:
    """The median of an outcome at the end in each cell; the bound's lines over it."""
    entry = outcome(name)
    if not has_data(ends[name]):
        return nothing(entry.label, "This has no value at the end of any run.")
    cells = ends.groupby([x, y], as_index=False)[name].median()
    grid = cells.pivot(index=y, columns=x, values=name)
    fig = _map(f"{entry.label} at the end", cells, name, labels, x, y)
    _heat(fig, grid, SCALE, (float(np.nanmin(grid)), float(np.nanmax(grid))))
    middle = (np.nanmin(grid) + np.nanmax(grid)) / 2
    texts = [share(v) if entry.unit == "1" and np.nanmax(grid) <= 1 else plain(v) for v in cells[name]]
    said = [amount(value, entry.unit) for value in cells[name]]
    colors = ["#FFFFFF" if value > middle else "#1B1F24" for value in cells[name]]
    _cells(fig, cells, x, y, texts, said, colors)
    return _bound(fig, ends, x, y)


def _map(title: str, cells: pd.DataFrame, value: str, labels: dict[str, str], x: str, y: str) -> go.Figure:
    alt = f"{title}, over {labels[x]} and {labels[y]}: " + "; ".join(
        f"{row[x]:g}, {row[y]:g}: {row[value]}" for _, row in cells.iterrows()
    )
    fig = panels(title, "Click a cell to open its run. Lines: the bound, see below.", alt, height=HEIGHT)
    for update, factor in ((fig.update_xaxes, x), (fig.update_yaxes, y)):
        levels = sorted(cells[factor].unique())
        ticks = {"tickvals": list(range(len(levels))), "ticktext": [f"{level:g}" for level in levels]}
        update(title=labels[factor], showgrid=False, showline=False, **ticks)
    fig.update_layout(
        hovermode="closest",
        margin={"b": 110},
        legend={"orientation": "h", "y": -0.2, "x": 0},
        showlegend=True,
    )
    return fig


def _heat(fig: go.Figure, grid: pd.DataFrame, scale: Any, ends: tuple[float, float]) -> None:
    """Cells of equal size, whatever the steps between the levels."""
    fig.add_heatmap(
        z=grid.to_numpy(), colorscale=scale, zmin=ends[0], zmax=ends[1], showscale=False, xgap=3, ygap=3,
        hoverinfo="skip", row=1, col=1,
    )  # fmt: skip


def _cells(
    fig: go.Figure, cells: pd.DataFrame, x: str, y: str, texts: list[str], said: list[str], color: Any
) -> None:
    """Numbers in the cells, which can be clicked."""
    fig.add_scatter(
        x=_places(cells[x]), y=_places(cells[y]), mode="markers+text", text=texts,
        textfont={"color": color, "size": 13},
        marker={"size": 44, "symbol": "square", "color": "rgba(0,0,0,0)"}, showlegend=False,
        customdata=cells[[x, y]].to_numpy(), hovertext=said,
        hovertemplate="%{hovertext}<extra></extra>", selected={"marker": {"color": "rgba(255,255,255,0.25)"}},
        row=1, col=1,
    )  # fmt: skip


def _places(column: pd.Series) -> list[int]:
    """The number of each value's level."""
    levels = sorted(column.unique())
    return [levels.index(value) for value in column]


def _bound(fig: go.Figure, ends: pd.DataFrame, x: str, y: str) -> go.Figure:
    """Lines on which the leader's reward for a bigger run leaves room for 2, 3 and 5 equal providers."""
    grid = ends.groupby([x, y])["theta"].median().unstack(x)
    for (level, providers), dash in zip(BOUND.items(), ("solid", "dash", "dot"), strict=True):
        if not grid.min(axis=None) < level < grid.max(axis=None):
            continue
        fig.add_contour(
            z=grid.to_numpy(), showscale=False, hoverinfo="skip",
            contours={"type": "constraint", "operation": "=", "value": level},
            line={"color": "#1B1F24", "width": 2.5, "dash": dash}, name=f"room for {providers}",
            showlegend=True, row=1, col=1,
        )  # fmt: skip
    return fig


def curve(runs: pd.DataFrame, factor: str, name: str, label: str) -> go.Figure:
    """An outcome at the end over one factor: every run a dot, medians joined, band over luck."""
    entry = outcome(name)
    if not has_data(runs[name]):
        return nothing(entry.label, "This has no value at the end of any run.")
    axis = axis_for(runs[name], entry.unit)
    grouped = runs.groupby(factor)[name]
    middle, low, high = grouped.median(), grouped.quantile(LOW), grouped.quantile(1 - LOW)
    alt = ", ".join(f"at {value:g} {amount(m, entry.unit)}" for value, m in middle.items())
    caption = f"Dots = runs; line = median; band = 10th to 90th percentile. {label} below."
    fig = panels(f"{entry.label} at the end", caption, alt, height=380)
    for edge, fill in ((low, None), (high, "tonexty")):
        fig.add_scatter(
            x=edge.index, y=axis.drawn(edge), mode="lines", line={"width": 0}, hoverinfo="skip", fill=fill,
            fillcolor=faded(PALETTE[0], 0.2), row=1, col=1,
        )  # fmt: skip
    fig.add_scatter(
        x=runs[factor], y=axis.drawn(runs[name]), mode="markers", hoverinfo="skip",
        marker={"color": faded(PALETTE[0], 0.5), "size": 8}, row=1, col=1,
    )  # fmt: skip
    fig.add_scatter(
        x=middle.index, y=axis.drawn(middle), mode="lines", line={"color": PALETTE[0], "width": 3},
        hovertemplate=f"%{{y:.3~g}}{beside(axis.unit)}<extra></extra>", row=1, col=1,
    )  # fmt: skip
    axis.put(fig, entry.label)
    fig.update_xaxes(title=label)
    if (runs[factor] > 0).all() and runs[factor].max() / runs[factor].min() > 30:
        fig.update_xaxes(type="log")
    fig.update_layout(hovermode="closest", margin={"b": 70})
    return fig
