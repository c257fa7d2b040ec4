"""Where runs are played: in this process, in processes of this machine, on a dask cluster.

All three speak the `concurrent.futures.Executor` protocol.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any, TypeVar

PRELOADED = "sim.model"  # imported once by the server from which workers are forked
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
HEARING = 0.5  # s after which a Ctrl-C is heard that came just before the wait for workers
Task = TypeVar("Task")
Result = TypeVar("Result")
_STARTING = threading.Lock()  # the environment is that of the whole process


class SerialExecutor(Executor):
    """Plays each task at once in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done when it is returned."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class LocalExecutor(Executor):
    """Processes on this machine that share one queue and die alone.

    Every worker is a pool of its own, used by one thread at a time: the death of one fails only the task it
    was playing (with `BrokenProcessPool`), and its place is filled anew. Ctrl-C interrupts the main thread
    only, so never a pool half way through starting its worker. Workers leave when the parent dies.
    """

    def __init__(self, workers: int) -> None:
        self._leash = _Leash()
        self._places = tuple(_Place(self._leash) for _ in range(workers))
        self._idle = list(self._places)
        self._threads = ThreadPoolExecutor(workers)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task; raises RuntimeError after the end."""
        return self._threads.submit(self._play, partial(fn, *args, **kwargs))

    def _play(self, work: Callable[[], Any]) -> Any:
        place = self._idle.pop()  # there are as many places as threads
        try:
            return place.play(work)
        finally:
            self._idle.append(place)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks, finish those in hand and let the workers go.

        With `cancel_futures`, or without waiting, queued tasks are called off.
        """
        self._threads.shutdown(wait, cancel_futures=cancel_futures or not wait)
        for place in self._places:
            place.close(wait)

    def kill(self) -> None:
        """End all workers now; what they were playing is lost."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._leash.cut()
        self.shutdown()


def side_by_side(
    play: Callable[[Task], Result], tasks: Sequence[Task], workers: int
) -> Generator[tuple[int, Future[Result]], None, None]:
    """Play tasks in processes, or with one worker here; gives each one's number and future when it is done.

    An end before the last one, by an error or by closing the generator, ends the workers at once.
    """
    if min(workers, len(tasks)) <= 1:
        for number, task in enumerate(tasks):
            yield number, SerialExecutor().submit(play, task)
        return
    with LocalExecutor(min(workers, len(tasks))) as executor:
        try:
            numbers = {executor.submit(play, task): number for number, task in enumerate(tasks)}
            playing = set(numbers)
            while playing:
                done, playing = wait_for(playing, HEARING, FIRST_COMPLETED)
                for future in done:
                    yield numbers[future], future
        except BaseException:
            executor.kill()
            raise


class _Leash:
    """A pipe that workers hold on to: when the parent dies or cuts it, they leave."""

    def __init__(self) -> None:
        self.held, self._end = _context().Pipe(duplex=False)

    def cut(self) -> None:
        self._end.close()


class _Place:
    """Room for one worker process, filled when there is work."""

    def __init__(self, leash: _Leash) -> None:
        self._leash = leash
        self._pool: ProcessPoolExecutor | None = None

    def play(self, work: Callable[[], Any]) -> Any:
        """Play in the worker; one that died while idle is replaced."""
        try:
            played = self._filled().submit(work)
        except BrokenProcessPool:
            self.close()
            played = self._filled().submit(work)
        try:
            return played.result()
        except BrokenProcessPool:
            self.close()
            raise

    def _filled(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, _context(), initializer=_start_worker, initargs=(self._leash.held,)
            )
        return self._pool

    def close(self, wait: bool = True) -> None:
        """Let the worker go, after what it plays."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait)


def _context() -> Any:
    """Workers are forked from a server of one thread that has imported the model once."""
    context = multiprocessing.get_context("forkserver")
    with _STARTING, _single_threaded():
        context.set_forkserver_preload([PRELOADED])
        forkserver.ensure_running()
    return context


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Processes that start here use one thread for linear algebra."""
    before = {name: os.environ.get(name) for name in THREAD_SETTINGS}
    os.environ.update(dict.fromkeys(THREAD_SETTINGS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _start_worker(leash: Connection) -> None:
    """Ctrl-C is the parent's business, the parent's end is ours, and what is imported is no garbage."""
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_when_cut, args=(leash,), daemon=True).start()


def _leave_when_cut(leash: Connection) -> None:
    leash.poll(None)
    os._exit(1)
