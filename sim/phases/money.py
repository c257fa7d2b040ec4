"""Providers settle: sales, serving, auditors' share, overheads, interest, training outlays."""

from sim.agents.provider import Provider
from sim.economics.progress import MONTHS
from sim.economics.spending import Homes, Spenders, Spending, Supply, spending
from sim.ledger import AUDITORS, LENDERS, WORLD
from sim.phases.renewal import room_at_renewal
from sim.world import World


def providers_settle(world: World) -> None:
    """Book a month's sales and what they cost, then what must be paid whatever is sold."""
    _sell(world)
    for provider in world.providers:
        if provider.alive:
            _pay_fixed(world, provider)


def _sell(world: World) -> None:
    """Customers spend; each provider is paid, by segment, and serves what it sold at unit cost."""
    goods, names, sellers = world.catalogue, world.segment_names, list(world.catalogue.flagship)
    found = _spent(world)
    world.product_revenue, world.trade = found.revenue, found.trade
    world.using, world.segment_use = found.use.sum(axis=0), found.use.T / world.fields.size[:, None]
    revenue = found.sales.sum(axis=1)
    sold = float(revenue[:-1].sum())
    world.premium = found.took / sold if sold else float("nan")
    payees = [world.providers[i].name for i in sellers]
    world.ledger.book_all(world.month, names, payees, "revenue", found.sales[sellers])
    earned, costs, unit_costs = revenue.tolist(), found.serving.tolist(), goods.unit_cost.tolist()
    for i, j in goods.flagship.items():
        provider, vintage = world.providers[i], world.providers[i].vintages[-1]
        provider.flow("revenue", earned[i])
        pay(world, provider, "serving", -costs[i])
        provider.served = costs[i] / unit_costs[j] + provider.public_tokens
        vintage.revenue += earned[i]
        vintage.serving += costs[i]
    world.ledger.book_all(world.month, names, [WORLD], "own_machines", found.sales[-1:])


def _spent(world: World) -> Spending:
    """What customers spend on the month's products."""
    work, goods, config = world.workloads, world.catalogue, world.config.demand
    room = room_at_renewal(world)
    return spending(
        Spenders(work.segment, work.product, work.budget, work.taken, work.sensitivity),
        Supply(goods.code, goods.provider, goods.price, goods.unit_cost, room),
        Homes(world.homes, world.segment_homes, len(world.places)),
        config.spend_growth ** (world.month / MONTHS),
        config.price_unit if config.form == "unit_demand" else None,
    )


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
