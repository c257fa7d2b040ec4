"""Runs jobs on several processes, each with one BLAS thread, and hands their rows back as they come."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, connection, get_context, parent_process

from threadpoolctl import threadpool_limits

from ml_core.jobs import Job, ready
from ml_core.memory import keep_heap
from ml_core.rows import Row


def work_off(jobs: list[Job], done: set[tuple[str, ...]], workers: int) -> Iterator[tuple[Job, Row]]:
    """Do all jobs that are not done, each as soon as what it needs is there; give (job, row) as they end.

    Raises RuntimeError when a process was killed from outside: what is done is kept, run again to go on.
    """
    left = {job.key: job for job in jobs if job.key not in done}
    if workers == 1 or len(left) < 2:
        yield from _serial(left, set(done))
        return
    others = active_children()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=begin_worker)
    try:
        yield from _parallel(left, set(done), pool, workers)
    except BrokenProcessPool as error:
        raise RuntimeError("a worker process was killed; start the same command again to go on") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - set(others):
            process.terminate()


def begin_worker() -> None:
    """Prepare a process: memory is kept, one BLAS thread, and it leaves when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    keep_heap()
    threadpool_limits(1)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _serial(left: dict[tuple[str, ...], Job], done: set[tuple[str, ...]]) -> Iterator[tuple[Job, Row]]:
    keep_heap()
    with threadpool_limits(1):
        while left:
            job = left.pop(ready(left.values(), done)[0].key)
            row = job.run()
            done.add(job.key)
            yield job, row


def _parallel(
    left: dict[tuple[str, ...], Job], done: set[tuple[str, ...]], pool: Executor, workers: int
) -> Iterator[tuple[Job, Row]]:
    """Keep every worker busy with one job, so that what has become ready can go before what waits."""
    running: dict[Future[Row], Job] = {}
    while left or running:
        for job in ready(left.values(), done)[: workers - len(running)]:
            running[pool.submit(job.run)] = left.pop(job.key)
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            job = running.pop(future)
            done.add(job.key)
            yield job, future.result()
