"""The baseline's stored runs: read them, and say whether they are of this version of the model."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.playing import YEAR, Order, Played
from analysis.tables import RunTables, read_run
from sim.errors import UserError
from sim.results import METADATA
from sim.scenario import Scenario
from sim.sweep.keys import model_version

FOLDER = Path(__file__).parent / "runs"
TABLES = {"runs": "months"} | {name: name for name in ("providers", "products", "vintages", "events")}


def write(folder: Path, order: Order, runs: list[Played], metadata: dict[str, object]) -> None:
    """Write the runs as a run folder without ledger, products once a year, and what made them."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, name in TABLES.items():
        frame = pd.concat([getattr(run, name) for run in runs], ignore_index=True)
        if name == "products":
            frame = frame[frame["month"] % YEAR == 0]
        frame.to_parquet(folder / f"{file}.parquet", index=False, compression="zstd")
    book = order.scenario.provenance.assign(value=lambda table: table["value"].astype(str))
    book.to_parquet(folder / "provenance.parquet", index=False, compression="zstd")
    said = metadata | {"model_version": model_version()}
    (folder / METADATA).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def stored_tables(folder: Path = FOLDER) -> RunTables | None:
    """The stored runs; nothing where they are missing, or recorded by a version with other series."""
    try:
        return read_run(folder)
    except UserError:
        return None


def is_current(tables: RunTables, scenario: Scenario) -> bool:
    """Whether this version of the model would give the same values for the scenario."""
    said = tables.metadata
    return said["digest"] == scenario.digest and said.get("model_version") == model_version()


def limited(tables: RunTables, replications: int) -> RunTables:
    """The same with the first replications only."""
    frames = {name: getattr(tables, name) for name in TABLES.values()}
    kept = {name: frame[frame["replication"] < replications] for name, frame in frames.items()}
    return replace(tables, **kept)
