"""Providers go: those who cannot pay are rescued or closed, others leave for what their things fetch."""

import math
from collections.abc import Sequence

from sim.agents.appraisal import Appraisal, Own, appraise
from sim.agents.provider import Provider
from sim.economics import entry
from sim.events import latest
from sim.ledger import LENDERS
from sim.phases.invest import knowledge
from sim.phases.mergers import is_buying, rescuers, take_over
from sim.phases.money import guarantees_are_called, pay
from sim.phases.owners import owner, ruin
from sim.world import World

PRIVATE = ("corporate", "startup")  # owners who leave when leaving pays


def insolvent_providers_go(world: World) -> None:
    """Those whose cash and credit are used up find a buyer or go bankrupt."""
    broke = [p for p in world.providers if p.alive and p.cash < -p.credit]
    saved = rescuers(world, broke)
    for provider in broke:
        cause = ruin(world, provider)
        if not world.allows("bankruptcy", provider.name):
            pay(world, provider, "write_off", -provider.cash, LENDERS)
        elif provider.name in saved:
            take_over(world, saved[provider.name], provider, -provider.cash, cause)
        else:
            _go_bankrupt(world, provider, cause)


def _go_bankrupt(world: World, provider: Provider, cause: int) -> None:
    """What can be sold and what is guaranteed pays creditors; they lose the rest."""
    _sell_off(world, provider, _scrap(world, provider))
    guarantees_are_called(world, provider, cause)
    lost = max(-provider.cash, 0.0)
    text = f"cannot pay; creditors lose {lost:,.0f} USD"
    world.tell("bankruptcy", provider.name, text, lost, cause)
    _wind_up(world, provider)


def providers_leave(world: World) -> None:
    """From time to time owners who want profit compare going on with selling off; all read one view."""
    due = [(i, p) for i, p in enumerate(world.providers) if _reviews(world, p)]
    if not due:
        return
    training = world.config.training
    leaving = []
    owns = [knowledge(world, index) for index, _ in due]
    judged = _judged(world, owns)
    for found, (_, provider) in zip(judged, due, strict=True):
        overhead = provider.overhead
        value = entry.going_concern(found.worth, overhead, training.discount_rate, training.model_life)
        scrap = _scrap(world, provider)
        if entry.leaves(value, scrap) and world.allows("exit", provider.name):
            leaving.append((provider, scrap))
    for provider, scrap in leaving:
        because = latest(world.events, ("release", "entry", "bankruptcy", "acquisition"))
        text = f"leaves: what it has fetches {scrap:,.0f} USD, more than going on is worth"
        world.tell("exit", provider.name, text, scrap, because)
        _sell_off(world, provider, scrap)
        guarantees_are_called(world, provider, because)
        _wind_up(world, provider)


def _judged(world: World, owns: Sequence[Own]) -> list[Appraisal]:
    """What they expect of their models: as weighed for this month's runs, or else anew."""
    others = [own for own in owns if own.index not in world.weighed]
    anew = appraise(world.config, world.published, world.ahead, others) if others else []
    known = world.weighed | {own.index: found for own, found in zip(others, anew, strict=True)}
    return [known[own.index] for own in owns]


def _reviews(world: World, provider: Provider) -> bool:
    """Whether its owners think this month about leaving: past their patience, with no run in training."""
    capital = world.config.capital
    age = world.month - (provider.born or 0)
    asks = provider.config.ownership in PRIVATE and age >= capital.patience
    free = provider.alive and provider.run is None and not provider.buyer
    return free and asks and age % capital.review_interval == 0 and not is_buying(world, provider)


def _scrap(world: World, provider: Provider) -> float:
    """What its things would fetch this month, USD: exponential about its mean."""
    mean = world.config.capital.scrap * provider.largest_budget
    return -mean * math.log(world.uniform("scrap", provider.name))


def _sell_off(world: World, provider: Provider, scrap: float) -> None:
    pay(world, provider, "scrap", scrap)


def _wind_up(world: World, provider: Provider) -> None:
    """Lenders bear a debt, owners take what is left; the product leaves the market."""
    if provider.cash < 0:
        pay(world, provider, "write_off", -provider.cash, LENDERS)
    else:
        pay(world, provider, "liquidation", -provider.cash, owner(provider))
    provider.close()
