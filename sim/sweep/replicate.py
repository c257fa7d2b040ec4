"""Replications of one scenario, side by side."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from sim.errors import UserError
from sim.model import Run, check_request, run
from sim.scenario import Scenario
from sim.sweep.executors import side_by_side

Progress = Callable[[int, int], None]  # runs done, runs in all


class RunFailed(RuntimeError):
    """A run that ended with an error, which is the cause of this one."""

    def __init__(self, replication: int, error: BaseException) -> None:
        super().__init__(f"Replication {replication} failed: {type(error).__name__}: {error}")
        self.replication = replication


def replicate(
    scenario: Scenario,
    months: int | None,
    seed: int,
    replications: int,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Run]:
    """Play replications 0, 1, 2, ... of a scenario and return them in this order.

    The values do not depend on `workers` (processes on this machine). Ctrl-C ends the workers at once.
    Raises `UserError` for counts that make no sense, `RunFailed` for a replication that failed.
    """
    horizon = scenario.config.calendar.months if months is None else months
    check_request(horizon, seed, replications, workers)
    one = partial(run, scenario, months, seed)
    found: dict[int, Run] = {}
    with closing(side_by_side(one, range(replications), workers)) as ended:
        for number, future in ended:
            with _blamed_on(number):
                found[number] = dataclasses.replace(future.result(), scenario=scenario)
            if progress:
                progress(len(found), replications)
    return [found[number] for number in range(replications)]


@contextmanager
def _blamed_on(number: int) -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        raise RunFailed(number, error) from error
