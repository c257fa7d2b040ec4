"""Research moves algorithms, and the run says so when growth leaves what economics can follow."""

import math

from sim.config.research import EndogenousProgress
from sim.economics import progress, research
from sim.economics.progress import MONTHS
from sim.world import World


def algorithms_improve(world: World) -> None:
    """Algorithms of the month: by the calendar, or from last month's research; frozen after a runaway."""
    kind, technology = world.config.technology.progress, world.config.technology
    if not isinstance(kind, EndogenousProgress):
        world.algorithms.append(math.log(progress.algorithmic_progress(technology, world.month)))
        return
    before = world.algorithms[-1] if world.algorithms else 0.0
    frontier = world.frontier[-1] if world.frontier else math.nan
    world.automated = research.automated_share(kind, frontier)
    outlay = _outlay_of_the_year(world, kind)
    if world.runaway or outlay <= 0:
        world.algorithms.append(before)
        return
    hardware = world.flop_per_usd / technology.flop_per_usd
    inputs = research.log_input(kind, outlay, hardware, frontier)
    world.algorithms.append(research.advance(kind, technology, before, inputs))
    if before < world.algorithms[-1] == math.log(kind.limit):
        world.tell("progress_limit", "technology", "algorithms reach their stated limit", kind.limit)


def _outlay_of_the_year(world: World, kind: EndogenousProgress) -> float:
    """Development outlay of the last twelve months, USD; before the run it was that of the path seen."""
    if world.month:
        world.outlays.append(math.fsum(world.books.training.tolist()))
    seen = world.outlays[-int(MONTHS) :]
    return math.fsum(seen) + kind.outlay_at_start * (1 - len(seen) / MONTHS)


def growth_is_watched(world: World) -> None:
    """Note the first month in which the frontier grows faster than the stated bound."""
    bound = world.config.technology.runaway_growth
    if world.runaway or not research.ran_away(world.frontier, bound):
        return
    world.runaway = True
    text = f"frontier effective compute grew more than {bound:g}-fold in a year; progress is frozen, and "
    world.tell("runaway", "market", text + "what comes after is not reported as economics", bound)
