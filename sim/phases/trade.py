"""Who may buy from whom, and who does."""

import numpy as np
from numpy.typing import NDArray

from sim.economics.scaling import Array
from sim.world import World


def availability(world: World, rows: NDArray[np.intp]) -> NDArray[np.bool_] | None:
    """Whether some workloads may buy the month's products, [row, product]; None where all may buy all.

    What runs without a provider crosses no border.
    """
    reach, goods = world.rules.reach, world.catalogue
    if reach is None:
        return None
    buyers = world.segment_homes[world.workloads.segment[rows]]
    return ~goods.sold | reach[world.homes[goods.provider]][:, buyers].T


def cut_off(world: World) -> NDArray[np.bool_]:
    """Whether a workload's present product may no longer be sold to it, [workload]."""
    work, reach = world.workloads, world.rules.reach
    if reach is None:
        return np.zeros(len(work.product), dtype=bool)
    sellers = world.homes[np.maximum(work.product, 0) // len(world.config.tiers)]
    return (work.product >= 0) & ~reach[sellers, world.segment_homes[work.segment]]


def trade_of(world: World, spend: Array) -> Array:
    """Customers' outlay with providers, USD/month [seller's, buyer's government], from [product, segment]."""
    goods, size = world.catalogue, len(world.places)
    sellers = np.eye(size)[world.homes[goods.provider[goods.sold]]]
    flows: Array = sellers.T @ spend[goods.sold] @ np.eye(size)[world.segment_homes]
    return flows
