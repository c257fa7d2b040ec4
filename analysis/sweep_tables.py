"""A sweep's store as tidy frames: one row a run, or a run and month, with point and factors beside."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.sweep import batches
from sim.sweep.manifest import read_charter

FIRST = ["run_key", "point", "replication"]


@dataclass(frozen=True)
class SweepTables:
    """The tables of a store. Points of equal parameters share runs, so that a run can have several rows."""

    folder: Path
    manifest: dict[str, Any]
    points: pd.DataFrame  # one row a point: point, scenario, factors
    cube: pd.DataFrame | None  # one row a point of one scenario: block, sample, each factor's place in [0, 1]
    index: pd.DataFrame  # one row a run of the plan: run_key, point, replication

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: run_key, point, replication, factors, status, seconds, error, traceback."""
        return self.table(batches.RUNS)

    @cached_property
    def months(self) -> pd.DataFrame:
        """Outcomes by month: run_key, point, replication, scenario, factors, month, outcomes."""
        return self.table("months")

    @cached_property
    def regimes(self) -> pd.DataFrame:
        """How runs ended: run_key, point, replication, scenario, factors, axes, flags, regime."""
        return self.table("regimes")

    @property
    def factors(self) -> list[str]:
        """Names of the factors, in the order of the plan."""
        return list(self.manifest["factors"])

    def table(self, name: str, columns: list[str] | None = None, factors: bool = True) -> pd.DataFrame:
        """A recorded table with point and replication, sorted by them; `columns` keeps some of its own."""
        wanted = None if columns is None else ["run_key", "month", *columns]
        played = batches.read(self.folder, name, wanted)
        played["row"] = played.groupby("run_key").cumcount()
        frame = self.index.merge(played, on="run_key").sort_values(["point", "replication", "row"])
        frame = frame.drop(columns="row").reset_index(drop=True)
        if not factors:
            return frame
        own = [column for column in frame if column not in FIRST]
        told = [column for column in self.points if column not in ("point", *own)]
        frame = frame.merge(self.points[["point", *told]], on="point", how="left")
        return frame[[*FIRST, *told, *own]]


def load(folder: str | Path) -> SweepTables:
    """Open the store of a sweep for reading, also while it is written.

    Raises `UserError` for a folder that is no store, or a damaged file.
    """
    found = read_charter(Path(folder))
    tables = found.tables
    return SweepTables(Path(folder), found.manifest, tables["points"], tables.get("cube"), tables["index"])
