"""Paired differences between runs of two scenarios that share their luck."""

from collections.abc import Sequence

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


def pairs(reference: RunTables, other: RunTables, names: Sequence[str] = HEADLINES) -> pd.DataFrame:
    """Every pair of runs: label, unit, replication, before, after, difference, ratio (NaN where none)."""
    ends = [end_values(tables.months, names) for tables in (reference, other)]
    shared = ends[0].index.intersection(ends[1].index)
    before, after = (end.loc[shared].to_numpy().ravel("F") for end in ends)
    places = {"replication": np.tile(shared, len(names)), "name": np.repeat(list(names), len(shared))}
    table = pd.DataFrame(places | {"before": before, "after": after})
    entries = {name: outcome(name) for name in names}
    table["label"] = table["name"].map({name: entry.label for name, entry in entries.items()})
    table["unit"] = table["name"].map({name: entry.unit for name, entry in entries.items()})
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


def paired(reference: RunTables, other: RunTables, names: Sequence[str] = HEADLINES) -> pd.DataFrame:
    """Differences, other less reference, between runs of equal luck: one row an outcome; see `summary`."""
    return summary(pairs(reference, other, names))


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """One row an outcome of `pairs`.

    Columns: name, label, unit, base (median), other (median), median, low and high of the difference, runs
    (pairs), higher and lower (pairs).
    """
    rows = []
    for name, own in table.groupby("name", sort=False):
        change = own["difference"].dropna()
        words = {"name": name, "label": own["label"].iloc[0], "unit": own["unit"].iloc[0]}
        medians = {"base": float(own["before"].median()), "other": float(own["after"].median())}
        counts = {"higher": int((change > 0).sum()), "lower": int((change < 0).sum())}
        rows.append(words | medians | band(change) | counts)
    return pd.DataFrame(rows)


def difference_table(table: pd.DataFrame, names: tuple[str, str]) -> pd.DataFrame:
    """`pairs` in words: both medians, the median difference with its band, in how many pairs it is up."""
    rows = [
        {
            "Outcome": row.label,
            names[0]: amount(row.base, row.unit),
            names[1]: amount(row.other, row.unit),
            "Difference": amount(row.median, row.unit),
            "10th to 90th percentile": amounts(row.low, row.high, row.unit),
            "Higher in": f"{row.higher} of {row.runs} pairs",
            "Lower in": f"{row.lower} of {row.runs} pairs",
        }
        for row in summary(table).itertuples()
    ]
    return pd.DataFrame(rows)
