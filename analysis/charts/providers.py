"""Charts of single providers in one replication: shares, prices and models."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis, axis_for, time_axis
from analysis.charts.market import mode_for
from analysis.charts.parts import ABOVE, BELOW, LINE, End, has_data, label_ends, month_word, nothing, panels
from analysis.style import (
    FIGURE_HEIGHT,
    SIGNS,
    provider_colors,
    provider_dashes,
    provider_label,
    provider_symbols,
)
from analysis.tables import YEAR, median_replication
from analysis.units import beside
from sim.outcomes import PROVIDER_SERIES, Series

PANEL_HEIGHT = 340  # px
MODEL_COST = "Development cost"
AREAS = {True: "■", False: "▨"}  # sign of an area or line in full, or in the second round of colours


def series(name: str) -> Series:
    """The registry's entry of a provider's series. Raises KeyError for an unknown name."""
    return {known.name: known for known in PROVIDER_SERIES}[name]


def last_year_shares(providers: pd.DataFrame, replication: int) -> pd.DataFrame:
    """Shares of the revenue of the last twelve months, `[date, provider]`; NaN without sales."""
    one = providers[providers["replication"] == replication]
    wide = one.pivot(index="date", columns="provider", values="revenue").rolling(YEAR, min_periods=1).sum()
    total = wide.sum(axis=1)
    return wide.div(total.where(total > 0), axis=0)


def shares(providers: pd.DataFrame, replication: int | None = None) -> go.Figure:
    """Shares of revenue as stacked areas, in the median replication or a chosen one."""
    title = "Shares of revenue"
    if providers.empty:
        return nothing(title, "There are no providers.")
    chosen = median_replication(effective_numbers(providers)) if replication is None else replication
    table = last_year_shares(providers, chosen).dropna(how="all")
    table = table.loc[:, (table > 0).any()]
    if table.empty:
        return nothing(title, "No provider sells anything in this run.")
    drawn = _one_run(providers, chosen) if replication is None else f"Replication {chosen}."
    caption = f"{drawn} Shares of the revenue of the last twelve months."
    fig = panels(title, caption, _told_shares(table), height=_tall_enough(len(table.columns)))
    Axis(False, 0.0, 1.0, 1.0, series("share").unit).put(fig, series("share").label)
    time_axis(fig, table.index.to_series())
    label_ends(fig, _add_areas(fig, table, released(providers, chosen)))
    return fig


def released(providers: pd.DataFrame, replication: int) -> list[str]:
    """Who ever has a model in a replication: colours are given out among these, the same in all charts."""
    one = providers[(providers["replication"] == replication)]
    there = one["capability"].notna() | (one["revenue"] > 0)
    return sorted(set(one.loc[there, "provider"].astype(str)))


def effective_numbers(providers: pd.DataFrame) -> pd.DataFrame:
    """Effective number of providers, one row a replication and month; NaN without sales."""
    squares = (providers["share"] ** 2).groupby([providers["replication"], providers["month"]])
    return (1 / squares.sum(min_count=1)).rename("effective_number").reset_index()


def _add_areas(fig: go.Figure, table: pd.DataFrame, names: list[str]) -> list[End]:
    """Stack the providers' shares; labels at the middle of their last values."""
    colors, dashes, last = provider_colors(names), provider_dashes(names), table.iloc[-1]
    middles = last.cumsum() - last / 2
    for name in table.columns:
        _add_area(fig, table[name], colors[name], dashes[name])
    return [End(provider_label(n), colors[n], middles[n], AREAS[dashes[n] == "solid"]) for n in table.columns]


def _add_area(fig: go.Figure, shares: pd.Series, color: str, dash: str) -> None:
    fig.add_scatter(
        x=shares.index, y=shares, stackgroup="shares", mode=mode_for(len(shares)),
        line={"width": 0.5, "color": color}, fillcolor=color, name=provider_label(str(shares.name)),
        fillpattern={"shape": "" if dash == "solid" else "/", "fillmode": "replace"},
        hovertemplate="%{y:.0%}", row=1, col=1,
    )  # fmt: skip


def _told_shares(table: pd.DataFrame) -> str:
    last = table.iloc[-1].sort_values(ascending=False)
    listed = ", ".join(f"{str(name).replace('_', ' ')} {value:.0%}" for name, value in last.items())
    return f"Stacked areas. Shares in {month_word(table.index[-1])}: {listed}."


