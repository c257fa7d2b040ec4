"""What everybody may know of money: owners, the year's results, who came and who left."""

import math
from collections import Counter

import numpy as np

from sim.config.training_rules import Extrapolated
from sim.economics.belief import growth_seen
from sim.published import Money
from sim.world import World


def money_seen(world: World) -> Money:
    """The part of the published view that concerns money."""
    providers, belief = world.providers, world.config.belief
    year = np.sum(world.year, axis=0) if world.year else np.zeros((4, len(providers)))
    books = [p.books for p in providers]
    memory = belief.growth_memory if isinstance(belief, Extrapolated) else 0
    return Money(
        ownership=tuple(p.config.ownership for p in providers),
        efficiency=np.array([p.efficiency for p in providers]),
        revenue_of_year=year[0],
        gross_of_year=year[1],
        training_of_year=year[2],
        overhead_of_year=year[3],
        counts=_events_of_month(world),
        raised=math.fsum(b.backing + b.equity for b in books),
        paid_out=math.fsum(b.dividend + b.liquidation for b in books),
        written_off=math.fsum(b.write_off for b in books),
        fringe=world.fringe,
        fringe_quality=world.fringe_quality,
        successes=world.successes,
        growth=growth_seen(np.array(world.sales[-memory - 1 :]), memory) if memory else 0.0,
        reached=max((q for q in world.frontier if math.isfinite(q)), default=math.nan),
    )


def _events_of_month(world: World) -> dict[str, int]:
    """Number of events of this month by kind."""
    count: Counter[str] = Counter()
    for event in reversed(world.events):
        if event.month != world.month:
            break
        count[event.kind] += 1
    return dict(count)
