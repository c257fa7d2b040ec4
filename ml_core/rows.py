"""Measured rows: one JSON object a line, appended as they come, each naming its run."""

import json
import os
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SHIPPED = "full.jsonl"  # the rows that come with the package


def key(row: Row) -> tuple[str, ...]:
    """What a row measures; no two rows of a run share it."""
    return tuple(str(row.get(name, "")) for name in ("kind", "size", "domain", "tokens", "mode", "seed"))


def load_measurements(path: Path | None = None) -> list[Row]:
    """Rows of a file, or those that come with the package, in the order of what they measure."""
    source = files("ml_core.measurements") / SHIPPED if path is None else path
    lines = source.read_text(encoding="utf-8").splitlines()
    return sorted((json.loads(line) for line in lines), key=key)


def recover(path: Path) -> list[Row]:
    """Rows of a file that was perhaps cut off while being written: an unfinished last line is removed."""
    if not path.exists():
        return []
    whole, _, rest = path.read_bytes().rpartition(b"\n")
    if rest:
        os.truncate(path, len(whole) + bool(whole))
    return [json.loads(line) for line in whole.splitlines()]


def append(path: Path, row: Row) -> None:
    """Write one row and see it on the disk."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write all rows in the order of what they measure."""
    lines = [json.dumps(row, sort_keys=True) + "\n" for row in sorted(rows, key=key)]
    path.write_text("".join(lines), encoding="utf-8")
