"""Providers settle: sales, serving, auditors' share, overheads, interest, training outlays."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.provider import Provider
from sim.columns import NOBODY
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.ledger import AUDITORS, LENDERS, WORLD
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
    goods, sellers = world.catalogue, world.sellers
    spend, tokens = _spend(world)
    world.product_revenue = spend.sum(axis=1)
    own = np.equal.outer(sellers, goods.provider).astype(float)  # [seller, product]
    sales, serving = own @ spend, own @ (tokens * goods.unit_cost)
    world.trade = trade_of(world, sellers, sales)
    revenue = sales.sum(axis=1)
    names = world.segment_names
    payees = [world.providers[i].name for i in sellers]
    world.ledger.book_all(world.month, names, payees, "revenue", sales)
    for i, sold, served in zip(sellers, revenue.tolist(), serving.tolist(), strict=True):
        provider = world.providers[i]
        provider.flow("revenue", sold)
        pay(world, provider, "serving", -served)
        provider.served = served / float(goods.unit_cost[goods.flagship[i]]) + provider.public_tokens
        provider.vintages[-1].revenue += sold
        provider.vintages[-1].serving += served
    free = spend[~goods.sold].sum(axis=0, keepdims=True)
    world.ledger.book_all(world.month, names, [WORLD], "own_machines", free)


def _spend(world: World) -> tuple[Array, Array]:
    """Outlay by product and segment, USD/month [product, segment], and tokens, Mtoken/month [product]."""
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    users, shape = np.flatnonzero(work.product != NOBODY), (len(goods), len(world.segments))
    column = goods.rows_of(work.product[users])
    amount, listed = work.budget[users] * config.spend_growth ** (world.month / MONTHS), goods.price[column]
    price = paid_price(world, users, listed)
    if config.form == "unit_demand":
        amount = amount * price / config.price_unit
    cells, size = column * shape[1] + work.segment[users], shape[0] * shape[1]
    spend: Array = np.bincount(cells, amount, size).astype(np.float64, copy=False).reshape(shape)
    tokens: Array = np.bincount(column, amount / price, shape[0]).astype(np.float64, copy=False)
    world.segment_use = np.bincount(cells, minlength=size).reshape(shape).T / world.fields.size[:, None]
    sold = float(spend[goods.sold].sum())
    world.premium = float(amount @ (1 - listed / price)) / sold if sold else float("nan")
    return spend, tokens


def paid_price(world: World, rows: NDArray[np.intp], price: Array) -> Array:
    """What workloads pay for a million tokens, with what their hosts took at renewal, USD/Mtoken [row]."""
    work, config, paid = world.workloads, world.config.demand, price.copy()
    renewed = np.flatnonzero(work.taken[rows] > 0)
    if renewed.size:
        who = rows[renewed]
        higher = within_ceilings(world, who, work.taken[who]) / work.sensitivity[who]
        if config.form == "unit_demand":
            paid[renewed] += higher * config.price_unit
        else:
            paid[renewed] *= np.exp(higher)
    return paid


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
