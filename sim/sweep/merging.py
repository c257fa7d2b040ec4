"""Brings shards of one sweep together in one store."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from sim.errors import UserError
from sim.sweep import batches
from sim.sweep.batches import RUNS
from sim.sweep.compaction import compact
from sim.sweep.files import get_parquet, table_bytes
from sim.sweep.keys import digest
from sim.sweep.manifest import check_manifest, read_charter
from sim.sweep.store import Store
from sim.sweep.work import OK


@dataclass(frozen=True)
class Merged:
    """What a merge brought together, in runs."""

    there: int
    planned: int
    added: int
    failed: int


def merge(folders: list[Path], out: Path) -> Merged:
    """Bring the runs of several stores of one plan into one; each run once, a good one before a failed one.

    Raises `UserError` for stores of different plans or versions, or a damaged file.
    """
    charter = read_charter(folders[0])
    for folder in folders[1:]:
        check_manifest(folder, charter.manifest)
    if out.resolve() in {folder.resolve() for folder in folders}:
        raise UserError(f"--out: {out} is one of the stores to merge; choose another folder.")
    with Store.open(out, charter) as store:
        _make_room(store, folders)
        there = set(store.finished()["run_key"])
        before = len(there)
        for good in (True, False):
            for folder in folders:
                for name, tables in _news(folder, good, there):
                    store.add(name, tables)
        compact(store)
        failed = int((store.finished()["status"] != OK).sum())
        return Merged(len(there), charter.manifest["runs"], len(there) - before, failed)


def _make_room(store: Store, folders: list[Path]) -> None:
    """Drop failures of the store that went well in a shard."""
    before = store.finished()
    failures = set(before.loc[before["status"] != OK, "run_key"])
    if failures:
        found = [batches.read(folder, RUNS, ["run_key", "status"]) for folder in folders]
        good = {key for frame in found for key in frame.loc[frame["status"] == OK, "run_key"]}
        compact(store, without=failures & good)


def _news(folder: Path, good: bool, there: set[str]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Batches of a shard, less the runs that are there already, which they join."""
    for batch in batches.counting(folder):
        runs = get_parquet(batch.files[RUNS], ["run_key", "status"])
        ended_well = pc.equal(runs["status"], OK)
        keys = runs.filter(ended_well if good else pc.invert(ended_well))["run_key"].to_pylist()
        news = [key for key in keys if key not in there]
        if news:
            there.update(news)
            wanted = pa.array(news, pa.string())
            yield digest(news), {name: _of(path, wanted) for name, path in batch.files.items()}


def _of(path: Path, keys: pa.Array) -> bytes:
    table = get_parquet(path)
    return table_bytes(table.filter(pc.is_in(table["run_key"].cast(pa.string()), value_set=keys)))
