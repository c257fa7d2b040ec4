"""Results side by side: tables of played runs, and differences between scenarios on the same luck."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.playing import Order, Played, joined
from analysis.study import Study, changes, command, statements
from analysis.tables import NOWHERE, RunTables, ends
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


def differing_groups(base: Scenario, other: Scenario) -> dict[str, dict[str, Any]]:
    """What differs between two scenarios, a group of parameters each: group -> settings of the other."""
    groups: dict[str, dict[str, Any]] = {}
    for path, value in changes(base, other).items():
        parts = path.split(".")
        named = parts[0] in NAMED
        groups.setdefault(".".join(parts[:2]) if named else parts[0], {})[path] = value
    return groups
