"""Providers price, customers come to consider and choose."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.pricing import PriceTerms, price_terms
from sim.columns import NOBODY, OPEN
from sim.economics import trust, utility
from sim.economics.demand import LogitDemand
from sim.economics.diffusion import monthly_hazard
from sim.economics.finetuning import UNTUNED
from sim.economics.game import price_game
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.search import search
from sim.phases.renewal import marginal_costs, within_ceilings
from sim.phases.trade import availability, cut_off
from sim.world import World

TOLERANCE = 1e-8  # of the price equilibrium, relative


def providers_price(world: World) -> None:
    """All prices at once: the equilibrium of the providers' rules against the market-research panel.

    Prices are set as if the whole panel reviewed its contracts, costs of leaving included.
    """
    goods = world.catalogue
    world.price_status, world.deviation_gain, world.surplus = "", float("nan"), 0.0
    if not goods.sold.any():
        return
    panel = world.published.panel
    demand = demand_of(world, world.workloads.panel, panel.weights)
    start = np.where(np.isfinite(goods.price), goods.price, 2 * goods.unit_cost)
    terms = world_terms(world, {war.aggressor: war.price for war in world.wars})
    game = price_game(
        demand, marginal_costs(world), goods.owners, ownership=terms.ownership, fixed_prices=terms.fixed,
        floors=terms.floors, ceilings=terms.ceilings,
    )  # fmt: skip
    check = world.month % world.config.pricing.check_every == 0
    found = search(game, game.bounded(start), TOLERANCE, check)
    world.catalogue = replace(goods, price=found.prices)
    world.price_status, world.deviation_gain = found.status, found.gain
    world.surplus = demand.consumer_surplus(found.prices) * float(panel.spend.sum())
    if found.status != "equilibrium":
        world.tell("no_price_equilibrium", "market", f"prices are a {found.status}", found.gain)


def world_terms(world: World, war_prices: dict[int, float]) -> PriceTerms:
    """What binds this month's prices, the law included, with war prices over unit cost by provider."""
    rules = [provider.config.pricing for provider in world.providers]
    terms = price_terms(rules, world.catalogue, marginal_costs(world), world.tiers.fee, war_prices)
    floors, ceilings = price_limits(world)
    return replace(terms, floors=floors, ceilings=_tighter(terms.ceilings, ceilings))


def _tighter(one: Array | None, other: Array | None) -> Array | None:
    """The lower of two ceilings that may be missing."""
    given = [ceilings for ceilings in (one, other) if ceilings is not None]
    return np.minimum.reduce(given) if given else None


def price_limits(world: World) -> tuple[Array | None, Array | None]:
    """Floors and ceilings that the law sets, USD/Mtoken [product]; None where it sets none."""
    goods, rules = world.catalogue, world.rules
    floors = ceilings = None
    if rules.never_below_cost:
        banned = [owner in rules.never_below_cost for owner in goods.owners]
        floors = np.where(banned, goods.unit_cost, -np.inf)
    if rules.price_ceilings:
        ratios = np.array([rules.price_ceilings.get(owner, np.inf) for owner in goods.owners])
        ceilings = ratios * goods.unit_cost
    return floors, ceilings


def demand_of(world: World, rows: NDArray[np.intp], weights: Array) -> LogitDemand:
    """Demand of some workloads for all products of the month.

    Under unit demand a budget is the cost of the needed tokens at `price_unit`, so weights are divided by it
    and price sensitivity is per USD/Mtoken.
    """
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    alpha, level = work.sensitivity[rows], np.zeros(len(work.sensitivity))
    if config.form == "unit_demand":
        alpha, weights = alpha / config.price_unit, weights / config.price_unit
    else:
        level = work.sensitivity * np.log(config.price_unit)
    held_up = _held_up(world, rows, work.product[rows])
    return LogitDemand(
        V0=utility.with_ties(config.value, rows, work.traits, level, _ties(world), held_up, goods.offers),
        alpha=alpha,
        weights=weights,
        form=config.form,
        availability=availability(world, rows),
        nesting_ids=goods.sold.tolist(),
        rho=config.nest_correlation,
    )


