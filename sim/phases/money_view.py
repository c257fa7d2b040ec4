"""What everybody may know of money: owners, the year's results, who came and who left."""

import math

from sim.published import Money
from sim.world import World


def money_seen(world: World) -> Money:
    """The part of the published view that concerns money."""
    books, year = world.books, world.year_so_far
    return Money(
        ownership=world.ownership,
        revenue_of_year=year[0],
        gross_of_year=year[1],
        training_of_year=year[2],
        overhead_of_year=year[3],
        counts=_events_of_month(world),
        raised=math.fsum((books.backing + books.equity).tolist()),
        paid_out=math.fsum((books.dividend + books.liquidation).tolist()),
        written_off=math.fsum(books.write_off.tolist()),
        fringe=world.fringe,
        fringe_quality=world.fringe_quality,
        successes=world.successes,
        growth=world.growth,
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
