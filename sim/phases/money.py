"""Providers settle: sales, serving, auditors' share, overheads, interest, training outlays."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.provider import Provider
from sim.columns import NOBODY
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.ledger import AUDITORS, LENDERS, WORLD
from sim.phases.publishing import flagships
from sim.phases.renewal import within_ceilings
from sim.phases.trade import trade_of
from sim.world import World


def providers_settle(world: World) -> None:
    """Book a month's sales and what they cost, then what must be paid whatever is sold."""
    _sell(world)
    for provider in world.providers:
        if provider.alive:
            _pay_fixed(world, provider)


def _sell(world: World) -> None:
    """Customers spend; each provider is paid, by segment, and serves what it sold at unit cost."""
    goods, sellers, best = world.catalogue, world.sellers, flagships(world)
    spend, tokens = _spend(world)
    world.product_revenue = spend.sum(axis=1)
    world.trade = trade_of(world, spend)
    own = np.equal.outer(sellers, goods.provider).astype(float)  # [seller, product]
    sales, serving = own @ spend, own @ (tokens * goods.unit_cost)
    revenue = sales.sum(axis=1)
    names = [segment.name for segment in world.segments]
    payees = [world.providers[i].name for i in sellers]
    world.ledger.book_all(world.month, names, payees, "revenue", sales)
    for i, sold, served in zip(sellers, revenue.tolist(), serving.tolist(), strict=True):
        provider = world.providers[i]
        provider.flow("revenue", sold)
        pay(world, provider, "serving", -served)
        provider.served = served / float(goods.unit_cost[best[i]]) + provider.public_tokens
        provider.vintages[-1].revenue += sold
        provider.vintages[-1].serving += served
    free = spend[~goods.sold].sum(axis=0, keepdims=True)
    world.ledger.book_all(world.month, names, [WORLD], "own_machines", free)


def _spend(world: World) -> tuple[Array, Array]:
    """Outlay by product and segment, USD/month [product, segment], and tokens, Mtoken/month [product]."""
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    users = np.flatnonzero(work.product != NOBODY)
    order = np.argsort(goods.code)
    column = order[np.searchsorted(goods.code, work.product[users], sorter=order)]
    growth = config.spend_growth ** (world.month / MONTHS)
    amount, listed = work.budget[users] * growth, goods.price[column]
    price = paid_price(world, users, listed)
    if config.form == "unit_demand":
        amount = amount * price / config.price_unit
    cells = column * len(world.segments) + work.segment[users]
    size, shape = len(goods) * len(world.segments), (len(goods), len(world.segments))
    spend: Array = np.bincount(cells, amount, size).astype(np.float64).reshape(shape)
    tokens: Array = np.bincount(column, amount / price, len(goods)).astype(np.float64)
    share = np.bincount(cells, minlength=size).reshape(shape).T / np.bincount(work.segment)[:, None]
    world.segment_use = share
    sold = float(spend[goods.sold].sum())
    world.premium = float(amount @ (1 - listed / price)) / sold if sold else float("nan")
    return spend, tokens


def paid_price(world: World, rows: NDArray[np.intp], price: Array) -> Array:
    """What workloads pay for a million tokens, with what their hosts took at renewal, USD/Mtoken [row]."""
    work, config = world.workloads, world.config.demand
    higher = within_ceilings(world, rows, work.taken[rows]) / work.sensitivity[rows]
    if config.form == "unit_demand":
        return price + higher * config.price_unit
    return np.asarray(price * np.exp(higher))


def _pay_fixed(world: World, provider: Provider) -> None:
    pay(world, provider, "audits", -world.config.oversight.paid_share * provider.books.revenue, AUDITORS)
    pay(world, provider, "overhead", -provider.overhead / MONTHS)
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


def public_payment(world: World, payer: str, provider: Provider, kind: str, amount: float) -> None:
    """One payment by a government to a provider."""
    pay(world, provider, kind, amount, payer)
    note_public_money(world, payer, provider, amount)


def note_public_money(world: World, payer: str, provider: Provider, amount: float) -> None:
    """Keep in mind what a government paid to or for a provider."""
    provider.public_money += amount
    world.public_outlay[world.places[payer]] += amount


def guarantees_are_called(world: World, provider: Provider, cause: int) -> None:
    """Governments pay what a failed provider owes beyond its own credit, as far as they stand for it."""
    for guarantee in (*world.rules.guarantees, *world.rules.lapsed):
        called = min(guarantee.amount, -provider.cash - provider.credit_line)
        if guarantee.provider == provider.name and called > 0:
            public_payment(world, guarantee.payer, provider, "guarantee", called)
            text = f"pays {called:,.0f} USD that it guaranteed for {provider.name}"
            world.tell("guarantee", guarantee.payer, text, called, cause)
