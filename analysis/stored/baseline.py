"""The baseline's stored runs: read them, and say whether they are of this version of the model."""

import json
from pathlib import Path
from typing import Any

from analysis.playing import Order, Played, joined
from analysis.tables import YEAR, RunTables, read_run
from sim import results
from sim.errors import UserError
from sim.scenario import Scenario
from sim.sweep.keys import model_version

FOLDER = Path(__file__).parent / "runs"
TABLES = {table: file for file, table in results.TABLES.items() if table != "ledger"}


def write(folder: Path, order: Order, runs: list[Played], metadata: dict[str, Any]) -> None:
    """Write the runs as a run folder without ledger, products once a year, and what made them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in joined(runs).items():
        kept = frame[frame["month"] % YEAR == 0] if name == "products" else frame
        kept.to_parquet(folder / f"{TABLES[name]}.parquet", index=False, compression="zstd")
    book = order.scenario.provenance.assign(value=lambda table: table["value"].astype(str))
    book.to_parquet(folder / "provenance.parquet", index=False, compression="zstd")
    said = metadata | {"model_version": model_version()}
    (folder / results.METADATA).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


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
