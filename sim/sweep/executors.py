"""Where runs are played: in this process, in processes of this machine, on a dask cluster.

All three speak the `concurrent.futures.Executor` protocol.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any

PRELOADED = "sim.model"  # imported once by the server from which workers are forked
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


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

    Every worker is a pool of its own: the death of one fails only the task it was playing (with
    `BrokenProcessPool`), and its place is filled anew. Workers leave when the parent dies.
    """

    def __init__(self, workers: int) -> None:
        self._leash = _Leash()
        self._idle = [_Place(self._leash) for _ in range(workers)]
        self._places = tuple(self._idle)
        self._queue: deque[_Task] = deque()
        self._open: set[Future[Any]] = set()
        self._closed = False
        self._lock = threading.RLock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task; raises RuntimeError after the end."""
        task = _Task(Future(), partial(fn, *args, **kwargs))
        with self._lock:
            if self._closed:
                raise RuntimeError("This executor was shut down.")
            self._open.add(task.future)
            self._queue.append(task)
            self._feed()
        return task.future

    def _feed(self) -> None:
        """Give queued tasks to idle workers."""
        while self._idle and self._queue:
            task = self._queue.popleft()
            if task.future.set_running_or_notify_cancel():
                place = self._idle.pop()
                place.play(task.work).add_done_callback(partial(self._hand_over, place, task))
            else:
                self._open.discard(task.future)

    def _hand_over(self, place: "_Place", task: "_Task", played: Future[Any]) -> None:
        error = played.exception()
        if isinstance(error, BrokenProcessPool):
            place.clear()
        with self._lock:
            self._idle.append(place)
            self._open.discard(task.future)
            self._feed()
        if error is None:
            task.future.set_result(played.result())
        else:
            task.future.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks, finish those in hand and let the workers go.

        With `cancel_futures`, or without waiting, queued tasks are called off.
        """
        with self._lock:
            self._closed = True
            if cancel_futures or not wait:
                self._call_off()
            running = tuple(self._open)
        if wait:
            wait_for(running)
        for place in self._places:
            place.close(wait)

    def _call_off(self) -> None:
        while self._queue:
            future = self._queue.popleft().future
            future.cancel()
            future.set_running_or_notify_cancel()
            self._open.discard(future)

    def kill(self) -> None:
        """End all workers now; what they were playing is lost."""
        self.shutdown(wait=False, cancel_futures=True)
        self._leash.cut()
        self.shutdown()


@dataclass(frozen=True)
class _Task:
    future: Future[Any]
    work: Callable[[], Any]


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
        self._broken: list[ProcessPoolExecutor] = []

    def play(self, work: Callable[[], Any]) -> Future[Any]:
        """Play in the worker; a worker that died while idle is replaced."""
        try:
            return self._filled().submit(work)
        except BrokenProcessPool:
            self.clear()
            return self._filled().submit(work)

    def _filled(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, _context(), initializer=_start_worker, initargs=(self._leash.held,)
            )
        return self._pool

    def clear(self) -> None:
        """Put aside a pool whose worker died.

        It winds itself up. It may be asking from inside its own lock, so that shutting it down here, or
        letting go of it, would wait for ever.
        """
        if self._pool is not None:
            self._broken.append(self._pool)
            self._pool = None

    def close(self, wait: bool) -> None:
        for pool in (*self._broken, *([self._pool] if self._pool else [])):
            pool.shutdown(wait=wait)


def _context() -> Any:
    """Workers are forked from a server of one thread that has imported the model once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    with _single_threaded():
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
