"""How far a sweep is: counts, speed and the time that is left."""

import time
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.errors import UserError
from sim.sweep import batches
from sim.sweep.files import get_json, put_json, told
from sim.sweep.manifest import read_manifest
from sim.sweep.store import is_locked
from sim.sweep.work import OK

NAME = "progress.json"
WINDOW = 60.0  # s over which speed is measured
SAVED_EVERY = 2.0  # s


@dataclass(frozen=True)
class Progress:
    """The state of a sweep at a moment."""

    done: int  # runs in the store
    total: int  # runs that this call is to bring into the store, those already there included
    failed: int
    runs_per_second: float
    seconds_left: float  # NaN until the first batch is back


class Meter:
    """Measures a sweep while it runs and leaves a note for onlookers."""

    def __init__(self, folder: Path, done: int, total: int, failed: int) -> None:
        self._folder = folder
        self._done, self._total, self._failed = done, total, failed
        self._seen = deque([(time.monotonic(), done)])
        self._saved = float("-inf")

    def add(self, runs: int, failed: int) -> None:
        """Count runs that were stored."""
        self._done += runs
        self._failed += failed
        self._seen.append((time.monotonic(), self._done))
        while self._seen[-1][0] - self._seen[0][0] > WINDOW and len(self._seen) > 2:
            self._seen.popleft()

    @property
    def now(self) -> Progress:
        """The state at this moment."""
        (began, before), (ended, after) = self._seen[0], self._seen[-1]
        speed = (after - before) / (ended - began) if ended > began else 0.0
        left = (self._total - self._done) / speed if speed else float("nan")
        return Progress(self._done, self._total, self._failed, speed, left)

    def save(self, last: bool = False) -> None:
        """Write the state for onlookers, now and then."""
        if last or time.monotonic() - self._saved > SAVED_EVERY:
            self._saved = time.monotonic()
            moment = datetime.now(UTC).isoformat(timespec="seconds")
            with told(self._folder):
                put_json(self._folder / NAME, _finite(asdict(self.now)) | {"moment": moment})


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if value == value else None for name, value in values.items()}


def status(folder: Path) -> dict[str, Any]:
    """What a store holds and whether a sweep is at work: for `--status` and `--watch`."""
    manifest = read_manifest(folder)
    found = batches.read(folder, batches.RUNS, ["run_key", "status", "seconds"])
    counts = found["status"].value_counts()
    return {
        "title": manifest["title"],
        "model_version": manifest["model_version"],
        "begun": manifest["begun"],
        "runs": manifest["runs"],
        "done": len(found),
        "failed": int(counts.drop(OK, errors="ignore").sum()),
        "by_status": {str(name): int(count) for name, count in counts.items()},
        "median_seconds": float(found["seconds"].median()) if len(found) else None,
        "writing": is_locked(folder),
        "last": _last(folder),
    }


def _last(folder: Path) -> dict[str, Any] | None:
    try:
        return get_json(folder / NAME)
    except UserError:
        return None
