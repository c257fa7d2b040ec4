"""Small run folders, written as the run command writes them."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from analysis.tables import RunTables, read_run
from sim.sweep.crews import crew
from sim.sweep.reading import read_plan
from sim.sweep.runner import sweep

FRAMES = ("providers", "products", "jurisdictions", "vintages", "events", "ledger", "regimes")
SMALL = {
    "demand.workloads": 600,
    "pricing.panel_per_segment": 2,
    "belief.kind": "informed",  # sales begin early
    "entrants.late_startup": False,
    "entrants.chinese_startup": False,
    "entrants.late_giant": False,
    "entrants.model_holder": False,
}
METADATA: dict[str, Any] = {
    "program": "megamarket",
    "version": "0.1.0",
    "finished": "2030-01-02T03:04:05+00:00",
    "python": "3.11.2",
    "platform": "Linux x86_64",
    "packages": {"numpy": "2.4.6", "mesa": "3.3.1"},
    "command": "megamarket run baseline --replications 2",
    "changed": [],
}


def write_run(
    folder: Path, settings: dict[str, Any], months: int, replications: int, **metadata: Any
) -> Path:
    """Simulate the baseline with some settings and write the folder of the run."""
    scenario = sim.load("baseline", settings)
    runs = [sim.run(scenario, months=months, seed=0, replication=k) for k in range(replications)]
    folder.mkdir(parents=True)
    pd.concat([run.months for run in runs]).to_parquet(folder / "runs.parquet")
    for part in FRAMES:
        pd.concat([getattr(run, part) for run in runs]).to_parquet(folder / f"{part}.parquet")
    scenario.provenance.assign(value=lambda t: t["value"].astype(str)).to_parquet(
        folder / "provenance.parquet"
    )
    said = METADATA | {
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "description": scenario.description,
        "digest": scenario.digest,
        "seed": 0,
        "replications": replications,
        "months": months,
        "start": scenario.config.calendar.start,
    }
    (folder / "metadata.json").write_text(json.dumps(said | metadata))
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs of two years."""
    return write_run(tmp_path_factory.mktemp("runs") / "small", SMALL, 24, 3)


@pytest.fixture(scope="session")
def tables(folder: Path) -> RunTables:
    """The tables of these runs."""
    return read_run(folder)


@pytest.fixture(scope="session")
def one_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run of one month, in which nothing is sold."""
    return write_run(tmp_path_factory.mktemp("runs") / "month", SMALL, 1, 1)


@pytest.fixture(scope="session")
def other_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same three runs with a stronger taste for capability."""
    settings = SMALL | {"demand.capability_taste": 0.8}
    return write_run(tmp_path_factory.mktemp("runs") / "taste", settings, 24, 3)


PLAN = """
title = "Two factors"
question = "What do they do?"
months = 14
replications = 2
[settings]
demand.workloads = 300
pricing.panel_per_segment = 2
[record]
every = 3
[design]
kind = "grid"
[design.factors]
demand.capability_taste = [0.3, 0.6]
providers.eu_champion.backing = [0.0, 1.0e9]
"""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a sweep over two factors."""
    place = tmp_path_factory.mktemp("sweep")
    (place / "plan.toml").write_text(PLAN)
    with crew("serial") as players:
        sweep(read_plan(place / "plan.toml"), place / "store", players)
    return place / "store"
