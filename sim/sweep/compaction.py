"""Joins a store's many small batches into one, without ever holding them all in memory."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.sweep import batches
from sim.sweep.batches import RUNS
from sim.sweep.files import get_parquet, settle, texts, told, writing
from sim.sweep.keys import digest
from sim.sweep.store import Store

GROUP = 65_536  # rows a row group at most
AT_ONCE = 32  # files held in memory at once
READERS = 4  # files read at the same time


def compact(store: Store, without: Iterable[str] = ()) -> int:
    """Join all batches into one and return their number; runs whose keys are in `without` fall away.

    The new batch counts from the moment its table of runs is there, and with it the old ones do not.
    """
    old = batches.counting(store.folder)
    dropped = pa.array(sorted(without), pa.string())
    name = digest([batch.name for batch in old], len(dropped))
    tables = sorted({table for batch in old for table in batch.files}, key=lambda table: table == RUNS)
    with told(store.folder):
        for table in tables:
            files = [batch.files[table] for batch in old if table in batch.files]
            note = batches.replacing(old) if table == RUNS else {}
            with writing(store.path(name, table)) as file:
                _join(file, files, dropped, note)
        settle(store.folder / batches.FOLDER)
        for batch in old:
            batch.remove()
    store.look_again()
    return len(old)


def _join(file: IO[bytes], files: list[Path], dropped: pa.Array, note: dict[bytes, bytes]) -> None:
    schema = pa.unify_schemas([pq.read_schema(path) for path in files], promote_options="permissive")
    noted = schema.with_metadata(note)
    with pq.ParquetWriter(file, noted, compression="zstd", use_dictionary=texts(schema)) as writer:
        for piece in _pieces(files, schema, dropped):
            writer.write_table(piece, row_group_size=GROUP)


def _pieces(files: list[Path], schema: pa.Schema, dropped: pa.Array) -> Iterator[pa.Table]:
    with ThreadPoolExecutor(READERS) as readers:
        for first in range(0, len(files), AT_ONCE):
            tables = [schema.empty_table(), *readers.map(get_parquet, files[first : first + AT_ONCE])]
            table = pa.concat_tables(tables, promote_options="permissive")
            keep = pc.invert(pc.is_in(table["run_key"].cast(pa.string()), value_set=dropped))
            yield table.filter(keep).cast(schema)
