"""Sentences on a run, generated from its tables: what happened, and what the user changed."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts.parts import month_word, runs_word
from analysis.tables import YEAR, RunTables, band, bands, headlines, outcome
from analysis.units import amount, banded, banded_share, share

NOTHING_CHANGED = "Nothing: this is the scenario as shipped."
Row = Mapping[str, Any]  # median, low, high, unit


def what_happened(tables: RunTables) -> tuple[str, str, str]:
    """Three sentences, on structure, money, and technology and its use; with bands for several runs."""
    months, runs = tables.months, tables.replications
    ends = {row["name"]: row for row in headlines(months).to_dict("records")}
    number, percent = _writers(runs)
    say = {name: number(row) for name, row in ends.items()}
    part = {name: percent(row) for name, row in ends.items()}
    return (
        f"In {runs_word(runs)} {_period(months)}, {_structure(ends, say, part)}.",
        f"{_lately(months)} providers earn {say['revenue']} and spend {say['training_outlay']} on training; "
        f"the most capable model cost {say['frontier_cost']} to develop "
        f"and sells at {say['flagship_price']}.",
        f"{_progress(months, number)}; in the end "
        f"{part['considering']} of workloads consider mega models and {part['using']} use one.",
    )


def band_note(runs: int) -> str:
    """What the brackets of the sentences hold."""
    if runs == 1:
        return "One run is one draw of luck: run more replications before you believe a number."
    return "Medians; in brackets the 10th to 90th percentile over runs that differ in luck only."


def _writers(runs: int) -> tuple[Callable[[Row], str], Callable[[Row], str]]:
    """How numbers and how shares are written: with a band, or bare for a single run."""
    if runs == 1:
        return lambda row: amount(row["median"], row["unit"]), lambda row: share(row["median"])
    return (
        lambda row: banded(row["median"], row["low"], row["high"], row["unit"]),
        lambda row: banded_share(row["median"], row["low"], row["high"]),
    )


def _period(months: pd.DataFrame) -> str:
    first, last = months["date"].min(), months["date"].max()
    if first == last:
        return f"of {month_word(first)} alone"
    return f"from {month_word(first)} to {month_word(last)}"


def _lately(months: pd.DataFrame) -> str:
    covered = min(YEAR, months["month"].nunique())
    return f"Over the last {covered} months" if covered > 1 else "In this month"


def _structure(ends: Mapping[str, Row], say: Mapping[str, str], part: Mapping[str, str]) -> str:
    sell = "provider sells" if ends["providers"]["median"] == 1 else "providers sell"
    if not ends["effective_number"]["runs"]:
        return f"{say['providers']} {sell} at the end, and nothing is bought in the last month"
    return (
        f"{say['providers']} {sell} at the end, the effective number is {say['effective_number']}, "
        f"and the largest takes {part['leader_share']} of revenue"
    )


def _progress(months: pd.DataFrame, number: Callable[[Row], str]) -> str:
    """What the best model on sale at the end took over the first, in effective compute."""
    by_run = months.sort_values("month").groupby("replication")["frontier"]
    grown = np.exp(by_run.last() - by_run.first()).dropna()
    if grown.empty:
        return "No model comes to the market"
    return (
        f"The best model ends at {number({'unit': 'times'} | band(grown))} the effective compute of the first"
    )


def changed_paragraph(metadata: Mapping[str, Any]) -> str:
    """What the user changed, as one paragraph."""
    changes = metadata["changed"]
    if not changes:
        return NOTHING_CHANGED
    listed = "; ".join(_change(change) for change in changes)
    return f"{len(changes)} {'value' if len(changes) == 1 else 'values'}: {listed}."


def _change(change: Mapping[str, Any]) -> str:
    unit = change["unit"] if change["unit"] not in ("", "1", None) else ""
    said = f"{change['path']} is {change['value']} {unit}".rstrip()
    return f"{said} (new)" if change["before"] in (None, "") else f"{said} (before: {change['before']})"


def course(months: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Medians and bands in words, every twelfth month and the last: a column for each outcome."""
    several = months["replication"].nunique() > 1
    last = months["month"].max()
    table = bands(months[(months["month"] % YEAR == 0) | (months["month"] == last)], names)
    words = [_cell(row, several) for row in table.to_dict("records")]
    wide = table.assign(words=words).pivot(index="date", columns="outcome", values="words")[names]
    wide.columns = pd.Index([outcome(name).label for name in names])
    wide.insert(0, "Month", [month_word(date) for date in wide.index])
    return wide.reset_index(drop=True)


def _cell(row: Mapping[str, Any], several: bool) -> str:
    unit = outcome(row["outcome"]).unit
    if several:
        return banded(row["median"], row["low"], row["high"], unit)
    return amount(row["median"], unit)
