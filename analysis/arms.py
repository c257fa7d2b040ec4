"""Results side by side: tables of played runs, and differences between scenarios on the same luck."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.playing import Order, Played, joined
from analysis.study import Study, changes, command, statements
from analysis.tables import HEADLINES, NOWHERE, RunTables, band, ends, outcome
from sim.results import describe
from sim.scenario import Scenario

NAMED = ("providers", "governments", "domains", "tiers", "entrants", "mergers", "policies")
Arms = Mapping[str, RunTables]  # label -> runs of one scenario


def tables_of(study: Study, order: Order, runs: Sequence[Played]) -> RunTables:
    """The finished runs of an order as one set of tables."""
    said = statements(study.settings)
    told = command(study.scenario, order.months, order.seed, len(runs), said, study.policies)
    metadata = describe(order.scenario, order.seed, len(runs), order.months, told)
    book = order.scenario.provenance.assign(value=lambda table: table["value"].astype(str))
    return RunTables(provenance=book, metadata=metadata, folder=NOWHERE, **joined(runs))


def end_points(arms: Arms, name: str) -> pd.DataFrame:
    """An outcome at the end of every run: arm, replication, value."""
    parts = [
        ends(tables.months, name).rename("value").reset_index().assign(arm=label)
        for label, tables in arms.items()
    ]
    return pd.concat(parts, ignore_index=True)[["arm", "replication", "value"]]


def paired(base: RunTables, other: RunTables, names: Sequence[str] = HEADLINES) -> pd.DataFrame:
    """Differences, other less base, between runs of equal luck: one row an outcome.

    Columns: name, label, unit, base (median), other (median), median, low, high, runs, higher (runs).
    """
    rows = [_pair(base.months, other.months, name) for name in names]
    return pd.DataFrame(rows)


def _pair(base: pd.DataFrame, other: pd.DataFrame, name: str) -> dict[str, Any]:
    before, after = ends(base, name), ends(other, name)
    difference = (after - before).dropna()  # aligned by replication
    entry = outcome(name)
    return {
        "name": name, "label": entry.label, "unit": entry.unit,
        "base": float(np.nanmedian(before)) if before.notna().any() else np.nan,
        "other": float(np.nanmedian(after)) if after.notna().any() else np.nan,
        **band(difference),
        "higher": int((difference > 0).sum()), "lower": int((difference < 0).sum()),
    }  # fmt: skip


def differing_groups(base: Scenario, other: Scenario) -> dict[str, dict[str, Any]]:
    """What differs between two scenarios, a group of parameters each: group -> settings of the other."""
    groups: dict[str, dict[str, Any]] = {}
    for path, value in changes(base, other).items():
        parts = path.split(".")
        named = parts[0] in NAMED
        groups.setdefault(".".join(parts[:2]) if named else parts[0], {})[path] = value
    return groups
