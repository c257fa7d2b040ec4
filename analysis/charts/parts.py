"""What charts share: an empty figure that says why, panels, labels at line ends, words on runs."""

import dataclasses
import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy
from numpy.typing import ArrayLike, NDArray
from plotly.subplots import make_subplots

from analysis.charts.axes import panel_of
from analysis.style import FIGURE_HEIGHT, FONT_SIZE, TITLE_SIZE, apply
from analysis.units import BARE_UNITS

LABEL_WIDTH = 18  # letters in a line of a label
ROW_WIDTH = 22  # letters in a line of a row's label
LETTER = 0.56 * FONT_SIZE  # px, mean width of a letter
LINE = 1.3 * FONT_SIZE  # px, height of a line of text
BELOW = 50  # px under the plotting area
BELOW_TITLED = 84  # px, where the horizontal axis has a title
ABOVE = 44  # px over it, for the title of the axis
CAPTION_WIDTH = 72  # letters in a line of a caption
TITLE_WIDTH, TITLE_LINE = 58, 1.3 * TITLE_SIZE  # letters in a line of a title; px


@dataclass(frozen=True)
class Named:
    """A column of a table in words."""

    name: str
    label: str
    unit: str


def named_axis(column: Named) -> str:
    """Label and unit."""
    return column.label + ("" if column.unit in (*BARE_UNITS, "") else f", {column.unit}")


@dataclass(frozen=True)
class End:
    """A label: its text, the colour and letter of its sign, and where its line ends (0 bottom, 1 top)."""

    text: str
    color: str
    height: float
    sign: str = "■"


def panels(
    title: str, caption: str, alt: str, rows: int = 1, height: int = FIGURE_HEIGHT, below: int = BELOW
) -> go.Figure:
    """An empty figure of stacked panels over one axis, with its title, caption and text alternative."""
    fig = go.Figure(_blank(rows, ABOVE * 1.2 / height))
    heads, lines = textwrap.wrap(title, TITLE_WIDTH), textwrap.wrap(caption, CAPTION_WIDTH)
    heading = 36 + TITLE_LINE * (len(heads) - 1) + LINE * max(2, len(lines))
    fig.update_layout(
        title={
            "text": "<br>".join(heads),
            "pad": {"t": 12 + TITLE_LINE * (len(heads) - 1), "l": 12},
            "subtitle": {"text": "<br>".join(lines)},
        },
        meta={"title": title, "caption": caption, "alt": alt},
        height=height + heading,
        margin={"t": heading + ABOVE, "b": below},
        hovermode="x unified",
    )
    return fig


@cache
def _blank(rows: int, gap: float) -> go.Figure:
    """Panels under each other, dressed; not to be changed."""
    return apply(make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=gap))


def untitled(fig: go.Figure) -> go.Figure:
    """A copy without title and caption, for pages that write these beside the figure."""
    bare = go.Figure(fig)
    heading = bare.layout.margin.t - ABOVE
    bare.update_layout(title=None, height=bare.layout.height - heading, margin={"t": ABOVE})
    return bare


def nothing(title: str, sentence: str) -> go.Figure:
    """A figure that says why it is empty."""
    fig = panels(title, "", sentence, height=FIGURE_HEIGHT // 2)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    fig.add_annotation(text=sentence, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False)
    return fig


def has_data(values: ArrayLike) -> bool:
    """Whether there is anything to draw."""
    return bool(np.isfinite(np.asarray(values, dtype=float)).any())


def spread(heights: ArrayLike, gap: float) -> NDArray[np.float64]:
    """Heights in [0, 1] moved as little as possible (least squares) so that they stand a gap apart.

    Equals keep their order; the gap shrinks where there are too many.
    """
    wished = np.asarray(heights, dtype=float)
    if len(wished) < 2:
        return wished
    gap = min(gap, 1 / (len(wished) - 1))
    order = np.argsort(wished, kind="stable")
    steps = gap * np.arange(len(wished))
    fitted = np.asarray(scipy.optimize.isotonic_regression(wished[order] - steps).x)
    placed = np.empty(len(wished))
    placed[order] = np.clip(fitted, 0.0, 1.0 - steps[-1]) + steps
    return placed


def label_ends(fig: go.Figure, ends: Sequence[End], row: int = 1) -> None:
    """Write labels to the right of a panel, none over another."""
    texts = [_lines(end.text) for end in ends]
    tallest = max((len(lines) for lines in texts), default=1)
    heights = spread([end.height for end in ends], (tallest * LINE + 3) / _panel_height(fig, row))
    labels = [
        {
            "text": _signed(end, lines), "align": "left", "showarrow": False,
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 4,
            "y": height, "yref": panel_of(row), "yanchor": "middle",
        }
        for end, lines, height in zip(ends, texts, heights, strict=True)
    ]  # fmt: skip
    fig.layout.annotations = [*fig.layout.annotations, *labels]
    widest = max((len(line) for lines in texts for line in lines), default=0)
    room = max(LETTER * (widest + 2) + 14, fig.layout.margin.r or 0)
    fig.update_layout(margin={"r": room})


def _signed(end: End, lines: Sequence[str]) -> str:
    """Lines after their coloured sign, or alone."""
    if not end.sign:
        return "<br>".join(lines)
    return f"<span style='color:{end.color}'>{end.sign}</span> " + "<br>\u2003".join(lines)


def _lines(text: str) -> list[str]:
    """A label in lines: where it says so, else where it is too long."""
    parts = text.split("<br>")
    return parts if len(parts) > 1 else _wrap(text, LABEL_WIDTH)


def _wrap(text: str, width: int) -> list[str]:
    """An escaped text in lines, no sign such as &lt; broken."""
    return [html.escape(line, quote=False) for line in textwrap.wrap(html.unescape(text), width)]


def _panel_height(fig: go.Figure, row: int) -> float:
    """Height of a row's panel, px."""
    low, high = fig.layout["yaxis" if row == 1 else f"yaxis{row}"].domain
    return float((high - low) * (fig.layout.height - fig.layout.margin.t - fig.layout.margin.b))


def runs_word(runs: int) -> str:
    """Such as '8 runs' or 'one run'."""
    return "one run" if runs == 1 else f"{runs:,} runs"


def month_word(date: pd.Timestamp) -> str:
    """Such as 'July 2020'."""
    return f"{date:%B %Y}"


def wrapped(text: str, width: int = LABEL_WIDTH) -> str:
    """A text in lines of some width, for a tick label."""
    return "<br>".join(_wrap(text, width))


def key(fig: go.Figure, entries: Sequence[End]) -> None:
    """Signs and what they mean, listed from the top at the right of a panel."""
    label_ends(fig, [dataclasses.replace(entry, height=1 - i / 100) for i, entry in enumerate(entries)])


def label_rows(fig: go.Figure, names: Sequence[str], labels: Sequence[str]) -> None:
    """Give the rows of a figure of named rows their labels, the first on top."""
    fig.update_yaxes(
        tickvals=list(range(len(names))), ticktext=[wrapped(label, ROW_WIDTH) for label in labels],
        range=[len(names) - 0.4, -0.6], showgrid=False, showline=False,
    )  # fmt: skip


def inside(label: str) -> str:
    """A label as it stands within a sentence: without its capital, abbreviations apart."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
