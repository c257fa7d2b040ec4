"""Providers price, customers come to consider and choose."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.pricing import price_terms
from sim.columns import NOBODY, OPEN
from sim.economics import reviews, utility
from sim.economics.demand import LogitDemand, price_term
from sim.economics.diffusion import monthly_hazard
from sim.economics.finetuning import UNTUNED
from sim.economics.game import PriceGame, price_game
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.search import Candidate, search, verified
from sim.phases.renewal import marginal_costs, room_at_renewal
from sim.phases.trade import allowed, availability, barred
from sim.world import World

TOLERANCE = 1e-8  # of the price equilibrium, relative


def providers_price(world: World) -> None:
    """All prices at once: the equilibrium of the providers' rules against the market-research panel.

    Prices are set as if the whole panel reviewed its contracts, costs of leaving included.
    """
    goods = world.catalogue
    world.price_status, world.deviation_gain, world.surplus = "", float("nan"), 0.0
    peace, world.peace = world.peace, None
    if not goods.sold.any():
        return
    wars = {war.aggressor: war.price for war in world.wars}
    game, found = peace if peace and not wars else settled(world, wars)
    if world.month % world.config.pricing.check_every == 0 and not found.checked:
        found = verified(game, found, TOLERANCE)
    world.catalogue = replace(goods, price=found.prices)
    world.price_status, world.deviation_gain = found.status, found.gain
    world.surplus = found.surplus * world.published.panel.considered
    if found.status != "equilibrium":
        world.tell("no_price_equilibrium", "market", f"prices are a {found.status}", found.gain)


def settled(world: World, war_prices: dict[int, float]) -> tuple[PriceGame, Candidate]:
    """The game of the month's prices, and where its first-order conditions hold.

    Sought from the last prices, from twice the cost where there are none.
    """
    game, goods = game_of(world, war_prices), world.catalogue
    last = game.bounded(np.where(np.isfinite(goods.price), goods.price, 2 * goods.unit_cost))
    return game, search(game, last, TOLERANCE, check=False)


def game_of(world: World, war_prices: dict[int, float]) -> PriceGame:
    """The game of the month's prices, the law included, with war prices over unit cost by provider."""
    goods, costs, floors = world.catalogue, marginal_costs(world), price_floors(world)
    terms = price_terms([provider.config.pricing for provider in world.providers], goods, costs, war_prices)
    return price_game(
        demand_of(world, world.workloads.panel, world.published.panel.weights), costs, goods.firms,
        ownership=terms.ownership, fixed_prices=terms.fixed, floors=floors, ceilings=terms.ceilings,
    )  # fmt: skip


def price_floors(world: World) -> Array | None:
    """Prices below which the law lets nobody sell, USD/Mtoken [product]; None where it sets none."""
    goods, rules = world.catalogue, world.rules
    if not rules.never_below_cost:
        return None
    banned = [owner in rules.never_below_cost for owner in goods.owners]
    return np.where(banned, goods.unit_cost, -np.inf)


def demand_of(world: World, rows: NDArray[np.intp], weights: Array) -> LogitDemand:
    """Demand of some workloads for all products of the month.

    Under unit demand a budget is the cost of the needed tokens at `price_unit`, so weights are divided by it
    and price sensitivity is per USD/Mtoken.
    """
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    alpha = work.sensitivity[rows]
    if config.form == "unit_demand":
        alpha, weights = alpha / config.price_unit, weights / config.price_unit
    unit = np.log(config.price_unit) if config.form == "constant_expenditure" else 0.0
    return LogitDemand(
        V0=utility.with_ties(
            config.value, rows, work.traits, _ties(world), goods.offers, np.full(len(goods), unit)
        ),
        alpha=alpha,
        weights=weights,
        form=config.form,
        availability=availability(world, rows),
        nesting_ids=goods.nests,
    )


def _ties(world: World) -> utility.Ties:
    """What binds the workloads to their sellers this month."""
    work, hold = world.workloads, world.hold._replace(room=room_at_renewal(world))
    return utility.Ties(work.segment, world.tastes, world.reliance, work.product, *hold)


def customers_consider(world: World) -> None:
    """Workloads begin to consider mega models, more so where they are in use, and contracts are reviewed.

    Anew choose new considerers, contracts that are up, users of products that are gone or cut off, and those
    of tuned models with a new base.
    """
    work, demand = world.workloads, world.config.demand
    expires = -np.expm1(-demand.review_rate / MONTHS)
    world.deciding = reviews.due(
        work.considering, work.segment, work.product, world.hold.host, _released(world), barred(world),
        _begins(world), _lots(world, "adoption"), expires, _lots(world, "review"),
    )  # fmt: skip


def _begins(world: World) -> Array:
    """Chance to begin to consider this month, [segment]."""
    near = world.using / world.fields.size
    around = float(world.fields.weight @ near)
    return monthly_hazard(world.config.adoption, near, around, world.eagerness)


def customers_choose(world: World) -> None:
    """Those who choose anew choose among the products of the month and none."""
    work, moved = world.workloads, 0
    if not len(world.catalogue):
        work.product[:] = NOBODY
    elif len(world.deciding):
        moved = _choose(world, world.deciding)
    found = reviews.hosts(work.firm_place, work.product, world.hold.host)
    world.users = found.users
    world.switched = moved / max(sum(found.users[-OPEN:].tolist()), 1)
    world.multi_homing = found.several / found.firms if found.firms else float("nan")


def _choose(world: World, rows: NDArray[np.intp]) -> int:
    """Some workloads choose anew; how many moved to another provider."""
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    paid = price_term(config.form, goods.price / config.price_unit)
    ties, luck = allowed(world, _ties(world)), _lots(world, "choice")
    return reviews.choose(
        config.value, rows, work.traits, ties, goods.offers, -paid, goods.nests, work.taken, luck
    )


def _lots(world: World, component: str) -> reviews.Lottery:
    """The workloads' uniform numbers for a component in this month."""
    return reviews.Lottery(world.stream(component), world.workloads.ids)


def _released(world: World) -> NDArray[np.bool_]:
    """Codes, from OPEN on, whose users must choose anew: products gone, and tuned ones of a new base.

    Of those without a product all choose in the first month.
    """
    tiers = len(world.tiers.names)
    gone = np.ones(len(world.providers) * tiers - OPEN, dtype=bool)
    gone[world.catalogue.code - OPEN] = False
    gone[NOBODY - OPEN] = world.month == 0
    for i, provider in enumerate(world.providers):
        if provider.model and provider.model.release_month == world.month:
            first = i * tiers - OPEN
            gone[first : first + tiers] |= world.tiers.mode != UNTUNED
    return gone
