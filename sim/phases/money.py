"""Providers settle: sales, serving, auditors' share, overheads, interest, training outlays."""

import numpy as np

from sim.agents.provider import Provider
from sim.economics.progress import MONTHS
from sim.economics.spending import Homes, Spenders, Spending, Supply, spending
from sim.ledger import AUDITORS, LENDERS, WORLD
from sim.phases.renewal import room_at_renewal
from sim.world import World

DUES = {
    "serving": WORLD,
    "audits": AUDITORS,
    "overhead": WORLD,
    "training": WORLD,
    "interest": LENDERS,
}  # the first kinds of `Books`, which providers owe every month, and to whom


def providers_settle(world: World) -> None:
    """Book a month's sales, then what they cost and what must be paid whatever is sold."""
    found = _spent(world)
    world.product_revenue, world.trade = found.revenue, found.trade
    world.using, world.segment_use = found.using, found.use
    _sell(world, found)
    _pay_dues(world, found.serving.tolist())


def _sell(world: World, found: Spending) -> None:
    """Customers pay, by segment, each provider and for machines of their own."""
    *earned, _ = found.earned.tolist()
    sold = sum(earned)
    world.premium = found.took / sold if sold else float("nan")
    world.books.revenue[:] += found.earned[:-1]
    goods, costs = world.catalogue, found.serving.tolist()
    flagship, unit_costs = goods.flagship, goods.unit_cost.tolist()
    for i, j in flagship.items():
        _deliver(world.providers[i], earned[i], costs[i], unit_costs[j])
    payees = *[(world.providers[i].name,) for i in flagship], (WORLD,)
    kinds = (("revenue",),) * len(flagship) + (("own_machines",),)
    world.ledger.book_all(world.segment_names, payees, kinds, found.sales.take([*flagship, -1], axis=0))


def _deliver(provider: Provider, earned: float, cost: float, unit_cost: float) -> None:
    """A provider is paid for what it sold; its latest vintage notes that and what serving costs.

    USD; `unit_cost` of the flagship, USD/Mtoken.
    """
    provider.cash += earned
    provider.served = cost / unit_cost + provider.public_tokens
    provider.vintages[-1].revenue += earned
    provider.vintages[-1].serving += cost


def _spent(world: World) -> Spending:
    """What customers spend on the month's products."""
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    room = room_at_renewal(world)
    return spending(
        Spenders(work.segment, work.product, work.budget, work.taken, work.sensitivity),
        Supply(goods.code, goods.provider, goods.price, goods.unit_cost, room),
        Homes(world.homes, world.segment_homes, world.fields.size, len(world.places)),
        config.spend_growth ** (world.month / MONTHS),
        config.price_unit if config.form == "unit_demand" else None,
    )


def _pay_dues(world: World, serving: list[float]) -> None:
    """All pay for serving, auditors' share of revenue, overhead, training, and interest on what is drawn."""
    share, rate = world.config.oversight.paid_share, world.config.finance.interest_rate / MONTHS
    audits = (share * world.books.revenue).tolist()
    dues = np.array([_due(one, serving[i], audits[i], rate) for i, one in enumerate(world.providers)])
    world.flows[: len(DUES)] += dues.T
    names = tuple([(provider.name,) for provider in world.providers])
    world.ledger.book_all(names, tuple(DUES.values()), tuple(DUES), dues)


def _due(provider: Provider, serving: float, audits: float, rate: float) -> tuple[float, ...]:
    """What a provider pays out of its cash for each of the `DUES`, USD; `rate` of interest a month."""
    if not provider.alive:
        return (0.0,) * len(DUES)
    overhead, training = provider.overhead / MONTHS, provider.run.monthly_cost if provider.run else 0.0
    provider.cash = provider.cash - serving - audits - overhead - training
    interest = max(-provider.cash, 0.0) * rate
    provider.cash -= interest
    return serving, audits, overhead, training, interest


def flow(world: World, provider: Provider, kind: str, amount: float) -> None:
    """Take in (positive) or pay out (negative) money of a kind of `Books`."""
    provider.cash += amount
    getattr(world.books, kind)[provider.place] += abs(amount)


def pay(world: World, provider: Provider, kind: str, amount: float, other: str = WORLD) -> None:
    """One payment to (positive) or by (negative) a provider, on its own cash and in the ledger."""
    flow(world, provider, kind, amount)
    payer, payee = (other, provider.name) if amount > 0 else (provider.name, other)
    world.ledger.book(payer, payee, kind, abs(amount))


def transfer(world: World, payer: Provider, payee: Provider, kind: str, amount: float) -> None:
    """One payment between two providers: both cash accounts and one entry."""
    flow(world, payer, kind, -amount)
    flow(world, payee, kind, amount)
    world.ledger.book(payer.name, payee.name, kind, amount)


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
