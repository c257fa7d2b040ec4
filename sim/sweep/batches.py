"""The batches of a store: one Parquet file a table, `NAME.TABLE.parquet`.

The table `runs` is written last: with it the batch counts, and it can name batches that it replaces.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.sweep.files import get_parquet, is_whole

FOLDER = "batches"
RUNS = "runs"
REPLACES = b"replaces"


@dataclass(frozen=True)
class Batch:
    """Files of finished runs."""

    name: str
    files: dict[str, Path]  # table -> file
    replaces: tuple[str, ...] = ()

    def remove(self) -> None:
        """Delete the files, the one that makes the batch count first."""
        for _, path in sorted(self.files.items(), key=lambda item: item[0] != RUNS):
            path.unlink(missing_ok=True)


def written(folder: Path) -> list[Batch]:
    """All batches in a store's folder, those that do not count too."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted((folder / FOLDER).glob("[!.]*.parquet")):
        name, table, _ = path.name.rsplit(".", 2)
        found.setdefault(name, {})[table] = path
    return [Batch(name, files, _replaced(files.get(RUNS))) for name, files in found.items()]


def counting(folder: Path) -> list[Batch]:
    """The batches that count: with a table of runs, and not replaced."""
    whole = [batch for batch in written(folder) if RUNS in batch.files]
    gone = {name for batch in whole for name in batch.replaces}
    return [batch for batch in whole if batch.name not in gone]


def _replaced(runs: Path | None) -> tuple[str, ...]:
    if runs is None or not is_whole(runs):
        return ()
    metadata = pq.read_schema(runs).metadata or {}
    return tuple(json.loads(metadata.get(REPLACES, b"[]")))


def replacing(batches: list[Batch]) -> dict[bytes, bytes]:
    """The note with which a table of runs replaces batches."""
    return {REPLACES: json.dumps([batch.name for batch in batches]).encode()}


def read(folder: Path, table: str, columns: list[str] | None = None) -> pd.DataFrame:
    """A table of all batches, below each other; raises `UserError` for a damaged file."""
    try:
        found = [b.files[table] for b in counting(folder) if table in b.files]
        pieces = [get_parquet(path, columns) for path in found]
    except FileNotFoundError:  # a writer has just joined the batches into one
        return read(folder, table, columns)
    if not pieces:
        return pd.DataFrame(columns=columns or ["run_key"])
    frame: pd.DataFrame = pa.concat_tables(pieces, promote_options="permissive").to_pandas()
    return frame
