"""Plays what comes with the program and stores it: `python -m analysis.stored`, or `make stored`."""

from contextlib import closing
from functools import partial
from pathlib import Path

from analysis.playing import Order, Played, play
from analysis.stored import baseline, first_words, phases
from analysis.terminal import progress
from sim.results import describe
from sim.scenario import load
from sim.sweep.crews import processors
from sim.sweep.executors import side_by_side

REPLICATIONS = 8


def store_baseline() -> None:
    """Play the baseline and store its runs."""
    scenario = load("baseline")
    months = scenario.config.calendar.months
    order = Order(scenario, months, 0, REPLICATIONS)
    played: dict[int, Played] = {}
    ended = side_by_side(partial(play, order), range(REPLICATIONS), processors())
    with progress("Baseline", REPLICATIONS) as step, closing(ended):
        for number, future in ended:
            played[number] = future.result()
            step(len(played), REPLICATIONS)
    about = describe(
        scenario, 0, REPLICATIONS, months, f"megamarket run baseline --replications {REPLICATIONS}"
    )
    baseline.write(baseline.FOLDER, order, [played[number] for number in range(REPLICATIONS)], about)
    readme, tables = Path("README.md"), baseline.stored_tables()
    if readme.is_file() and tables is not None:
        first_words.put(readme, tables)


if __name__ == "__main__":
    store_baseline()
    phases.store()