def _ties(world: World) -> utility.Ties:
    """What binds the workloads to their sellers this month."""
    work, demand = world.workloads, world.config.demand
    return utility.Ties(
        segment=work.segment,
        taste=world.tastes,
        trust=trust.worth(world.fields.correctness, world.trust),
        present=work.product,
        lock_in=world.tiers.lock_in,
        switching_cost=demand.switching_cost,
        retuning_cost=demand.retuning_cost,
    )


def _held_up(world: World, rows: NDArray[np.intp], present: NDArray[np.intp]) -> Array:
    """Utility that its host takes from a workload that renews what it has, util [row]."""
    share, cost = world.config.oversight.hold_up, world.config.demand.retuning_cost
    return within_ceilings(world, rows, share * cost * _lock_in(world, present))


def _lock_in(world: World, present: NDArray[np.intp]) -> Array:
    """Multiple of the cost of leaving a host, by present product; zero without a provider."""
    multiples = world.tiers.lock_in
    return np.where(present >= 0, multiples[present % len(multiples)], 0.0)


def customers_consider(world: World) -> None:
    """Workloads that have not considered mega models may begin to, more so where they are in use."""
    work = world.workloads
    uses = work.product != NOBODY
    local = np.bincount(work.segment, uses) / np.bincount(work.segment)
    config = world.config
    pull = trust.eagerness(config.trust, world.trust, config.demand.trust, world.line_use)
    hazard = monthly_hazard(config.adoption, local, float(np.mean(uses)), pull)
    others = np.flatnonzero(~work.considering)
    arrive = others[world.uniforms("adoption", others) < hazard[work.segment[others]]]
    world.fresh = work.considering & ~uses if world.month == 0 else np.zeros(len(uses), dtype=bool)
    world.fresh[arrive] = work.considering[arrive] = True


def customers_choose(world: World) -> None:
    """Those whose contract is up for review choose among the products of the month and none."""
    world.switched = 0.0
    rows = np.flatnonzero(_under_review(world))
    if not len(world.catalogue):
        world.workloads.product[:] = NOBODY
    elif len(rows):
        _choose(world, rows)
    world.multi_homing = _multi_homing(world)


def _choose(world: World, rows: NDArray[np.intp]) -> None:
    """Some workloads choose anew."""
    work, goods = world.workloads, world.catalogue
    demand = demand_of(world, rows, np.ones(len(rows)))
    picked = demand.picks(goods.price, world.uniforms("choice", rows))
    before = work.product[rows]
    held_up = _held_up(world, rows, before)
    work.product[rows] = np.append(goods.code, NOBODY)[picked]
    tiers = len(world.config.tiers)
    now = work.product[rows]
    work.taken[rows] = np.where(now == before, held_up, 0.0)
    moved = (before >= 0) & (now >= 0) & (before // tiers != now // tiers)
    world.switched = float(moved.sum() / max((work.product >= 0).sum(), 1))


def _multi_homing(world: World) -> float:
    """Share of firms with a provider that have more than one."""
    work = world.workloads
    users = np.flatnonzero(work.product >= 0)
    if not len(users):
        return float("nan")
    firms, provider = work.firm_place[users], work.product[users] // len(world.tiers.names)
    first = np.flatnonzero(np.diff(firms, prepend=-1))  # workloads of a firm lie side by side
    several = np.minimum.reduceat(provider, first) < np.maximum.reduceat(provider, first)
    return float(np.mean(several))


def _under_review(world: World) -> NDArray[np.bool_]:
    """New considerers, contracts that are up, products gone or cut off, and tuned models with a new base."""
    work, config = world.workloads, world.config
    hazard = -np.expm1(-config.demand.review_rate / MONTHS)
    known = np.flatnonzero(work.considering)
    due = world.fresh | cut_off(world) | _released(world)[work.product - OPEN]
    due[known] |= world.uniforms("review", known) < hazard
    return due & work.considering


def _released(world: World) -> NDArray[np.bool_]:
    """Codes, from OPEN on, whose users must choose anew: products gone, and tuned ones of a new base."""
    tiers = len(world.tiers.names)
    gone = np.ones(len(world.providers) * tiers - OPEN, dtype=bool)
    gone[world.catalogue.code - OPEN] = False
    gone[NOBODY - OPEN] = False
    for i, provider in enumerate(world.providers):
        if provider.model and provider.model.release_month == world.month:
            first = i * tiers - OPEN
            gone[first : first + tiers] |= world.tiers.mode != UNTUNED
    return gone
