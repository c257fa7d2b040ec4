"""Charts of the whole market: medians over replications with their bands."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis, axis_for, time_axis
from analysis.charts.parts import End, Named, has_data, label_ends, month_word, nothing, panels, runs_word
from analysis.style import PALETTE, faded, provider_label
from analysis.tables import FEW_RUNS, YEAR, bands, last_year_sums, outcome
from analysis.units import amount, beside

PANEL_HEIGHT = 300  # px
DOT_COLUMNS = 24  # most months in which single runs are shown as dots
DOT_OPACITY, BAND_OPACITY = 0.7, 0.35
BLUE, RED = PALETTE[0], PALETTE[1]
ARM = "arm"  # column that tells scenarios apart
LUCK, BOTH = "luck", "luck and parameters"  # what runs may differ in


def fan(months: pd.DataFrame, name: str, covers: str = LUCK) -> go.Figure:
    """An outcome over time: median over runs with its 10 to 90 per cent band, or dots where runs are few.

    One line a scenario where a column `arm` names these. `covers` says what the runs differ in.
    """
    entry = outcome(name)
    if not has_data(months[name]):
        return nothing(entry.label, "This has no value in any month.")
    axis = axis_for(months[name], entry.unit)
    caption = read_as(months, covers) + zeros_left_out(months, [name], axis)
    fig = panels(titled(entry.label, months), caption, told(months, [name]))
    if ARM in months:
        _add_arms(fig, months, name, axis)
    else:
        add_fan(fig, months, name, axis, BLUE)
    axis.put(fig, entry.label)
    time_axis(fig, months["date"])
    return fig


def _add_arms(fig: go.Figure, months: pd.DataFrame, name: str, axis: Axis) -> None:
    """A fan for each scenario, with its name at the right end."""
    ends = []
    for (arm, own), color in zip(months.groupby(ARM, sort=False), PALETTE, strict=False):
        last = add_fan(fig, own, name, axis, color)
        fig.data[-1].name = provider_label(str(arm))
        ends += [End(provider_label(str(arm)), color, axis.height(last))] if last is not None else []
    label_ends(fig, ends)


def structure(months: pd.DataFrame) -> go.Figure:
    """Effective number of providers above, HHI below."""
    names, title = ["effective_number", "hhi"], "Structure of the market"
    if not has_data(months[names]):
        return nothing(title, "No provider sells anything in any month.")
    fig = panels(titled(title, months), read_as(months), told(months, names), 2, 2 * PANEL_HEIGHT)
    for row, name in enumerate(names, start=1):
        axis = axis_for(months[name], outcome(name).unit, log=False)
        add_fan(fig, months, name, axis, BLUE, row)
        axis.put(fig, outcome(name).label, row)
    time_axis(fig, months["date"])
    return fig


def adoption(months: pd.DataFrame) -> go.Figure:
    """Shares of workloads that consider and that use a mega model."""
    names, title = ["considering", "using"], "Adoption"
    if not has_data(months[names]):
        return nothing(title, "There are no workloads.")
    fig = panels(titled(title, months), read_as(months), told(months, names))
    axis = Axis(False, 0.0, 1.0, 1.0, outcome("using").unit)
    add_labelled(fig, months, axis, names)
    axis.put(fig, "Share of workloads")
    time_axis(fig, months["date"])
    return fig


def revenue_and_outlay(months: pd.DataFrame) -> go.Figure:
    """Market revenue and training outlay on one log axis, summed over the last twelve months."""
    names, title = ["revenue", "training_outlay"], "Revenue and training outlay"
    whole = months["month"].max() + 1 >= YEAR
    flows = last_year_sums(months, names) if whole else months
    if not (flows[names] > 0).any(axis=None):
        return nothing(title, "Nobody sells or trains anything.")
    unit = "USD/yr" if whole else outcome("revenue").unit
    said = "Sums of the last twelve months" if whole else "Month by month"
    axis = axis_for(flows[names], unit, log=True)
    caption = f"{said}. {read_as(months)}{zeros_left_out(flows, names, axis)}"
    fig = panels(titled(title, months), caption, told(flows, names, unit))
    add_labelled(fig, flows, axis, names)
    axis.put(fig, "Amount")
    time_axis(fig, months["date"])
    return fig


def add_labelled(fig: go.Figure, months: pd.DataFrame, axis: Axis, names: list[str], row: int = 1) -> None:
    """A fan for each name, with its label at the right end."""
    ends = []
    for name, color in zip(names, PALETTE, strict=False):
        last = add_fan(fig, months, name, axis, color, row)
        ends += [End(outcome(name).label, color, axis.height(last))] if last is not None else []
    label_ends(fig, ends, row)


def add_fan(
    fig: go.Figure, months: pd.DataFrame, name: str, axis: Axis, color: str, row: int = 1
) -> float | None:
    """A fan of an outcome of the registry, see `add_fan_of`."""
    entry = outcome(name)
    return add_fan_of(fig, months, Named(name, entry.label, entry.unit), axis, color, row)


def add_fan_of(
    fig: go.Figure, months: pd.DataFrame, series: Named, axis: Axis, color: str, row: int = 1
) -> float | None:
    """Draw single runs (when few) or the band, and the median, of a series; the last median drawn, if any."""
    table = bands(months, [series.name]).dropna(subset=["median"])
    runs = months["replication"].nunique()
    if 1 < runs < FEW_RUNS:
        _add_dots(fig, months, series.name, axis, color, row)
    elif runs > 1:
        add_band(fig, table, axis, color, row)
    fig.add_scatter(
        x=table["date"], y=axis.drawn(table["median"]), name=series.label,
        line={"color": color, "width": 3}, mode=mode_for(len(table)),
        hovertemplate=f"%{{y:.3~g}}{beside(axis.unit)}", row=row, col=1,
    )  # fmt: skip
    shown = table["median"][np.isfinite(axis.drawn(table["median"]))]
    return float(shown.iloc[-1]) if len(shown) else None


def _add_dots(fig: go.Figure, months: pd.DataFrame, name: str, axis: Axis, color: str, row: int) -> None:
    """Single runs as dots, the last month's and back from there in even steps."""
    last = months["month"].max()
    step = math.ceil((last + 1) / DOT_COLUMNS)
    drawn = ((last - months["month"]) % step == 0) & months[name].notna()
    shown = months.loc[drawn, ["date", name]]
    fig.add_scatter(
        x=shown["date"], y=axis.drawn(shown[name]), mode="markers", hoverinfo="skip",
        marker={"color": faded(color, DOT_OPACITY), "size": 5}, name="single runs",
        cliponaxis=False, row=row, col=1,
    )  # fmt: skip