def prices(providers: pd.DataFrame, months: pd.DataFrame) -> go.Figure:
    """Each provider's price on a log scale, in the replication whose final effective number is the median."""
    entry, title = series("price"), "Prices"
    chosen = median_replication(months)
    one = providers[(providers["replication"] == chosen) & (providers["price"] > 0)]
    if not has_data(one["price"]):
        return nothing(title, "No provider has a model on sale in this run.")
    caption = f"{_one_run(months, chosen)} Price of the model on sale."
    alt, height = _told_tracks(one, "price", entry.label), _tall_enough(one["provider"].nunique())
    fig = panels(title, caption, alt, height=height)
    axis = axis_for(one["price"], entry.unit, log=True)
    looks = partial(_line, names=released(providers, chosen))
    ends = _add_tracks(fig, one, "price", axis, looks, last=months["date"].max())
    fig.update_traces(mode=mode_for(months["month"].nunique()))
    axis.put(fig, entry.label)
    time_axis(fig, months["date"])
    label_ends(fig, ends)
    return fig


def frontier(months: pd.DataFrame, vintages: pd.DataFrame) -> go.Figure:
    """Models by provider at their release: capability above, development cost (log) below."""
    title, entry = "Models at their release", series("capability")
    chosen = median_replication(months)
    one = vintages[vintages["replication"] == chosen]
    if not has_data(one["capability"]):
        return nothing(title, "No model is released in this run.")
    height = 2 * _tall_enough(one["provider"].nunique(), PANEL_HEIGHT)
    fig = panels(title, _one_run(months, chosen), _told_tracks(one, "capability", entry.label), 2, height)
    upper, lower = (
        axis_for(one["capability"], entry.unit, log=False),
        axis_for(one["budget"], "USD", log=True),
    )
    looks = partial(_points, names=sorted(set(one["provider"])))
    label_ends(fig, _add_tracks(fig, one, "capability", upper, looks))
    _add_tracks(fig, one, "budget", lower, looks, row=2)
    upper.put(fig, entry.label)
    lower.put(fig, MODEL_COST, row=2)
    time_axis(fig, months["date"])
    fig.update_layout(hovermode="closest")
    return fig


@dataclass(frozen=True)
class Look:
    """How a provider's values are drawn, and the sign of its label."""

    drawn: dict[str, Any]
    color: str
    sign: str


Looks = Callable[[str], Look]


def _line(name: str, names: list[str]) -> Look:
    """A line in the provider's colour and dash."""
    color, dash = provider_colors(names)[name], provider_dashes(names)[name]
    return Look({"line": {"color": color, "dash": dash, "width": 2.5}}, color, AREAS[dash == "solid"])


def _points(name: str, names: list[str]) -> Look:
    """Points in the provider's colour and shape."""
    color, symbol = provider_colors(names)[name], provider_symbols(names)[name]
    marker = {"color": color, "symbol": symbol, "size": 9}
    return Look({"mode": "markers", "marker": marker, "cliponaxis": False}, color, SIGNS[symbol])


def _add_tracks(
    fig: go.Figure,
    table: pd.DataFrame,
    column: str,
    axis: Axis,
    looks: Looks,
    row: int = 1,
    last: pd.Timestamp | None = None,
) -> list[End]:
    """Draw each provider's values over time; labels for their ends, with the year of those before `last`."""
    ends = []
    for name, own in table.sort_values("date").groupby("provider"):
        look, label = looks(str(name)), provider_label(str(name))
        fig.add_scatter(
            x=own["date"], y=axis.drawn(own[column]), name=label, row=row, col=1,
            hovertemplate=f"%{{y:.3~g}}{beside(axis.unit)}", **look.drawn,
        )  # fmt: skip
        until = f" until {own['date'].max():%Y}" if last and own["date"].max() < last else ""
        ends.append(End(label + until, look.color, axis.height(own[column].iloc[-1]), look.sign))
    return ends


def _told_tracks(table: pd.DataFrame, column: str, label: str) -> str:
    last = table.sort_values("date").groupby("provider")[column].last().sort_values(ascending=False)
    listed = ", ".join(f"{str(name).replace('_', ' ')} {value:.3g}" for name, value in last.items())
    return f"{label} by provider over time. Last values: {listed}."


def _one_run(table: pd.DataFrame, chosen: int) -> str:
    """Which replication is drawn, where there are several."""
    runs = table["replication"].nunique()
    if runs == 1:
        return "One run."
    return f"One of {runs} runs (replication {chosen}): the one whose final effective number is the median."


def _tall_enough(labels: int, least: int = FIGURE_HEIGHT) -> int:
    return max(least, int(1.5 * LINE * labels) + ABOVE + BELOW)
