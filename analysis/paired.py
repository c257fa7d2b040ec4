"""Paired differences between runs of two scenarios that share their luck."""

import numpy as np
import pandas as pd

from analysis.charts.effects import ratio_word
from analysis.tables import HEADLINES, RunTables, band, end_values, outcome
from analysis.units import amount, amounts
from sim.errors import UserError

LOG_UNITS = ("nat",)  # differences of these are ratios already
SHARED = ("seed", "months", "start")


def check_pairs(runs: list[RunTables]) -> None:
    """Refuse runs whose replications do not share their luck and calendar."""
    first = runs[0]
    problems = [
        f"{other.folder}: {fact} is {other.metadata[fact]}, but {first.folder} has {first.metadata[fact]}; "
        "only runs of equal seed, months and start can be compared pair by pair. Run one of them again."
        for other in runs[1:]
        for fact in SHARED
        if other.metadata[fact] != first.metadata[fact]
    ]
    if problems:
        raise UserError(problems)


def pairs(reference: RunTables, other: RunTables) -> pd.DataFrame:
    """Every pair of runs: label, unit, replication, before, after, difference, ratio (NaN where none)."""
    ends = [end_values(tables.months, HEADLINES) for tables in (reference, other)]
    shared = ends[0].index.intersection(ends[1].index)
    rows = [
        pd.DataFrame({"name": name, "before": ends[0].loc[shared, name], "after": ends[1].loc[shared, name]})
        for name in HEADLINES
    ]
    table = pd.concat(rows).rename_axis("replication").reset_index()
    entries = {name: outcome(name) for name in HEADLINES}
    table["label"] = table["name"].map(lambda name: entries[name].label)
    table["unit"] = table["name"].map(lambda name: entries[name].unit)
    table["difference"] = table["after"] - table["before"]
    return table.assign(ratio=_ratios(table))


def _ratios(table: pd.DataFrame) -> pd.Series:
    """After over before; for capability, the ratio of effective compute that the difference stands for."""
    positive = (table["before"] > 0) & (table["after"] > 0)
    plain = (table["after"] / table["before"].where(positive)).where(positive)
    return plain.where(~table["unit"].isin(LOG_UNITS), np.exp(table["difference"].clip(-50, 50)))


def effects(table: pd.DataFrame) -> pd.DataFrame:
    """One row an outcome of `pairs`: label, middle, low, high of the ratio, words, runs."""
    rows = []
    for name in table["name"].unique():
        own = table[table["name"] == name]
        found = band(own["ratio"])
        rows.append(
            {"label": own["label"].iloc[0] + (" (compute)" if own["unit"].iloc[0] in LOG_UNITS else "")}
            | {"middle": found["median"], "low": found["low"], "high": found["high"], "runs": found["runs"]}
            | {"words": _words(found)}
        )
    return pd.DataFrame(rows)


def _words(found: dict[str, float]) -> str:
    """The median ratio and its band, with few digits."""
    middle, low, high = (_word(found[part]) for part in ("median", "low", "high"))
    return middle if low == high == middle else f"{middle} ({low} to {high})"


def _word(ratio: float) -> str:
    if not np.isfinite(ratio):
        return "none"
    return ratio_word(round(ratio, 2) if 0.5 < ratio < 2 else float(f"{ratio:.2g}"))


def difference_table(table: pd.DataFrame, names: tuple[str, str]) -> pd.DataFrame:
    """Medians of both scenarios, the median difference with its band, and in how many pairs it is up."""
    rows = []
    for name in table["name"].unique():
        own = table[table["name"] == name].dropna(subset=["difference"])
        entry, found = outcome(name), band(own["difference"])
        rows.append(
            {
                "Outcome": entry.label,
                names[0]: amount(float(own["before"].median()), entry.unit),
                names[1]: amount(float(own["after"].median()), entry.unit),
                "Difference": amount(found["median"], entry.unit),
                "10th to 90th percentile": amounts(found["low"], found["high"], entry.unit),
                "Higher in": f"{int((own['difference'] > 0).sum())} of {len(own)} pairs",
            }
        )
    return pd.DataFrame(rows)
