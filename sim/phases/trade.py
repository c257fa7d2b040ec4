"""Who may buy from whom."""

import numpy as np
from numpy.typing import NDArray

from sim.economics.utility import Ties
from sim.world import World


def barred(world: World) -> NDArray[np.bool_] | None:
    """Whether the law keeps providers from segments, [segment, provider]; None where all may sell to all."""
    reach = world.rules.reach
    if reach is None:
        return None
    return np.ascontiguousarray(~reach[world.homes][:, world.segment_homes].T)


def availability(world: World, rows: NDArray[np.intp]) -> NDArray[np.bool_] | None:
    """Whether some workloads may buy the month's products, [row, product]; None where all may buy all.

    What runs without a provider crosses no border.
    """
    law, goods = barred(world), world.catalogue
    if law is None:
        return None
    return ~goods.sold | ~law[world.workloads.segment[rows]][:, goods.provider]


def allowed(world: World, ties: Ties) -> Ties:
    """The same ties with trust of -inf where the law keeps a provider from a segment."""
    law = barred(world)
    if law is None:
        return ties
    kept = ties.trust.copy()
    kept[:, : law.shape[1]][law] = -np.inf
    return ties._replace(trust=kept)
