"""Deals runs out in batches, stores what comes back and outlives whatever dies on the way."""

import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from sim.errors import UserError
from sim.sweep import batches
from sim.sweep.compaction import compact
from sim.sweep.crews import Crew, is_crash
from sim.sweep.keys import model_version
from sim.sweep.manifest import charter
from sim.sweep.plan import Plan, RunSpec
from sim.sweep.progress import Meter, Progress
from sim.sweep.store import Store
from sim.sweep.work import CRASHED, OK, Played, Work, play, runs_table

BATCH = 5.0  # s of work in a batch
LARGEST_BATCH = 500  # runs
CRASHES = 2  # deaths of a worker over a run alone after which it is put aside
MANY_BATCHES = 32  # in a finished store: they are joined into one
Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Ended:
    """How a sweep ended: its state, whether a signal stopped it, what was set aside on the way."""

    progress: Progress
    signal: int | None
    notes: tuple[str, ...]


def sweep(
    plan: Plan,
    folder: Path,
    crew: Crew,
    shard: tuple[int, int] = (1, 1),
    retry: bool = False,
    report: Report | None = None,
) -> Ended:
    """Play the runs of a plan that its store does not hold yet.

    `shard` (i, n) takes every n-th run from the i-th on; `retry` plays failed runs again. The first Ctrl-C or
    SIGTERM stores what is being played and ends, the second ends at once. Raises `UserError` as `Store.open`
    does, and when the cluster is lost.
    """
    with Store.open(folder, charter(plan)) as store:
        if retry:
            _forget_failures(store)
        finished = store.finished()
        mine = list(dict.fromkeys(_shard(plan, shard)))
        done = set(finished["run_key"])
        pending = [spec for spec in mine if spec.key not in done]
        failed = int((finished["status"] != OK).sum())
        meter = Meter(folder, len(done), len(done) + len(pending), failed)
        with _signals() as signals:
            _Dealer(plan, store, crew, meter, report).deal(pending, signals)
        if not signals and len(batches.counting(folder)) > MANY_BATCHES:
            compact(store)
        meter.save(last=True)
        return Ended(meter.now, signals[0] if signals else None, tuple(store.notes))


def _shard(plan: Plan, shard: tuple[int, int]) -> Iterator[RunSpec]:
    """The shard's runs, each key once."""
    first, of = shard
    seen: set[str] = set()
    for spec in plan.specs():
        if spec.key not in seen:
            seen.add(spec.key)
            if len(seen) % of == first % of:
                yield spec


def _forget_failures(store: Store) -> None:
    finished = store.finished()
    failures = finished.loc[finished["status"] != OK, "run_key"]
    if len(failures):
        compact(store, without=failures)


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Signals that ask to end; the second one ends at once. Only a main thread hears them."""
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return

    def note(number: int, _: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Dealer:
    """Keeps workers busy with batches and stores what they bring."""

    def __init__(self, plan: Plan, store: Store, crew: Crew, meter: Meter, report: Report | None) -> None:
        self._plan, self._store, self._crew, self._meter = plan, store, crew, meter
        self._report = report
        self._pending: deque[RunSpec] = deque()
        self._alone: deque[RunSpec] = deque()  # runs of a batch over which a worker died
        self._playing: dict[Future[Played], Work] = {}
        self._crashes: Counter[str] = Counter()
        self._pace = 0.0  # s a run; 0 while unknown
        self._room = (
            1 if crew.workers == 1 and not crew.expendable else crew.workers + max(2, crew.workers // 4)
        )

    def deal(self, pending: list[RunSpec], signals: list[int]) -> None:
        """Play all; after a signal only what is being played."""
        self._pending.extend(pending)
        while self._playing or ((self._pending or self._alone) and not signals):
            if signals:
                self._call_off()
            else:
                self._hand_out()
            done, _ = wait(self._playing, timeout=0.2, return_when=FIRST_COMPLETED)
            ended = [(future, self._playing.pop(future)) for future in done]
            if not signals:
                self._hand_out()
            for future, work in ended:
                self._take(future, work)
            self._meter.save()
            if self._report:
                self._report(self._meter.now)

    def _hand_out(self) -> None:
        while len(self._playing) < self._room and (self._pending or self._alone):
            work = self._work(self._next())
            self._playing[self._crew.executor.submit(play, work)] = work

    def _call_off(self) -> None:
        """Take back what no worker has begun."""
        for future in [future for future in self._playing if future.cancel()]:
            del self._playing[future]

    def _next(self) -> tuple[RunSpec, ...]:
        """The next batch: some seconds of work, less towards the end."""
        if self._alone:
            return (self._alone.popleft(),)
        size = int(BATCH / self._pace) if self._pace else 1
        fair = len(self._pending) // (2 * self._crew.workers)
        return tuple(self._pending.popleft() for _ in range(max(1, min(size, fair, LARGEST_BATCH))))

    def _work(self, runs: tuple[RunSpec, ...]) -> Work:
        plan = self._plan
        names = {spec.scenario for spec in runs}
        return Work(
            runs,
            {name: plan.scenarios[name] for name in names},
            {name: plan.horizon(name) for name in names},
            plan.seed,
            plan.time_limit,
            plan.record,
            self._crew.expendable,
        )

    def _take(self, future: Future[Played], work: Work) -> None:
        try:
            played = future.result()
        except CancelledError:
            raise UserError(
                f"{self._store.folder}: the cluster is gone. Runs stored so far are kept; repeat to go on."
            ) from None
        except Exception as error:
            if not is_crash(error):
                raise
            self._suspect(work)
            return
        if played.version != model_version():
            raise UserError(
                f"A worker has model version {played.version}, this is {model_version()}: install the same "
                "version on all machines."
            )
        self._store.add(work.name, played.tables)
        self._meter.add(played.runs, played.failed)
        pace = played.seconds / played.runs
        self._pace = 0.7 * self._pace + 0.3 * pace if self._pace else pace

    def _suspect(self, work: Work) -> None:
        """Play the runs of a batch over which a worker died one by one; put aside one that kills again."""
        if len(work.runs) > 1:
            self._alone.extend(work.runs)
            return
        (spec,) = work.runs
        self._crashes[spec.key] += 1
        if self._crashes[spec.key] < CRASHES:
            self._alone.append(spec)
            return
        error = f"its worker died {CRASHES} times over it (out of memory, or a month without end?)"
        row = {"run_key": spec.key, "status": CRASHED, "seconds": float("nan"), "error": error}
        self._store.add(work.name, {batches.RUNS: runs_table([row])})
        self._meter.add(1, 1)
