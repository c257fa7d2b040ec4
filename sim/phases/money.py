"""Providers settle: sales, serving, overheads, interest, training outlays."""

import numpy as np

from sim.agents.provider import Provider
from sim.columns import NOBODY
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.ledger import LENDERS, WORLD
from sim.world import World


def providers_settle(world: World) -> None:
    """Book a month's sales and what they cost, then what must be paid whatever is sold."""
    _sell(world)
    for provider in world.providers:
        if provider.alive:
            _pay_fixed(world, provider)


def _sell(world: World) -> None:
    """Customers spend; each provider is paid, by segment, and serves what it sold at unit cost."""
    goods = world.catalogue
    spend = _spend(world)
    world.product_revenue = spend.sum(axis=1)
    names = [segment.name for segment in world.segments]
    for i in world.sellers:
        mine = np.flatnonzero(goods.provider == i)
        _paid(world, world.providers[i], names, spend[mine].sum(axis=0))
        serving = float((world.product_revenue[mine] * goods.unit_cost[mine] / goods.price[mine]).sum())
        pay(world, world.providers[i], "serving", -serving)
        best = mine[goods.capability[mine] == goods.capability[mine].max()]
        world.providers[i].served = serving / float(goods.unit_cost[best].min())
        account = world.providers[i].vintages[-1]
        account.revenue += float(world.product_revenue[mine].sum())
        account.serving += serving
    free = spend[~goods.sold].sum(axis=0)
    world.ledger.book_all(world.month, names, WORLD, "own_machines", free)


def _spend(world: World) -> Array:
    """Outlay by product and segment, USD/month [product, segment]."""
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    users = np.flatnonzero(work.product != NOBODY)
    order = np.argsort(goods.code)
    column = order[np.searchsorted(goods.code, work.product[users], sorter=order)]
    growth = config.spend_growth ** (world.month / MONTHS)
    amount = work.budget[users] * growth
    if config.form == "unit_demand":
        amount = amount * goods.price[column] / config.price_unit
    cells = column * len(world.segments) + work.segment[users]
    size = len(goods) * len(world.segments)
    spend: Array = np.bincount(cells, amount, size).astype(np.float64)
    return spend.reshape(len(goods), -1)


def _paid(world: World, provider: Provider, names: list[str], amounts: Array) -> None:
    """Take in the sales of a month."""
    provider.flow("revenue", float(amounts.sum()))
    world.ledger.book_all(world.month, names, provider.name, "revenue", amounts)


def _pay_fixed(world: World, provider: Provider) -> None:
    pay(world, provider, "overhead", -provider.config.overhead / MONTHS)
    if provider.run:
        pay(world, provider, "training", -provider.run.monthly_cost)
    if provider.cash < 0:
        interest = provider.cash * world.config.finance.interest_rate / MONTHS
        pay(world, provider, "interest", interest, LENDERS)


def pay(world: World, provider: Provider, kind: str, amount: float, other: str = WORLD) -> None:
    """One payment to (positive) or by (negative) a provider, on its own cash and in the ledger."""
    provider.flow(kind, amount)
    payer, payee = (other, provider.name) if amount > 0 else (provider.name, other)
    world.ledger.book(world.month, payer, payee, kind, abs(amount))


def transfer(world: World, payer: Provider, payee: Provider, kind: str, amount: float) -> None:
    """One payment between two providers: both cash accounts and one entry."""
    payer.flow(kind, -amount)
    payee.flow(kind, amount)
    world.ledger.book(world.month, payer.name, payee.name, kind, amount)
