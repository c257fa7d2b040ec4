"""Who plays: names such as `local` or `dask:tcp://10.0.0.1:8786` turned into executors."""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sim.errors import UserError
from sim.sweep.executors import LocalExecutor, SerialExecutor

DASK = "dask:"
CHATTY = ("distributed", "distributed.client", "distributed.utils")  # what they report is told in a sentence
PATIENCE = 10  # s to wait for a scheduler, and for its first worker


@dataclass(frozen=True)
class Crew:
    """An executor, how many tasks it plays at once, and whether its processes may be ended."""

    executor: Executor
    workers: int
    expendable: bool


def is_crash(error: BaseException) -> bool:
    """Whether a worker died over a task."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_crew(name: str, workers: int | None) -> list[str]:
    """What is wrong with an executor's name and a number of workers, in sentences."""
    problems = []
    if name not in ("serial", "local") and not name.startswith(DASK):
        problems.append(f"--executor: is '{name}'; expected serial, local or dask:tcp://HOST:PORT.")
    if name.startswith(DASK) and "://" not in name:
        problems.append(f"--executor: is '{name}'; expected the scheduler's address, dask:tcp://HOST:PORT.")
    if workers is not None and workers < 1:
        problems.append(f"--workers: is {workers}; expected a whole number of at least 1.")
    return problems


@contextmanager
def crew(name: str, workers: int | None = None) -> Iterator[Crew]:
    """Open a crew: `serial`, `local` with so many processes, or `dask:` and a scheduler's address."""
    problems = check_crew(name, workers)
    if problems:
        raise UserError(problems)
    if name == "serial":
        yield Crew(SerialExecutor(), 1, expendable=False)
    elif name == "local":
        with _local(workers or processors()) as found:
            yield found
    else:
        with _dask(name.removeprefix(DASK)) as found:
            yield found


@contextmanager
def _local(workers: int) -> Iterator[Crew]:
    executor = LocalExecutor(workers)
    try:
        yield Crew(executor, workers, expendable=True)
    except BaseException:
        executor.kill()
        raise
    executor.shutdown()


@contextmanager
def _dask(address: str) -> Iterator[Crew]:
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "--executor dask needs dask: install it with pip install 'megamarket[cluster]', or use local."
        ) from None
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UserError(
            f"--executor: no dask scheduler answers at {address} ({type(error).__name__}); start one with: "
            "dask scheduler"
        ) from None
    with client:
        workers = _checked_workers(client, address)
        executor = client.get_executor(pure=False)
        try:
            yield Crew(executor, workers, expendable=True)
        finally:
            executor.shutdown(wait=False)


def _checked_workers(client: Any, address: str) -> int:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise UserError(
            f"--executor: the dask scheduler at {address} has no workers; start some with: "
            f"dask worker {address} --nthreads 1"
        ) from None
    threads = client.nthreads()
    if max(threads.values()) > 1:
        raise UserError(
            f"--executor: a dask worker at {address} has {max(threads.values())} threads, but a run needs a "
            f"process of its own; start workers with: dask worker {address} --nworkers N --nthreads 1"
        )
    return len(threads)
