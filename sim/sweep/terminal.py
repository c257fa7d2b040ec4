"""What the commands `sweep` and `merge` say in a terminal."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from sim.errors import UserError
from sim.sweep import batches
from sim.sweep.crews import Crew, check_crew, crew
from sim.sweep.merging import merge
from sim.sweep.plan import Plan
from sim.sweep.preview import duration, preview
from sim.sweep.progress import Progress, status
from sim.sweep.reading import read_plan
from sim.sweep.runner import Ended, sweep
from sim.sweep.work import OK

LOOK_EVERY = 2.0  # s
TELL_EVERY = 30.0  # s between lines of progress in a log
MISTAKE, UNLUCKY, SIGNALLED = (
    2,
    1,
    128,
)  # exit codes: user's mistake, some runs failed, ended by a signal (added)
console = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Wanted:
    """A sweep as it was asked for."""

    plan: str
    out: Path
    workers: int | None
    executor: str
    shard: str
    replications: int | None
    months: int | None
    samples: int | None
    retry: bool


@contextmanager
def sentences() -> Iterator[None]:
    """Tell a user's mistakes in sentences and leave with exit code 2."""
    try:
        yield
    except UserError as error:
        for problem in error.problems:
            console.print(problem, markup=False, soft_wrap=True)
        raise typer.Exit(MISTAKE) from None


def parse_shard(text: str) -> tuple[int, int]:
    """`3/100` as (3, 100)."""
    first, slash, of = text.partition("/")
    if not (slash and first.isdecimal() and of.isdecimal() and 1 <= int(first) <= int(of)):
        raise UserError(f"--shard: is '{text}'; expected I/N with I from 1 to N, such as 3/100.")
    return int(first), int(of)


def run_sweep(wanted: Wanted, dry_run: bool = False) -> None:
    """Say what will be done, do it, say how it ended."""
    plan, shard = _checked(wanted)
    with crew(wanted.executor, wanted.workers) as players:
        _tell_plan(plan, wanted, players.workers, shard)
        ended = None if dry_run else _play(plan, wanted, players, shard)
    if ended:
        _tell_end(ended, wanted.out)


def _play(plan: Plan, wanted: Wanted, players: Crew, shard: tuple[int, int]) -> Ended:
    with _bar() as bar:
        task = bar.add_task("", total=None, speed="starting")
        told = time.monotonic()

        def advance(now: Progress) -> None:
            nonlocal told
            left = duration(now.seconds_left)
            speed = f"{now.runs_per_second:.2f} runs/s, {left} left, {now.failed} failed"
            bar.update(task, completed=now.done, total=now.total, speed=speed)
            if bar.disable and time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                console.print(f"{now.done:,} of {now.total:,} runs, {speed}")

        return sweep(plan, wanted.out, players, shard, wanted.retry, advance)


def _checked(wanted: Wanted) -> tuple[Plan, tuple[int, int]]:
    """The plan and the shard; mistakes in the options and in the plan are told together."""
    problems = check_crew(wanted.executor, wanted.workers)
    plan, shard = None, (1, 1)
    try:
        shard = parse_shard(wanted.shard)
    except UserError as error:
        problems += error.problems
    try:
        plan = read_plan(wanted.plan, wanted.replications, wanted.months, wanted.samples)
    except UserError as error:
        problems += error.problems
    if problems or plan is None:
        raise UserError(problems)
    return plan, shard


def _tell_plan(plan: Plan, wanted: Wanted, workers: int, shard: tuple[int, int]) -> None:
    ahead = preview(plan, workers, -(-plan.different_runs // shard[1]))
    crowd = f"{workers} worker{'s' if workers > 1 else ''} ({wanted.executor})"
    console.print(f"[bold]{plan.title}[/bold]  {plan.question}", soft_wrap=True)
    part = f", shard {wanted.shard} of them" if shard != (1, 1) else ""
    console.print(
        f"{ahead.points:,} points x {plan.replications} replications: {ahead.runs:,} different runs{part}; "
        f"about {duration(ahead.seconds)} on {crowd}.",
        soft_wrap=True,
    )
    rows = [(path, values, source) for path, values, source in ahead.factors]
    rows += [(name, value, "inherited: the plan does not say") for name, value in ahead.inherited]
    table = Table("quantity", "values", "from", box=None, pad_edge=False)
    for row in rows[:40]:
        table.add_row(*row)
    console.print(table)
    if len(rows) > 40:
        console.print(f"... and {len(rows) - 40} more; all are in {wanted.out}/manifest.json.")


def _bar() -> Bar:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"), TimeElapsedColumn())
    return Bar(*columns, console=console, disable=not console.is_terminal)


def _tell_end(ended: Ended, out: Path) -> None:
    now = ended.progress
    for note in ended.notes:
        console.print(note, markup=False, soft_wrap=True)
    if ended.signal:
        console.print(f"Stopped: {now.done:,} of {now.total:,} runs are in {out}; the same command goes on.")
        raise typer.Exit(SIGNALLED + ended.signal)
    console.print(f"{now.done:,} runs are in {out} ({now.runs_per_second:.2f} runs/s).", soft_wrap=True)
    if now.failed:
        _tell_failures(out, now.failed)
        raise typer.Exit(UNLUCKY)


def _tell_failures(out: Path, count: int) -> None:
    runs = batches.read(out, batches.RUNS, ["run_key", "status", "error"])
    console.print(f"{count:,} runs failed; their errors and tracebacks are in the store's table of runs:")
    errors = runs.loc[runs["status"] != OK, "error"].value_counts()
    for error, number in errors.head(5).items():
        console.print(f"  {number:,} x {str(error).splitlines()[0]}", markup=False, soft_wrap=True)


def show_status(out: Path, as_json: bool = False) -> None:
    """Say how far a store is."""
    found = status(out)
    if as_json:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
        return
    last = found["last"]
    at_work = "a sweep is writing to it" if found["writing"] else "no sweep is writing to it"
    console.print(
        f"{found['title']}: {found['done']:,} of {found['runs']:,} runs, {found['failed']:,} failed; "
        f"{at_work}.",
        soft_wrap=True,
    )
    if found["writing"] and last and last["seconds_left"] is not None:
        console.print(f"{last['runs_per_second']:.2f} runs/s, {duration(last['seconds_left'])} left.")


def watch(out: Path) -> None:
    """Look on until nobody writes to the store."""
    while True:
        show_status(out)
        if not status(out)["writing"]:
            return
        time.sleep(LOOK_EVERY)


def run_merge(stores: list[Path], out: Path) -> None:
    """Merge and say what came of it."""
    merged = merge(stores, out)
    console.print(
        f"{merged.there:,} of {merged.planned:,} runs are in {out} ({merged.added:,} new, "
        f"{merged.failed:,} failed).",
        soft_wrap=True,
    )
