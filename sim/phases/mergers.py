"""Providers take over others: by plan of the scenario, or to rescue one that cannot pay."""

from collections.abc import Sequence
from dataclasses import replace

from sim.agents.provider import Provider
from sim.economics import concentration, finance
from sim.events import NO_CAUSE
from sim.phases.money import pay, transfer
from sim.phases.owners import owner
from sim.world import World


def mergers_are_tried(world: World) -> None:
    """The mergers that the scenario plans for this month."""
    for merger in world.config.mergers:
        if merger.month == world.month:
            acquire(world, merger.buyer, merger.target)


def acquire(world: World, buyer: str, target: str) -> bool:
    """Let a provider buy another this month; whether it came about.

    The price is what the target's gross profit of the year is worth over a model's life, as far as the
    buyer's funds go after the target's debt; the rest is paid in its shares. Raises KeyError for a name that
    does not exist.
    """
    one, other = world.provider(buyer), world.provider(target)
    problem = _obstacle(world, one, other)
    if problem:
        world.tell("merger_blocked", buyer, f"does not take over {target}: {problem}", 0.0)
        return False
    debt = max(-other.cash, 0.0)
    price = min(_worth(world, other), max(one.funds - debt, 0.0))
    pay(world, one, "acquisition", -price, owner(other))
    take_over(world, one, other, debt, NO_CAUSE, price)
    return True


def _obstacle(world: World, buyer: Provider, target: Provider) -> str:
    """Why a merger cannot be; empty if it can."""
    if buyer is target:
        return "nobody buys itself"
    for provider in (buyer, target):
        if not provider.alive or provider.buyer:
            return f"{provider.name} is not in business"
    if buyer.funds < -target.cash:
        return f"it cannot pay the debt of {target.name}"
    if is_buying(world, target):
        return f"{target.name} is taking over another itself"
    return _unlawful(world, buyer, target)


def _unlawful(world: World, buyer: Provider, target: Provider) -> str:
    """Why merger control forbids a merger; empty if it does not.

    The presumption of the guidelines, where it is on, and governments' blocks, on shares of the year's
    revenue; none without sales.
    """
    revenue = world.published.money.revenue_of_year
    if revenue.sum() <= 0:
        return ""
    shares = revenue / revenue.sum()
    one, other = (world.providers.index(p) for p in (buyer, target))
    after, rise = concentration.merged_hhi(shares, one, other)
    joint = float(shares[one] + shares[other])
    if world.config.merger_control.screen and concentration.presumed_harmful(after, rise, joint):
        return "the merger is presumed harmful"
    laws = frozenset(p.config.jurisdiction for p in (buyer, target))
    return "a government blocks it" if world.rules.merger_forbidden(laws, after, rise) else ""


def is_buying(world: World, provider: Provider) -> bool:
    """Whether it has agreed to take over another that has not gone over yet."""
    return any(p.buyer == provider.name and p.alive for p in world.providers)


def _worth(world: World, target: Provider) -> float:
    gross = float(world.published.money.gross_of_year[world.providers.index(target)])
    training = world.config.training
    return finance.acquisition_worth(gross, training.discount_rate, training.model_life)


def rescuers(world: World, broke: Sequence[Provider]) -> dict[str, Provider]:
    """Who takes over whom of those who cannot pay; a buyer takes one a month, the richest comes first."""
    control = world.config.merger_control
    found: dict[str, Provider] = {}
    if not control.rescue:
        return found
    for target in sorted(broke, key=lambda p: p.name):
        willing = [
            p
            for p in world.providers
            if p.alive and not p.buyer and p not in broke and p not in found.values()
            and p.funds >= -target.cash and _worth(world, target) >= -target.cash
            and (control.failing_firm or not _unlawful(world, p, target))
        ]  # fmt: skip
        if willing:
            found[target.name] = min(willing, key=lambda p: (-p.funds, p.name))
    return found


def take_over(
    world: World, buyer: Provider, target: Provider, debt: float, cause: int, price: float = 0.0
) -> None:
    """Pay the target's debt and agree that it becomes the buyer's with the new month."""
    transfer(world, buyer, target, "acquisition", debt)
    target.buyer = buyer.name
    text = f"takes over {target.name}, paying {price:,.0f} USD to its owners and {debt:,.0f} USD of its debt"
    world.tell("acquisition", buyer.name, text, price + debt, cause)


def takeovers_are_completed(world: World) -> None:
    """What was agreed last month: money, people, models and customers go over."""
    for target in world.providers:
        if target.alive and target.buyer:
            _merge(world, world.provider(target.buyer), target)


def _merge(world: World, buyer: Provider, target: Provider) -> None:
    """The better model and competence stay; customers of the target become the buyer's."""
    transfer(world, target, buyer, "acquisition", max(target.cash, 0.0))
    buyer.efficiency = max(buyer.efficiency, target.efficiency)
    buyer.largest_budget = max(buyer.largest_budget, target.largest_budget)
    if target.model and (buyer.model is None or target.model.capability > buyer.model.capability):
        buyer.adopt(target.vintages.pop())
    if target.run and buyer.run is None:
        buyer.run = replace(target.run, vintage=buyer.next_vintage)
    _move_customers(world, world.providers.index(target), world.providers.index(buyer))
    target.close()


def _move_customers(world: World, target: int, buyer: int) -> None:
    """Contracts go over tier by tier; a tier that the buyer does not sell ends with its contracts."""
    tiers = world.config.tiers
    product = world.workloads.product
    for number, tier in enumerate(tiers):
        if tier.name in world.providers[buyer].config.tiers:
            product[product == target * len(tiers) + number] = buyer * len(tiers) + number
    world.users = world.workloads.users(len(world.hold.host))
