"""Owners give and take: parents, treasuries and members by the month, investors in rounds."""

from math import floor

from sim.agents.provider import Provider
from sim.economics import finance
from sim.economics.progress import MONTHS
from sim.events import latest
from sim.ledger import OWNERS
from sim.phases.money import pay
from sim.phases.rivalry import backstop_left
from sim.world import World


def owner(provider: Provider) -> str:
    """The account of those who own it."""
    return OWNERS[provider.config.ownership]


def owners_give(world: World) -> None:
    """Backing comes every month, to startups in rounds that may fail."""
    for index, provider in enumerate(world.providers):
        if not provider.alive:
            continue
        if provider.config.ownership != "startup":
            pay(world, provider, "backing", provider.monthly_backing, owner(provider))
        elif _round_is_due(world, provider):
            _try_round(world, index, provider)


def _round_is_due(world: World, provider: Provider) -> bool:
    """Rounds come at an interval; each startup has a month of its own in it, drawn before the run."""
    interval = world.config.capital.round_interval
    age = world.month - (provider.born or 0)
    return age > 0 and age % interval == floor(provider.round_phase * interval)


def _try_round(world: World, index: int, provider: Provider) -> None:
    """Investors give, or do not, to one that does not live on its own sales."""
    capital, money = world.config.capital, world.published.money
    gross = float(money.gross_of_year[index])
    outlays = float(money.training_of_year[index] + money.overhead_of_year[index])
    amount = finance.round_size(capital, float(money.revenue_of_year[index]), provider.backing)
    if not amount or not finance.needs_money(gross, outlays):
        return
    because = latest(world.events, ("release", "training", "entry"), provider.name)
    chance = finance.round_chance(capital, gross, outlays)
    if world.uniform("round", provider.name) >= chance:
        world.tell("no_round", provider.name, "finds no investors", 0.0, because)
        return
    pay(world, provider, "equity", amount, owner(provider))
    world.tell("round", provider.name, f"raises {amount:,.0f} USD", amount, because)


def treasuries_step_in(world: World) -> None:
    """A treasury pays what its champion cannot, as far as its backstop goes."""
    for provider in world.providers:
        short = -provider.credit - provider.cash if provider.alive else 0.0
        amount = min(short, backstop_left(world, provider)) if short > 0 else 0.0
        if amount > 0:
            pay(world, provider, "backstop", amount, owner(provider))
            world.backstopped[provider.name] = world.backstopped.get(provider.name, 0.0) + amount
            text = f"is kept afloat by its treasury, {amount:,.0f} USD"
            world.tell("backstop", provider.name, text, amount, ruin(world, provider))


def ruin(world: World, provider: Provider) -> int:
    """What a want of money goes back to: a war on the provider, else a round that failed or its last run."""
    begun = [war.begun for war in world.wars if world.providers[war.target] is provider]
    return begun[0] if begun else latest(world.events, ("no_round", "training"), provider.name)


def dividends_are_paid(world: World) -> None:
    """Once a year corporate providers pay a share of the year's profit to their parents."""
    if (world.month + 1) % MONTHS:
        return
    money = world.published.money
    profit = money.gross_of_year - money.training_of_year - money.overhead_of_year
    for provider, result in zip(world.providers, profit.tolist(), strict=True):
        if provider.alive and provider.config.ownership == "corporate":
            amount = finance.dividend(world.config.capital, result, provider.cash)
            pay(world, provider, "dividend", -amount, owner(provider))
