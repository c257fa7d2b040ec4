"""Measures who is served how well, and how fast the frontier moves."""

import math
from itertools import chain

from sim.economics import access
from sim.economics.progress import MONTHS
from sim.safety import Access
from sim.world import World

WINDOW = int(2 * MONTHS)  # months over which pace is measured


def access_is_measured(world: World) -> None:
    """Served shares and inequality, in all and by jurisdiction, and the pace of compute over two years."""
    use = world.fields.people @ world.segment_use
    inequality = access.gini(access.usable(world.catalogue.capability), use)
    models = [p.model for p in world.providers if p.model]
    flop = max(models, key=lambda m: m.capability).flop if models else math.nan
    world.log_frontier_flop.append(math.log(flop))
    world.access = Access(
        served=use[1:].sum(axis=1),
        inequality=float(inequality[0]),
        inequality_within=inequality[1:],
        pace=access.pace(world.log_frontier_flop, WINDOW),
        effective_pace=access.pace(world.frontier, WINDOW),
        generation=_generation(world, len(models)),
    )


def _generation(world: World, sellers: int) -> float:
    """Mean time between two models of a provider over the window, months."""
    since = max(0, world.month - WINDOW)
    months = chain.from_iterable([provider.releases[-WINDOW:] for provider in world.providers])
    released = sum(map(since.__lt__, months))
    return min(world.month, WINDOW) * sellers / released if released else math.nan
