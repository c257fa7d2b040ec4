"""A figure on a page: title, caption, chart, and the table behind it to read and to take away."""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis.charts.parts import untitled
from analysis.report import PLOT_CONFIG
from analysis.style import FONT_SIZE, template

LETTERS = 14  # px
QUIET = {"displayModeBar": False, "displaylogo": False}
MOST_KEPT = 64  # of what was made of results; a page shows some ten
Made = TypeVar("Made")


def dark() -> bool:
    """Whether the user reads light on dark."""
    return bool(st.context.theme.type == "dark")


def heading(fig: go.Figure) -> None:
    """A figure's title and caption."""
    st.subheader(str(fig.layout.meta["title"]), anchor=False)
    if fig.layout.meta["caption"]:
        st.caption(str(fig.layout.meta["caption"]))


def draw(fig: go.Figure, key: str, on_select: Any = "ignore", modebar: bool = True) -> Any:
    """A figure in the look of the page, as wide as its place."""
    return _put(fitted(fig), key, on_select, modebar)


def _put(fig: go.Figure, key: str, on_select: Any = "ignore", modebar: bool = True) -> Any:
    return st.plotly_chart(
        fig, theme=None, key=key, alt=str(fig.layout.meta["alt"]), config=PLOT_CONFIG if modebar else QUIET,
        on_select=on_select, selection_mode="points",
    )  # fmt: skip


def fitted(fig: go.Figure) -> go.Figure:
    """A copy for a page: without its title, in the page's colours, with letters of the page's size."""
    page = untitled(fig)
    room = (page.layout.margin.r or 24) * LETTERS / FONT_SIZE
    page.update_layout(template=template(dark(), LETTERS), margin={"r": room})
    page.update_xaxes(tickangle=0)
    return page


def figure(fig: go.Figure, table: pd.DataFrame, key: str) -> None:
    """A figure with heading and table."""
    _framed(fitted(fig), lambda: table, key)


def figure_of(
    key: str, drawn: Callable[..., go.Figure], table: Callable[..., pd.DataFrame], *results: Hashable
) -> None:
    """The same, made of results that are looked at again and again while controls move: see `made`."""
    _framed(made(_fitted_of, dark(), drawn, *results), lambda: made(table, *results), key)


def _fitted_of(_: bool, drawn: Callable[..., go.Figure], *results: Hashable) -> go.Figure:
    """A figure in the look of the page, which the first argument tells apart."""
    return fitted(drawn(*results))


def made(make: Callable[..., Made], *results: Hashable) -> Made:
    """What a function makes of results, made once; tables of runs are the same if they are one object.

    It is shared by all who look: nobody may write to it.
    """
    found: Made = _made(make, *results)
    return found


@lru_cache(MOST_KEPT)
def _made(make: Callable[..., Any], *results: Hashable) -> Any:
    return make(*results)


def _framed(fig: go.Figure, table: Callable[[], pd.DataFrame], key: str) -> None:
    """The table is made when the figure is on its way."""
    with st.container(border=True, height="stretch"):
        heading(fig)
        _put(fig, key)
        behind(table(), key)


def behind(table: pd.DataFrame, key: str) -> None:
    """The table behind a figure, and its download."""
    with st.expander("The numbers"):
        st.dataframe(table, hide_index=True)
        download("Download (CSV)", lambda: table.to_csv(index=False), f"{key}.csv", "text/csv")


def download(label: str, make: Callable[[], Any], name: str, mime: str, **more: Any) -> None:
    """A download that is made when it is asked for."""
    st.download_button(label, make, name, mime, key=f"download {name}", on_click="ignore", **more)


def opened(key: str, parts: Mapping[str, Callable[[], None]]) -> None:
    """Tabs of which only the open one is drawn."""
    for tab, draw_part in zip(
        st.tabs(list(parts), key=key, bind="query-params"), parts.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw_part()
