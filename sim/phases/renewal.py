"""What hosts take at the renewal of tuned models, as far as ceilings on their prices let them."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.pricing import rule_ceilings
from sim.columns import OPEN
from sim.economics.scaling import Array
from sim.published import Catalogue
from sim.world import World


def highest_prices(world: World, goods: Catalogue, unit_cost: Array) -> Array | None:
    """Highest prices that law and the providers' own rules allow, USD/Mtoken [product]; None without any.

    `goods` with the `unit_cost` of the month, USD/Mtoken [product].
    """
    caps = world.rules.price_ceilings
    ours = [provider.config.pricing for provider in world.providers]
    own = rule_ceilings(ours, goods, unit_cost / _kept(world), world.tiers.fee)
    if not caps:
        return own
    law = np.array([caps.get(owner, np.inf) for owner in goods.owners]) * unit_cost
    return law if own is None else np.minimum(own, law)


def marginal_costs(world: World) -> Array:
    """Unit costs, and what auditors take of revenue as a cost of like effect, USD/Mtoken [product]."""
    return world.catalogue.unit_cost / _kept(world)


def _kept(world: World) -> float:
    """Share of revenue that auditors leave."""
    return 1 - world.config.oversight.paid_share


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


def room_at_renewal(world: World) -> Array:
    """The same by providers' codes where hosts ask for something, [code]; inf where no ceiling binds."""
    room = room_below_ceilings(world) if world.config.oversight.hold_up > 0 else None
    return world.hold.room if room is None else room[-OPEN:]


def within_ceilings(world: World, rows: NDArray[np.intp] | slice, wanted: Array) -> Array:
    r"""Utility that hosts take at most from workloads by a higher price, util [row]; no price passes its cap.

    $$\min(h,\ \alpha \ln(\bar p / p)), \quad \min(h,\ \alpha (\bar p - p)/p_0) \text{ under unit demand}$$
    """
    room = room_below_ceilings(world) if wanted.any() else None
    if room is None:
        return wanted
    work = world.workloads
    return np.minimum(wanted, work.sensitivity[rows] * room[work.product[rows] - OPEN])
