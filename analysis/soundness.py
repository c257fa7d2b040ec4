"""Plays every scenario and says how each ends and whether its numbers are sound."""

from pathlib import Path

import pandas as pd

from analysis.regime_levers import Bars, played
from analysis.regimes import frequencies
from sim.studies.promises import broken_in_months
from sim.sweep.reading import read_plan
from sim.sweep.work import OK

PLAN = "all_scenarios"


def check_all(
    folder: Path, replications: int | None, months: int | None, workers: int, bars: Bars
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Play what the store does not hold yet: ends by scenario, and faults, one row each."""
    plan = read_plan(PLAN, replications, months)
    store = played(plan, "All scenarios", folder, workers, bars)
    failed = store.runs[store.runs["status"] != OK]
    faults = [
        pd.DataFrame(
            {"scenario": failed["scenario"], "replication": failed["replication"], "fault": failed["error"]}
        )
    ]
    for (scenario, replication), run in store.months.groupby(["scenario", "replication"]):
        broken = pd.DataFrame(broken_in_months(run), columns=["month", "fault"])
        faults.append(broken.assign(scenario=scenario, replication=replication))
    return ends(store.regimes, store.months), pd.concat(faults, ignore_index=True)


def ends(regimes: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """One row a scenario: how its runs end, as counts, and means of the last record."""
    last = months.sort_values("month").groupby(["scenario", "replication"]).tail(1).groupby("scenario")
    rows = []
    for scenario, own in regimes.groupby("scenario"):
        counts = frequencies(own)
        told = ", ".join(f"{row.regime} {row.count}" for row in counts.itertuples(index=False))
        rows.append({"scenario": scenario, "runs": len(own), "ends": told})
    means = last[["effective_number", "using", "frontier"]].mean()
    return pd.DataFrame(rows).merge(means.reset_index(), on="scenario")
