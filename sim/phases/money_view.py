"""What everybody may know of money: owners, the year's results, who came and who left."""

import math

from sim.config.training_rules import Extrapolated
from sim.economics.belief import growth_seen
from sim.published import Money
from sim.world import World


def money_seen(world: World) -> Money:
    """The part of the published view that concerns money."""
    books = [provider.books for provider in world.providers]
    belief, year = world.config.belief, world.year_so_far
    memory = belief.growth_memory if isinstance(belief, Extrapolated) else 0
    return Money(
        ownership=tuple([provider.config.ownership for provider in world.providers]),
        revenue_of_year=year[0],
        gross_of_year=year[1],
        training_of_year=year[2],
        overhead_of_year=year[3],
        counts=_events_of_month(world),
        raised=math.fsum([one.backing + one.equity for one in books]),
        paid_out=math.fsum([one.dividend + one.liquidation for one in books]),
        written_off=math.fsum([one.write_off for one in books]),
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
