"""Plays runs for the app: worker processes, progress by month, cancel, and a shelf of finished runs."""

import shutil
import tempfile
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from sim.errors import UserError
from sim.events import Veto
from sim.model import TABLES, Progress, Run, check_request, simulate, tables
from sim.scenario import Scenario, load
from sim.sweep.keys import digest, model_version, run_key

MOST_KEPT = 160  # finished runs, about 1 MB each
KEPT = tuple(name for name in TABLES if name != "ledger")
WARMING = 24  # months after which nearly all that a run needs has been loaded
DIED = "A worker process ended in the middle of a run (out of memory?): apply again, or ask for fewer runs."


class Cancelled(Exception):
    """Somebody asked to stop."""


@dataclass(frozen=True)
class Order:
    """Runs to play: equal order, equal values."""

    scenario: Scenario
    months: int
    seed: int
    replications: int
    first: int = 0  # number of the first replication
    without: Veto | None = None  # an act that is left out

    @property
    def key(self) -> str:
        """A hash of resolved parameters, months, seed and version of the model; runs are counted apart."""
        return digest(self.scenario.digest, self.months, self.seed, model_version(), *self._left_out.values())

    def run_key(self, replication: int) -> str:
        """The name of one run, as sweeps name it."""
        settings = self._left_out
        return run_key(self.scenario.digest, settings, self.seed, replication, self.months, model_version())

    @property
    def _left_out(self) -> dict[str, Any]:
        return {"without": vars(self.without)} if self.without else {}


@dataclass(frozen=True)
class Played:
    """What is kept of a run: its tables, and sums in place of the whole ledger."""

    replication: int
    tables: dict[str, pd.DataFrame]  # months, providers, ... as in a `Run`
    years: pd.DataFrame  # see `Ledger.yearly`

    @cached_property
    def sales(self) -> pd.DataFrame:
        """One row a year, field of work and provider: year, domain, provider, amount (USD)."""
        sales = self.years[self.years["kind"] == "revenue"].rename(columns={"payee": "provider"})
        domains = {payer: payer.rpartition(":")[2] for payer in sales["payer"].unique()}  # jurisdiction:field
        sales["domain"] = sales["payer"].map(domains)
        return sales.groupby(["year", "domain", "provider"], as_index=False)["amount"].sum()

    @cached_property
    def book(self) -> pd.DataFrame:
        """One row a payer, payee and kind of payment: amount over the whole run (USD)."""
        return self.years.groupby(["payer", "payee", "kind"], as_index=False)["amount"].sum()


def play(order: Order, replication: int, look: Progress | None = None) -> Played:
    """Play one run of an order, and keep what the pages show of it."""
    market = simulate(order.scenario, order.months, order.seed, replication, look, order.without)
    return Played(replication, tables(market, KEPT), market.ledger.yearly())


def as_run(played: Played, scenario: Scenario, seed: int) -> Run:
    """The run again, its ledger summed over all months."""
    return Run(scenario, seed, played.replication, ledger=played.book, **played.tables)


def joined(runs: Sequence[Played]) -> dict[str, pd.DataFrame]:
    """The tables of several runs, one under the other."""
    return {name: pd.concat([run.tables[name] for run in runs], ignore_index=True) for name in runs[0].tables}


def play_one(order: Order, replication: int, board: str, place: int) -> Played:
    """Play one run of an order in a worker; after each month say so on the board and look whether to stop.

    Raises `Cancelled` where the board says stop, or is gone.
    """
    try:
        marks = np.memmap(board, np.int32, "r+")
    except FileNotFoundError:
        raise Cancelled from None

    def look(done: int, _: int) -> None:
        marks[place] = done
        if marks[0]:
            raise Cancelled

    look(0, order.months)
    return play(order, replication, look)


def warm_up() -> None:
    """Load in a worker what a run needs, so that the first one asked for does not wait for it."""
    play(Order(load("baseline"), WARMING, 0, 1), 0)


