"""Providers settle: sales, serving, overheads, interest, training outlays, backing, bankruptcy."""

import numpy as np

from sim.agents.provider import Provider
from sim.columns import NOBODY
from sim.economics.progress import MONTHS
from sim.ledger import WORLD
from sim.world import World


def providers_settle(world: World) -> None:
    """Book a month's flows, then close those who cannot pay."""
    _sell(world)
    for provider in world.providers:
        if provider.alive:
            _pay_fixed(world, provider)
    for provider in world.providers:
        if provider.alive and provider.cash < -provider.config.credit_line:
            _go_bankrupt(world, provider)


def _sell(world: World) -> None:
    """Customers spend their budgets; each sale is served at unit cost."""
    work = world.workloads
    growth = world.config.demand.spend_growth ** (world.month / MONTHS)
    sold = work.provider != NOBODY
    cells = work.provider[sold] * len(world.segments) + work.segment[sold]
    size = len(world.providers) * len(world.segments)
    names = [segment.name for segment in world.segments]
    spend = np.bincount(cells, work.budget[sold] * growth, size).reshape(-1, len(world.segments))
    for i in world.sellers:
        provider = world.providers[i]
        assert provider.offer is not None
        revenue = float(spend[i].sum())
        provider.flow("revenue", revenue)
        for segment, amount in zip(names, spend[i].tolist(), strict=True):
            world.ledger.book(world.month, segment, provider.name, "revenue", amount)
        serving = revenue / provider.offer.price * provider.offer.unit_cost
        pay(world, provider, "serving", -serving)
        account = provider.vintages[-1]
        account.revenue += revenue
        account.serving += serving
        account.last_month = world.month


def _pay_fixed(world: World, provider: Provider) -> None:
    config = provider.config
    pay(world, provider, "backing", config.backing / MONTHS)
    pay(world, provider, "overhead", -config.overhead / MONTHS)
    if provider.run:
        pay(world, provider, "training", -provider.run.monthly_cost)
    if provider.cash < 0:
        pay(world, provider, "interest", provider.cash * world.config.finance.interest_rate / MONTHS)


def pay(world: World, provider: Provider, kind: str, amount: float, other: str = WORLD) -> None:
    """One payment to (positive) or by (negative) a provider, on its own cash and in the ledger."""
    provider.flow(kind, amount)
    payer, payee = (other, provider.name) if amount > 0 else (provider.name, other)
    world.ledger.book(world.month, payer, payee, kind, abs(amount))


def _go_bankrupt(world: World, provider: Provider) -> None:
    """Creditors lose what is owed; the product leaves the market."""
    owed = -provider.cash
    pay(world, provider, "write_off", owed, "creditors")
    world.tell("bankruptcy", provider.name, f"cannot pay; creditors lose {owed:,.0f} USD", owed)
    provider.close()
