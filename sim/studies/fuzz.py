"""Plays random scenarios and looks whether every run keeps what the model promises."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from sim.model import Market, check_request, tables
from sim.scenario.writer import resolved_toml
from sim.studies.draws import drawn_scenario
from sim.studies.promises import broken_in_month, broken_in_tables
from sim.sweep.executors import side_by_side

Progress = Callable[[int, int], None]  # draws done, draws in all
MOST_DRAWS = 1_000_000
FAILURES = "failures.csv"


@dataclass(frozen=True)
class Failure:
    """A promise that a drawn scenario breaks, or the error that ended it."""

    draw: int  # also the seed of its run
    month: int  # -1: before the first
    sentence: str
    toml: str  # the whole scenario


def run(
    draws: int, seed: int = 0, months: int = 24, workers: int = 1, progress: Progress | None = None
) -> list[Failure]:
    """Play draws 0, 1, 2, ... and return what they break, in this order; it does not depend on `workers`.

    Raises `UserError` for counts that make no sense.
    """
    check_request(months, seed, min(draws, 1), workers)
    one = partial(failures_of, seed=seed, months=months)
    found: dict[int, list[Failure]] = {}
    with closing(side_by_side(one, range(draws), workers)) as ended:
        for number, future in ended:
            found[number] = future.result()
            if progress:
                progress(len(found), draws)
    return [failure for number in range(draws) for failure in found[number]]


def failures_of(number: int, seed: int = 0, months: int = 24) -> list[Failure]:
    """Play one draw; each promise is told once, an error as its last line."""
    told: dict[str, Failure] = {}
    toml, market = "", None
    try:
        scenario = drawn_scenario(seed, number, months)
        toml, market = resolved_toml(scenario), Market(scenario.config, months, number)
        for month, sentence in _broken(market, months):
            what = sentence.partition(":")[0]
            told.setdefault(what, Failure(number, month, sentence, toml))
        recorded = tables(market, ("months", "providers", "products", "jurisdictions"))
        for month, sentence in broken_in_tables(*recorded.values()):
            told.setdefault(sentence, Failure(number, month, sentence, toml))
    except Exception as error:
        told["error"] = Failure(
            number, market.month if market else -1, f"{type(error).__name__}: {error}", toml
        )
    return list(told.values())


def _broken(market: Market, months: int) -> Iterator[tuple[int, str]]:
    """Play on, with numerical accidents as errors, and tell what each month breaks."""
    with threadpool_limits(1), np.errstate(over="raise", invalid="raise", divide="raise"):
        for month in range(months):
            market.step()
            yield from ((month, sentence) for sentence in broken_in_month(market))


def write(failures: list[Failure], folder: Path) -> Path:
    """A table of failures, and beside it the scenario of each draw that failed."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(f.draw, f.month, f.sentence, f"draw-{f.draw}.toml") for f in failures]
    table = folder / FAILURES
    pd.DataFrame(rows, columns=["draw", "month", "sentence", "scenario"]).to_csv(table, index=False)
    for failure in failures:
        (folder / f"draw-{failure.draw}.toml").write_text(failure.toml, encoding="utf-8")
    return table
