"""The chart of how runs end over levers: shares of structures, one bar a setting, one panel a lever."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from analysis.style import FIGURE_WIDTH, FONT_SIZE, NEUTRAL, PALETTE, apply
from sim.regimes import STRUCTURE

COLORS: dict[str, str] = dict(
    zip(STRUCTURE, (PALETTE[1], PALETTE[4], PALETTE[2], PALETTE[0], NEUTRAL), strict=True)
)
ROW, HEAD = 40, 150  # px, of a bar, and above and below all panels
LABELS = 300  # px, left of the bars
LEAST = 0.12  # of the runs: below it a bar has no number in it


def shares_figure(levers: Sequence[tuple[str, pd.DataFrame]]) -> go.Figure:
    """Share of runs by structure; each table has setting, runs and a count for every structure."""
    bars = [len(found) for _, found in levers]
    height = HEAD + ROW * (sum(bars) + 2 * len(levers))
    fig = make_subplots(
        rows=len(levers), cols=1, subplot_titles=[title for title, _ in levers], row_heights=bars,
        vertical_spacing=1.6 * ROW / height,
    )  # fmt: skip
    present = [name for name in STRUCTURE if any(found[name].sum() for _, found in levers)]
    for row, (_, found) in enumerate(levers, start=1):
        for name in present:
            _bar(fig, found, name, row)
        fig.update_yaxes(autorange="reversed", row=row, col=1)
        fig.update_xaxes(range=[0, 1], tickformat=".0%", showticklabels=row == len(levers), row=row, col=1)
    return _dressed(fig, levers, height)


def _bar(fig: go.Figure, found: pd.DataFrame, name: str, row: int) -> None:
    share = found[name] / found["runs"]
    fig.add_bar(
        y=found["setting"], x=share, name=name, orientation="h", marker={"color": COLORS[name]},
        legendgroup=name, showlegend=row == 1, row=row, col=1, textfont={"color": "#FFFFFF"},
        text=[str(n) if part >= LEAST else "" for n, part in zip(found[name], share, strict=True)],
        textposition="inside", insidetextanchor="middle",
        hovertemplate=f"%{{y}}: {name} in %{{x:.0%}} of runs",
    )  # fmt: skip


def _dressed(fig: go.Figure, levers: Sequence[tuple[str, pd.DataFrame]], height: int) -> go.Figure:
    runs = int(levers[0][1]["runs"].iloc[0])
    title, caption = "How runs end", f"Share of {runs} runs by structure at the end; numbers are runs."
    fig.update_layout(
        title={"text": title, "subtitle": {"text": caption}},
        meta={"title": title, "caption": caption, "alt": _told(levers)},
        barmode="stack", bargap=0.25, height=height, width=FIGURE_WIDTH + LABELS // 2,
        margin={"t": HEAD - 30, "b": 80, "l": LABELS}, showlegend=True,
        legend={"orientation": "h", "y": -0.06, "x": 0, "traceorder": "normal"},
    )  # fmt: skip
    fig.update_annotations(x=0, xanchor="left", font={"size": FONT_SIZE})
    return apply(fig)


def _told(levers: Sequence[tuple[str, pd.DataFrame]]) -> str:
    parts = []
    for title, found in levers:
        ends = [
            f"{row['setting']}: " + ", ".join(f"{name} {row[name]}" for name in STRUCTURE if row[name])
            for row in found.to_dict("records")
        ]
        parts.append(f"{title}: {'; '.join(ends)}.")
    return " ".join(parts)
