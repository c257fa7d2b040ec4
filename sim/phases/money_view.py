"""What everybody may know of money: owners, the year's results, who came and who left."""

import math

from sim.config.training_rules import Extrapolated
from sim.economics.belief import growth_seen
from sim.published import Known, Money
from sim.world import World


def money_seen(world: World, known: Known) -> Money:
    """The part of the published view that concerns money."""
    belief, year = world.config.belief, world.year_so_far
    memory = belief.growth_memory if isinstance(belief, Extrapolated) else 0
    return Money(
        ownership=tuple([provider.config.ownership for provider in world.providers]),
        efficiency=known.efficiency,
        revenue_of_year=year[0],
        gross_of_year=year[1],
        training_of_year=year[2],
        overhead_of_year=year[3],
        counts=_events_of_month(world),
        raised=math.fsum((known.backing + known.equity).tolist()),
        paid_out=math.fsum((known.dividend + known.liquidation).tolist()),
        written_off=math.fsum(known.written_off.tolist()),
        fringe=world.fringe,
        fringe_quality=world.fringe_quality,
        successes=world.successes,
        growth=growth_seen(world.sales[-memory - 1 :], memory) if memory else 0.0,
        reached=world.reached,
    )


def _events_of_month(world: World) -> dict[str, int]:
    """Number of events of this month by kind."""
    count: dict[str, int] = {}
    for event in reversed(world.events):
        if event.month != world.month:
            break
        count[event.kind] = count.get(event.kind, 0) + 1
    return count
