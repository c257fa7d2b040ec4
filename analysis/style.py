"""The look of every figure: one template in a light and a dark variant, colours, labels of providers."""

import html
from collections.abc import Iterable
from functools import cache
from typing import Any

import plotly.graph_objects as go

FIGURE_WIDTH, FIGURE_HEIGHT = 660, 420  # px
PRINT_WIDTH = 85.0  # mm, of a column in print
POINTS_PER_MM = 72 / 25.4
FONT_SIZE, TITLE_SIZE = 17, 20  # px at FIGURE_WIDTH; 6 pt and more at PRINT_WIDTH
LONGEST_NAME = 40  # letters of a name in a figure
FONT_FAMILY = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"

# Told apart in every common form of colour blindness, and visible on both backgrounds.
PALETTE = ("#057FD1", "#C83E00", "#0E9170", "#B87ABB", "#F38500", "#359EFF", "#8547DC", "#89AD89")
DASHES = ("solid", "dash", "dot", "dashdot")  # after each round of colours
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "star", "x")
SIGNS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "cross": "✚", "triangle-down": "▼"}
SIGNS |= {"star": "★", "x": "✖"}  # symbol -> letter that looks like it

NEUTRAL = "#87919B"  # of what carries no meaning of its own; visible on both papers

INK = {False: "#1B1F24", True: "#E8EAED"}  # dark? -> colour
PAPER = {False: "#FFFFFF", True: "#15181C"}
GRID = {False: "#DDE1E6", True: "#343A41"}


@cache
def template(dark: bool = False, size: int = FONT_SIZE) -> go.layout.Template:
    """The template of the house: explicit sizes, light grid, transparent background; not to be changed."""
    text = {"family": FONT_FAMILY, "size": size, "color": INK[dark]}
    return go.layout.Template(
        layout={
            "font": text,
            "title": _title(size),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(PALETTE),
            "margin": {"l": 70, "r": 24},
            "showlegend": False,
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": GRID[dark], "activecolor": INK[dark]},
            "hoverlabel": {"font": text, "bgcolor": PAPER[dark], "bordercolor": GRID[dark]},
            "xaxis": _axis(dark, size) | {"showgrid": False},
            "yaxis": _axis(dark, size),
        }
    )


def _title(size: int) -> dict[str, Any]:
    """Title and caption at the upper left corner."""
    return {
        "font": {"size": TITLE_SIZE},
        "subtitle": {"font": {"size": size}},
        "x": 0, "xref": "container", "xanchor": "left",
        "y": 1, "yref": "container", "yanchor": "top",
        "pad": {"l": 12, "t": 12},
    }  # fmt: skip


def _axis(dark: bool, size: int) -> dict[str, Any]:
    return {
        "gridcolor": GRID[dark],
        "linecolor": GRID[dark],
        "showline": True,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"size": size},
        "title": {"font": {"size": size}},
        "automargin": True,
    }


def apply(fig: go.Figure, dark: bool = False, opaque: bool = False) -> go.Figure:
    """Dress a figure; `opaque` gives it a background, for files that stand alone."""
    fig.update_layout(template=template(dark))
    if opaque:
        fig.update_layout(paper_bgcolor=PAPER[dark], plot_bgcolor=PAPER[dark])
    return fig


def provider_label(name: str) -> str:
    """A name as short words, safe inside a figure (plotly reads tags in texts)."""
    return html.escape(shortened(name.replace("_", " ")), quote=False)


def shortened(text: str, longest: int = LONGEST_NAME) -> str:
    """A text that is cut where it is longer than a label can be."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def provider_colors(names: Iterable[str]) -> dict[str, str]:
    """A colour for each provider by the order of the names, whatever the order given."""
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(sorted(set(names)))}


def provider_dashes(names: Iterable[str]) -> dict[str, str]:
    """A dash for each provider: the second sign where there are more providers than colours."""
    rounds = {name: i // len(PALETTE) for i, name in enumerate(sorted(set(names)))}
    return {name: DASHES[number % len(DASHES)] for name, number in rounds.items()}


def provider_symbols(names: Iterable[str]) -> dict[str, str]:
    """A marker for each provider, a second sign beside its colour."""
    return {name: SYMBOLS[i % len(SYMBOLS)] for i, name in enumerate(sorted(set(names)))}


def faded(color: str, opacity: float) -> str:
    """A colour of the palette with some transparency."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
