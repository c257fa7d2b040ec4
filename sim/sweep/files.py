"""Files that are there whole or not at all, and what the disk says in one sentence."""

import errno
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import UserError

PART = ".part"  # end of a name while its file is being written

_REASONS = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "your share of the disk is used up: free some space",
    errno.EFBIG: "a file grew beyond the allowed size: raise the limit (ulimit -f)",
    errno.EROFS: "the file system is read-only: choose another --out",
    errno.EACCES: "you may not write there: choose another --out",
    errno.EPERM: "you may not write there: choose another --out",
    errno.ENOTDIR: "a file stands where a folder should be: choose another --out",
    errno.EEXIST: "a file stands where a folder should be: choose another --out",
}


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into a sentence for the user."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"the disk says '{error.strerror or error}'")
        raise UserError(f"{folder}: {reason}. All runs stored so far are kept; repeat to go on.") from error


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when all is written; even a power cut leaves it whole or absent."""
    part = path.with_name(f".{path.name}{PART}")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with writing(path) as file:
        file.write(data)


def settle(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_json(path: Path, data: dict[str, Any]) -> None:
    """Write a small readable file, whole or not at all."""
    put(path, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())


def get_json(path: Path) -> dict[str, Any]:
    """Read a small file; raises `UserError` if it is damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = None
    if not isinstance(data, dict):
        raise UserError(f"{path}: cannot be read; put back a copy of it, or sweep into another --out.")
    return data


def to_parquet(frame: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file."""
    return table_bytes(pa.Table.from_pandas(frame, preserve_index=False))


def table_bytes(table: pa.Table) -> bytes:
    """An Arrow table as the bytes of a Parquet file, without notes."""
    table = table.replace_schema_metadata()
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", use_dictionary=texts(table.schema))
    return sink.getvalue()


def texts(schema: pa.Schema) -> list[str]:
    """The columns of texts: they repeat, so that a dictionary of them pays; numbers do not."""
    return [field.name for field in schema if not pa.types.is_primitive(field.type)]


def get_parquet(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table, or those of the columns that it has; raises `UserError` if it is damaged."""
    try:
        file = pq.ParquetFile(path)
        known = file.schema_arrow.names
        return file.read(columns=None if columns is None else [name for name in columns if name in known])
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException):
        raise UserError(
            f"{path}: cannot be read (cut short or damaged); repeat the sweep with the same --out: it sets "
            "the file aside and plays its runs again."
        ) from None


def is_whole(path: Path) -> bool:
    """Whether a Parquet file has its head and its end."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True
