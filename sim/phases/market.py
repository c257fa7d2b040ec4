"""Providers price, customers come to consider and choose."""

import numpy as np

from sim.columns import NOBODY
from sim.economics.demand import LogitDemand
from sim.economics.diffusion import monthly_hazard
from sim.economics.equilibrium import solve_prices
from sim.economics.scaling import Array
from sim.economics.value import value
from sim.world import World

NEST = "mega"


def providers_price(world: World) -> None:
    """All prices at once: the Bertrand-Nash equilibrium against the market-research panel."""
    sellers, panel = world.sellers, world.published.panel
    world.price_status, world.deviation_gain, world.surplus = "", 0.0, 0.0
    if not sellers:
        return
    offers = [world.providers[i].offer for i in sellers]
    costs = np.array([offer.unit_cost for offer in offers if offer])
    last = np.array([offer.price for offer in offers if offer])
    demand = _demand(world, panel.base, panel.taste, panel.sensitivity, panel.weights)
    known = bool(np.isfinite(last).all())
    due = world.month % world.config.pricing.check_every == 0
    names = [world.providers[i].name for i in sellers]
    found = solve_prices(demand, costs, names, start=last if known else None, check=due)
    for offer, price in zip(offers, found.prices, strict=True):
        assert offer is not None
        offer.price = float(price)
    world.price_status = found.status
    world.deviation_gain = float(found.deviation_gain)
    world.surplus = float(found.consumer_surplus) * float(panel.spend.sum())
    if found.status != "equilibrium":
        world.tell("no_price_equilibrium", "market", f"prices are a {found.status}", found.deviation_gain)


def _demand(world: World, base: Array, taste: Array, sensitivity: Array, weights: Array) -> LogitDemand:
    """Demand of some customer types for the products on sale."""
    config = world.config.demand
    capability = np.array([o.model.capability for i in world.sellers if (o := world.providers[i].offer)])
    worth = np.asarray(value(config.value, capability))
    return LogitDemand(
        V0=base[:, None] + taste[:, None] * worth,
        alpha=sensitivity,
        weights=weights,
        form="constant_expenditure",
        nesting_ids=[NEST] * len(capability),
        rho=config.nest_correlation,
    )


def customers_consider(world: World) -> None:
    """Workloads that have not considered mega models may begin to, more so where they are in use."""
    work = world.workloads
    local = np.array([segment.use(work) for segment in world.segments])
    hazard = monthly_hazard(world.config.adoption, local, float(np.mean(work.provider != NOBODY)))
    work.considering |= world.uniforms("adoption") < hazard[work.segment]


def customers_choose(world: World) -> None:
    """Those who consider choose among the products on sale and none."""
    work, sellers = world.workloads, world.sellers
    work.provider[:] = NOBODY
    rows = np.flatnonzero(work.considering)
    if not sellers or not len(rows):
        return
    demand = _demand(world, work.base[rows], work.taste[rows], work.sensitivity[rows], np.ones(len(rows)))
    prices = np.array([o.price for i in sellers if (o := world.providers[i].offer)])
    picked = choose(demand.individual_shares(prices), world.uniforms("choice")[rows])
    work.provider[rows] = np.append(sellers, NOBODY)[picked]


def choose(shares: Array, uniforms: Array) -> np.ndarray:
    """Product picked by each row's uniform number from its shares; the number of products is 'none'."""
    return (np.cumsum(shares, axis=1) < uniforms[:, None]).sum(axis=1)
