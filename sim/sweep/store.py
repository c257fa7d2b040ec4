"""The folder of a sweep, written by one process at a time and whole at every moment."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO, Self

import pandas as pd

from sim.errors import UserError
from sim.sweep import batches
from sim.sweep.batches import RUNS, Batch
from sim.sweep.files import is_whole, put, put_json, settle, to_parquet, told
from sim.sweep.keys import digest
from sim.sweep.manifest import NAME as MANIFEST
from sim.sweep.manifest import Charter, check_manifest

LOCK, DAMAGED = "lock", "damaged"


class Store:
    """A store that this process may write to."""

    def __init__(self, folder: Path, lock: IO[str]) -> None:
        self.folder = folder
        self.notes: list[str] = []  # sentences about what was set aside
        self._lock = lock
        self._gone: frozenset[str] = frozenset()  # names of batches that others replaced

    @classmethod
    def open(cls, folder: Path, charter: Charter) -> Self:
        """Begin a store or go on with it.

        Raises `UserError` for a folder of something else, another plan's or version's store, a store that
        another process writes to, a disk that refuses.
        """
        with told(folder):
            _check_folder(folder)
            (folder / batches.FOLDER).mkdir(parents=True, exist_ok=True)
            store = cls(folder, _locked(folder))
            try:
                store._begin(charter)
                store._tidy()
            except BaseException:
                store.close()
                raise
        return store

    def _begin(self, charter: Charter) -> None:
        if (self.folder / MANIFEST).exists():
            check_manifest(self.folder, charter.manifest)
        for name, frame in charter.tables.items():
            path = self.folder / f"{name}.parquet"
            if not is_whole(path):
                put(path, to_parquet(frame))
        if not (self.folder / MANIFEST).exists():
            put_json(self.folder / MANIFEST, charter.manifest)
        settle(self.folder)

    def _tidy(self) -> None:
        """Remove what an interrupted writer left, set damaged batches aside: their runs are played again."""
        for part in (self.folder / batches.FOLDER).glob(".*"):
            part.unlink()
        for batch in batches.written(self.folder):
            damaged = [path for path in batch.files.values() if not is_whole(path)]
            if damaged:
                self._set_aside(batch)
                self.notes.append(f"{damaged[0]}: was cut short or damaged; its runs are played again.")
        live = {batch.name for batch in batches.counting(self.folder)}
        for batch in batches.written(self.folder):
            if batch.name not in live:
                batch.remove()
        self.look_again()

    def look_again(self) -> None:
        """Learn which names are used up after batches were joined."""
        self._gone = frozenset(name for batch in batches.counting(self.folder) for name in batch.replaces)

    def _set_aside(self, batch: Batch) -> None:
        (self.folder / DAMAGED).mkdir(exist_ok=True)
        for path in batch.files.values():
            path.replace(self.folder / DAMAGED / path.name)

    def path(self, name: str, table: str) -> Path:
        """The file of a batch's table."""
        return self.folder / batches.FOLDER / f"{name}.{table}.parquet"

    def add(self, name: str, tables: dict[str, bytes]) -> None:
        """Store a batch, whole or not at all; the same batch twice is one."""
        while name in self._gone:
            name = digest(name)
        with told(self.folder):
            for table in sorted(tables, key=lambda table: table == RUNS):
                put(self.path(name, table), tables[table])
            settle(self.folder / batches.FOLDER)

    def finished(self) -> pd.DataFrame:
        """One row a stored run: run_key, status, seconds."""
        return batches.read(self.folder, RUNS, ["run_key", "status", "seconds"])

    def close(self) -> None:
        """Let others write."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        return
    known = {LOCK, batches.FOLDER, MANIFEST}
    names = {path.name for path in folder.iterdir()}
    if names and not names & known:
        raise UserError(f"{folder}: holds something else than a sweep; choose another --out.")


def _locked(folder: Path) -> IO[str]:
    lock = (folder / LOCK).open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "another process"
        lock.close()
        raise UserError(
            f"{folder}: {owner} is writing to this store; look on with --watch, or choose another --out."
        ) from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()} on {socket.gethostname()}")
    lock.flush()
    return lock


def is_locked(folder: Path) -> bool:
    """Whether a process is writing to the store."""
    try:
        with (folder / LOCK).open(encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
