"""A figure on a page: title, caption, chart, and the table behind it to read and to take away."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analysis.charts.parts import untitled
from analysis.report import PLOT_CONFIG
from analysis.style import FONT_SIZE, template

LETTERS = 14  # px
QUIET = {"displayModeBar": False, "displaylogo": False}


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
    return st.plotly_chart(
        fitted(fig), theme=None, key=key, alt=str(fig.layout.meta["alt"]),
        config=PLOT_CONFIG if modebar else QUIET, on_select=on_select, selection_mode="points",
    )  # fmt: skip


def fitted(fig: go.Figure) -> go.Figure:
    """A copy for a page: without its title, in the page's colours, with letters of the page's size."""
    page = untitled(fig)
    room = (page.layout.margin.r or 24) * LETTERS / FONT_SIZE
    page.update_layout(template=template(dark(), LETTERS), margin={"r": room})
    page.update_xaxes(tickangle=0)
    return page


def figure(fig: go.Figure, table: pd.DataFrame | Callable[[], pd.DataFrame], key: str) -> None:
    """A figure with heading and table, which may be made when the figure is on its way."""
    with st.container(border=True, height="stretch"):
        heading(fig)
        draw(fig, key)
        behind(table() if callable(table) else table, key)


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
