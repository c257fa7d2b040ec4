"""Governments buy tokens."""

import numpy as np

from sim.config.policies import Procurement
from sim.economics.procurement import purchase_shares
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.value import value
from sim.phases.money import flow, note_public_money, pay
from sim.world import World

KIND = "procurement"


def governments_buy(world: World) -> None:
    """Public demand is served at market prices: the most capable product of each provider competes.

    Sales to governments count as revenue, are served at unit cost, and set no prices.
    """
    for policy in world.rules.in_force:
        if isinstance(policy, Procurement):
            _buy(world, policy)


def _buy(world: World, policy: Procurement) -> None:
    home = world.places[policy.payer]
    reach, homes = world.rules.reach, world.homes
    sellers = [i for i in world.sellers if reach is None or reach[homes[i], home]]
    if not sellers:
        return
    rows = [world.catalogue.flagship[i] for i in sellers]
    at_home = np.array([homes[i] == home for i in sellers])
    shares = purchase_shares(_utilities(world, rows) + policy.home_bias * at_home, _rho(world))
    for i, j, share in zip(sellers, rows, shares.tolist(), strict=True):
        _bought(world, policy.payer, i, j, share * policy.size / MONTHS)


def _rho(world: World) -> float:
    return world.config.demand.nest_correlation


def _utilities(world: World, rows: list[int]) -> Array:
    """Worth of products at their prices to customers of mean tastes, util [product]."""
    demand, goods = world.config.demand, world.catalogue
    price = goods.price[rows]
    paid = np.log(price) if demand.form == "constant_expenditure" else price / demand.price_unit
    worth = np.asarray(value(demand.value, goods.capability[rows]))
    utilities: Array = demand.capability_taste * worth - demand.price_sensitivity * paid
    return utilities


def _bought(world: World, payer: str, index: int, product: int, amount: float) -> None:
    """A provider is paid for tokens and serves them."""
    provider, goods = world.providers[index], world.catalogue
    tokens = amount / float(goods.price[product])
    serving = tokens * float(goods.unit_cost[product])
    flow(world, provider, "revenue", amount)
    world.ledger.book(payer, provider.name, KIND, amount)
    note_public_money(world, payer, provider, amount)
    pay(world, provider, "serving", -serving)
    provider.public_tokens += tokens
    provider.vintages[-1].revenue += amount
    provider.vintages[-1].serving += serving


def public_purchases(world: World, sellers: tuple[str, ...]) -> Array:
    """What governments bought this month according to the ledger, USD [seller]."""
    return world.ledger.received(KIND, sellers)