class Job:
    """Some orders that are being played; runs come in one by one."""

    def __init__(self, orders: Sequence[Order], board: Path, open_runs: int) -> None:
        self.orders = tuple(orders)
        self.problems: list[str] = []
        self.cancelled = False
        self.begun = time.monotonic()  # s
        self._ended = threading.Event()
        self._found: list[dict[int, Played]] = [{} for _ in orders]
        self._board = board
        self._marks = np.memmap(board, np.int32, "w+", shape=(open_runs + 1,))
        self._open: set[Future[Played]] = set()
        self._shelved = 0  # months of runs that need not be played

    def runs(self, arm: int = 0) -> list[Played]:
        """The finished runs of an order, by replication."""
        return [run for _, run in sorted(self._found[arm].copy().items())]

    @property
    def done(self) -> int:
        """Finished runs of all orders."""
        return sum(map(len, self._found))

    @property
    def total(self) -> int:
        """Runs asked for."""
        return sum(order.replications for order in self.orders)

    @property
    def running(self) -> bool:
        """Whether anything is still being played."""
        return bool(self._open)

    @property
    def share(self) -> float:
        """How much of all months is played, 0 to 1."""
        months = sum(order.months * order.replications for order in self.orders)
        return (self._shelved + int(self._marks[1:].sum())) / months

    def wait(self, seconds: float) -> None:
        """Return when nothing is being played any more, or after some seconds."""
        self._ended.wait(seconds)

    def cancel(self) -> None:
        """Stop: queued runs are called off, those being played end within a month of theirs."""
        self.cancelled = True
        self._marks[0] = 1
        for future in tuple(self._open):
            future.cancel()

    def _take(self, arm: int, replication: int, future: "Future[Played]") -> None:
        try:
            self._found[arm][replication] = future.result()
        except (Cancelled, CancelledError):
            pass
        except Exception as error:
            told = sentences(error, self.orders[arm].scenario, replication)
            self.problems += [sentence for sentence in told if sentence not in self.problems]
        self._open.discard(future)
        self._tidy()

    def _tidy(self) -> None:
        """The board goes when nobody writes on it any more, and nobody waits."""
        if not self._open:
            self._board.unlink(missing_ok=True)
            self._ended.set()


def sentences(error: Exception, scenario: Scenario, replication: int) -> list[str]:
    """What went wrong with a run and what to change, for people who do not read code."""
    if isinstance(error, UserError):
        return error.problems
    if isinstance(error, BrokenProcessPool):
        return [DIED]
    beyond = [leaf.path for leaf in scenario.leaves if leaf.outside_range]
    remedy = (
        f"Values outside their supported range are the likely cause; reset {', '.join(beyond)}."
        if beyond
        else "Undo the last change, or try another seed."
    )
    return [f"Run {replication + 1} stopped: {type(error).__name__}, {error}. {remedy}"]


class Player:
    """An executor whose workers stay, and the shelf of what they played; one for a server."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._boards = Path(tempfile.mkdtemp(prefix="megamarket-"))
        weakref.finalize(self, shutil.rmtree, self._boards, ignore_errors=True)
        self._shelf: OrderedDict[str, Played] = OrderedDict()
        self._lock = threading.Lock()
        self._ahead = weakref.WeakSet[Job]()

    def play(self, *orders: Order, ahead: bool = False) -> Job:
        """Play what the shelf does not hold, replication by replication so that orders can be paired.

        What is played `ahead`, before anybody asked for it, stops as soon as somebody asks for something.
        Raises `UserError` for counts that make no sense.
        """
        for order in orders:
            check_request(order.months, order.seed, order.replications)
        most = max(order.replications for order in orders)
        wanted = [
            (arm, order.first + number)
            for number in range(most)
            for arm, order in enumerate(orders)
            if number < order.replications
        ]
        shelved = {spot: self._shelved(orders[spot[0]].run_key(spot[1])) for spot in wanted}
        missing = [spot for spot, found in shelved.items() if found is None]
        job = Job(orders, self._boards / uuid4().hex, len(missing))
        for (arm, number), found in shelved.items():
            if found is not None:
                job._found[arm][number] = found
                job._shelved += orders[arm].months
        if ahead:
            self._ahead.add(job)
        else:
            self._give_way()
        self._submit(job, missing)
        return job

    def claim(self, job: Job) -> bool:
        """Somebody asks for a job that was played ahead; whether it did not have to stop before."""
        self._ahead.discard(job)
        self._give_way()
        return not job.cancelled

    def _give_way(self) -> None:
        for job in tuple(self._ahead):
            job.cancel()
            self._ahead.discard(job)

    def _submit(self, job: Job, missing: list[tuple[int, int]]) -> None:
        futures = []
        for place, (arm, number) in enumerate(missing, start=1):
            future = self._executor.submit(play_one, job.orders[arm], number, str(job._board), place)
            job._open.add(future)
            futures.append((future, arm, number))
        for future, arm, number in futures:
            future.add_done_callback(partial(self._take, job, arm, number))
        job._tidy()

    def _take(self, job: Job, arm: int, number: int, future: "Future[Played]") -> None:
        if not future.cancelled() and future.exception() is None:
            self._put(job.orders[arm].run_key(number), future.result())
        job._take(arm, number, future)

    def _shelved(self, key: str) -> Played | None:
        with self._lock:
            if key in self._shelf:
                self._shelf.move_to_end(key)
            return self._shelf.get(key)

    def _put(self, key: str, run: Played) -> None:
        with self._lock:
            self._shelf[key] = run
            while len(self._shelf) > MOST_KEPT:
                self._shelf.popitem(last=False)

    def close(self) -> None:
        """End the workers when they have finished what they play."""
        self._executor.shutdown(cancel_futures=True)