def add_band(fig: go.Figure, table: pd.DataFrame, axis: Axis, color: str, row: int) -> None:
    """Fill between the quantiles; what a log axis cannot show lies at its bottom."""
    bottom = 10**axis.low if axis.log else axis.low
    for edge, fill, name in (("low", None, "10th percentile"), ("high", "tonexty", "90th percentile")):
        fig.add_scatter(
            x=table["date"], y=np.maximum(table[edge] / axis.factor, bottom), mode="lines", line={"width": 0},
            hoverinfo="skip", fill=fill, fillcolor=faded(color, BAND_OPACITY), name=name, row=row, col=1,
        )  # fmt: skip


def mode_for(points: int) -> str:
    """A line, with its point where there is only one."""
    return "lines" if points > 1 else "lines+markers"


def titled(title: str, months: pd.DataFrame) -> str:
    """The title, which says so where there is one run only."""
    return f"{title} (one run)" if months["replication"].nunique() == 1 else title


def read_as(months: pd.DataFrame, covers: str = LUCK) -> str:
    """What line, band and dots stand for."""
    runs = months["replication"].nunique()
    if runs == 1:
        return "One run: luck may differ in another."
    if runs < FEW_RUNS:
        return f"{runs_word(runs)} that differ in {covers}; line = median; dots = single runs."
    return f"{runs_word(runs)}; line = median; band = 10th to 90th percentile over {covers}."


def zeros_left_out(months: pd.DataFrame, names: list[str], axis: Axis) -> str:
    """A warning where some values cannot be drawn on a log axis."""
    return (
        " A log scale has no zero: zeros are left out."
        if axis.log and (months[names] == 0).any(axis=None)
        else ""
    )


def told(months: pd.DataFrame, names: list[str], unit: str | None = None) -> str:
    """The text alternative: what medians do from first to last, in the outcome's unit or another."""
    arms = list(months.groupby(ARM, sort=False)) if ARM in months else [("", months)]
    parts = [f"{arm}{': ' if arm else ''}{' '.join(_courses(own, names, unit))}" for arm, own in arms]
    return f"Line chart, median of {runs_word(months['replication'].nunique())}. {' '.join(parts)}"


def _courses(months: pd.DataFrame, names: list[str], unit: str | None) -> list[str]:
    table = bands(months, names).dropna(subset=["median"])
    rows = [table[table["outcome"] == name] for name in names]
    return [_course(found.iloc[0], found.iloc[-1], unit) for found in rows if len(found)]


def _course(first: pd.Series, last: pd.Series, unit: str | None) -> str:
    entry = outcome(first["outcome"])
    start, end = (amount(row["median"], unit or entry.unit) for row in (first, last))
    return f"{entry.label}: {start} in {month_word(first['date'])}, {end} in {month_word(last['date'])}."
