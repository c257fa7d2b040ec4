"""What hosts take at the renewal of tuned models, as far as ceilings on their prices let them."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.pricing import rule_ceilings
from sim.columns import OPEN
from sim.economics.scaling import Array
from sim.world import World


def highest_prices(world: World) -> Array | None:
    """Highest prices that law and the providers' own rules allow, USD/Mtoken [product]; None without any."""
    goods, rules = world.catalogue, world.rules
    ours = [provider.config.pricing for provider in world.providers]
    own = rule_ceilings(ours, goods, marginal_costs(world), world.tiers.fee)
    if not rules.price_ceilings:
        return own
    ratios = np.array([rules.price_ceilings.get(owner, np.inf) for owner in goods.owners])
    law = ratios * goods.unit_cost
    return law if own is None else np.minimum(own, law)


def marginal_costs(world: World) -> Array:
    """Unit costs, and what auditors take of revenue as a cost of like effect, USD/Mtoken [product]."""
    return world.catalogue.unit_cost / (1 - world.config.oversight.paid_share)


def within_ceilings(world: World, rows: NDArray[np.intp], wanted: Array) -> Array:
    r"""Utility that hosts take at most from workloads by a higher price, util [row]; no price passes its cap.

    $$\min(h,\ \alpha \ln(\bar p / p)), \quad \min(h,\ \alpha (\bar p - p)/p_0) \text{ under unit demand}$$
    """
    highest = highest_prices(world) if wanted.any() else None
    if highest is None:
        return wanted
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    room = np.full(len(world.providers) * len(world.config.tiers) - OPEN, np.inf)  # by code, from OPEN on
    known = np.isfinite(goods.price)
    above = np.maximum(highest[known], goods.price[known])
    if demand.form == "unit_demand":
        room[goods.code[known] - OPEN] = (above - goods.price[known]) / demand.price_unit
    else:
        room[goods.code[known] - OPEN] = np.log(above / goods.price[known])
    return np.minimum(wanted, work.sensitivity[rows] * room[work.product[rows] - OPEN])
