"""Measures who is served how well, and how fast the frontier moves."""

import numpy as np

from sim.economics import access
from sim.economics.progress import MONTHS
from sim.safety import Access
from sim.world import World

WINDOW = int(2 * MONTHS)  # months over which pace is measured


def access_is_measured(world: World) -> None:
    """Served shares and inequality, in all and by jurisdiction, and the pace of compute over two years."""
    fields, capability = world.fields, world.catalogue.capability
    home = np.equal.outer(np.arange(len(world.governments)), fields.jurisdiction) * fields.weight
    people = np.vstack(
        [fields.weight, home / home.sum(axis=1, keepdims=True)]
    )  # [all and jurisdictions, segment]
    use = people @ world.segment_use
    inequality = access.gini(*access.capability_used(use, capability))
    models = [p.model for p in world.providers if p.model]
    world.frontier_flop.append(max(models, key=lambda m: m.capability).flop if models else float("nan"))
    world.access = Access(
        served=use[1:].sum(axis=1),
        inequality=float(inequality[0]),
        inequality_within=inequality[1:],
        pace=access.pace(np.log(world.frontier_flop[-WINDOW - 1 :]), WINDOW),
        effective_pace=access.pace(np.array(world.frontier[-WINDOW - 1 :]), WINDOW),
        generation=_generation(world, len(models)),
    )


def _generation(world: World, sellers: int) -> float:
    """Mean time between two models of a provider over the window, months."""
    since = max(0, world.month - WINDOW)
    released = sum(
        vintage.model.release_month > since for p in world.providers for vintage in p.vintages[-WINDOW:]
    )
    return min(world.month, WINDOW) * sellers / released if released else float("nan")
