"""The stored sweep behind the page Monopoly or oligopoly: play it, keep it as one small table, read it."""

import json
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.tables import load
from analysis.terminal import progress
from sim.sweep.crews import crew
from sim.sweep.manifest import read_manifest
from sim.sweep.reading import read_plan, shipped_plans
from sim.sweep.runner import sweep

PLAN = "phase_likeness_worth"
FOLDER = Path(__file__).parent / "sweep"
MONTHS, REGIMES, MANIFEST = "months.parquet", "regimes.parquet", "manifest.json"


@dataclass(frozen=True)
class Phases:
    """A stored sweep over two factors: and what made it."""

    months: pd.DataFrame  # point, replication, factors, month, outcomes
    regimes: pd.DataFrame  # one row a run: how it ended
    manifest: dict[str, Any]

    @property
    def factors(self) -> list[str]:
        """Paths of the two factors."""
        return list(self.manifest["factors"])

    @property
    def settings(self) -> dict[str, Any]:
        """What the plan sets besides the factors."""
        return dict(tomllib.loads(shipped_plans()[PLAN].read_text(encoding="utf-8")).get("settings", {}))

    @property
    def ends(self) -> pd.DataFrame:
        """The last month of every run."""
        return self.months[self.months["month"] == self.months["month"].max()]


def store() -> None:
    """Play the plan and keep its months and manifest."""
    plan = read_plan(PLAN)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / PLAN
        with progress(plan.title, plan.different_runs) as step, crew("local") as workers:
            sweep(plan, folder, workers, report=lambda now: step(now.done, now.total))
        found = load(folder)
        FOLDER.mkdir(parents=True, exist_ok=True)
        found.months.drop(columns="run_key").to_parquet(FOLDER / MONTHS, index=False, compression="zstd")
        found.regimes.drop(columns="run_key").to_parquet(FOLDER / REGIMES, index=False, compression="zstd")
        manifest = read_manifest(folder)
    (FOLDER / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def stored_phases(folder: Path = FOLDER) -> Phases | None:
    """The stored sweep; nothing where it is missing."""
    if not all((folder / name).is_file() for name in (MONTHS, REGIMES, MANIFEST)):
        return None
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return Phases(pd.read_parquet(folder / MONTHS), pd.read_parquet(folder / REGIMES), manifest)
