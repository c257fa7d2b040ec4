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


def room_below_ceilings(world: World) -> Array | None:
    """What the price term may rise by before it meets a ceiling, by code from OPEN on; None without any."""
    goods, demand = world.catalogue, world.config.demand
    if goods.ceilings is None:
        return None
    if demand.form == "unit_demand":
        rise = np.maximum(goods.ceilings - goods.price, 0.0) / demand.price_unit
    else:
        rise = np.log(np.maximum(goods.ceilings / goods.price, 1.0))
    room = np.full(len(world.providers) * len(world.config.tiers) - OPEN, np.inf)
    room[goods.code - OPEN] = np.where(np.isfinite(goods.price), rise, np.inf)
    return room


def room_at_renewal(world: World, asked: Array) -> Array:
    """The same by providers' codes where hosts ask for something, [code]; inf where no ceiling binds."""
    room = room_below_ceilings(world) if asked.any() else None
    if room is None:
        return np.full(len(asked), np.inf)
    return room[-OPEN:]


def within_ceilings(world: World, rows: NDArray[np.intp], wanted: Array) -> Array:
    r"""Utility that hosts take at most from workloads by a higher price, util [row]; no price passes its cap.

    $$\min(h,\ \alpha \ln(\bar p / p)), \quad \min(h,\ \alpha (\bar p - p)/p_0) \text{ under unit demand}$$
    """
    room = room_below_ceilings(world) if wanted.any() else None
    if room is None:
        return wanted
    work = world.workloads
    return np.minimum(wanted, work.sensitivity[rows] * room[work.product[rows] - OPEN])
