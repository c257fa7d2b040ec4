"""What a worker does: it plays a batch of runs and brings back tables, failures among them."""

import faulthandler
import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd

from sim.model import Market, simulate, tables
from sim.scenario import Scenario
from sim.sweep.batches import RUNS
from sim.sweep.files import to_parquet
from sim.sweep.keys import digest, model_version
from sim.sweep.plan import Record, RunSpec

MONTHS = "months"
REGIMES = "regimes"  # how a run ended, in one row
LOGS = ("vintages", "events", "ledger")  # tables of what happened; all others are series and can be thinned
STATED_BESIDES = ("replication", "date")  # columns that the index and the month already tell
OK, FAILED, TIMEOUT, CRASHED = "ok", "failed", "timeout", "crashed"


@dataclass(frozen=True)
class Work:
    """A batch of runs to play."""

    runs: tuple[RunSpec, ...]
    scenarios: dict[str, Scenario]
    months: dict[str, int]
    seed: int
    time_limit: float  # s a run; 0: none
    record: Record
    expendable: bool  # whether the process may be ended if a month does not end

    @property
    def name(self) -> str:
        """Equal runs, equal name."""
        return digest([spec.key for spec in self.runs])


@dataclass(frozen=True)
class Played:
    """A batch that was played: Parquet tables, runs, failures among them, seconds, the model's version."""

    tables: dict[str, bytes]
    runs: int
    failed: int
    seconds: float
    version: str


class TimeLimit(Exception):
    """A run took too long."""


def play(work: Work) -> Played:
    """Play all runs of a batch; an error of one is a row, no error of the batch."""
    began = time.perf_counter()
    rows: list[dict[str, object]] = []
    frames: dict[str, list[pd.DataFrame]] = {}
    scenarios: dict[int, Scenario] = {}
    for spec in work.runs:
        started = time.perf_counter()
        row: dict[str, object] = {"run_key": spec.key, "status": OK}
        try:
            if spec.point not in scenarios:
                scenarios = {spec.point: _scenario(work, spec)}
            for name, frame in kept(_simulate(work, spec, scenarios[spec.point]), work.record):
                frame.insert(0, "run_key", spec.key)
                frames.setdefault(name, []).append(frame)
        except Exception as error:
            row |= failure(error)
        rows.append(row | {"seconds": time.perf_counter() - started})
    joined = {name: to_parquet(pd.concat(pieces, ignore_index=True)) for name, pieces in frames.items()}
    failed = sum(row["status"] != OK for row in rows)
    return Played(
        {RUNS: runs_table(rows)} | joined, len(rows), failed, time.perf_counter() - began, model_version()
    )


def _scenario(work: Work, spec: RunSpec) -> Scenario:
    base = work.scenarios[spec.scenario]
    return base.amend(dict(spec.settings)) if spec.settings else base


def _simulate(work: Work, spec: RunSpec, scenario: Scenario) -> Market:
    months = work.months[spec.scenario]
    with _no_longer_than(work.time_limit, work.expendable) as watch:
        return simulate(scenario, months, work.seed, spec.replication, watch)


@contextmanager
def _no_longer_than(limit: float, expendable: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A look at the clock after every month; a month that never ends takes its worker with it."""
    if not limit:
        yield None
        return
    until = time.monotonic() + limit

    def watch(done: int, months: int) -> None:
        if time.monotonic() > until and done < months:
            raise TimeLimit(f"took longer than {limit:g} s: stopped after month {done} of {months}")

    with open(os.devnull, "w") as nowhere:
        if expendable:
            faulthandler.dump_traceback_later(2 * limit + 10, exit=True, file=nowhere)
        try:
            yield watch
        finally:
            if expendable:
                faulthandler.cancel_dump_traceback_later()


def kept(market: Market, record: Record) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of a run that a plan records."""
    for name, frame in tables(market, (MONTHS, REGIMES, *record.tables)).items():
        frame = frame.drop(columns=[c for c in STATED_BESIDES if c in frame])
        if name not in (REGIMES, *LOGS):
            last = frame["month"].max()
            frame = frame[((frame["month"] + 1) % record.every == 0) | (frame["month"] == last)]
        if name == MONTHS and record.outcomes:
            frame = frame[["month", *record.outcomes]]
        yield name, frame.copy()


def failure(error: BaseException) -> dict[str, object]:
    """What is stored about an error."""
    return {
        "status": TIMEOUT if isinstance(error, TimeLimit) else FAILED,
        "error": f"{type(error).__name__}: {error}",
        "traceback": "".join(traceback.format_exception(error)),
    }


def runs_table(rows: list[dict[str, object]]) -> bytes:
    """The table that says how runs ended."""
    columns = ["run_key", "status", "seconds", "error", "traceback"]
    words = dict.fromkeys(("run_key", "status", "error", "traceback"), "string")
    return to_parquet(pd.DataFrame(rows, columns=columns).astype(words | {"seconds": "float64"}))
