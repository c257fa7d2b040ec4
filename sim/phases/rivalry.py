"""Providers decide on price wars; what they believe of purses; the price-cost test of everybody's prices."""

from dataclasses import replace

import numpy as np

from sim.agents.fighting import Purses, Research, War, choose_wars, possible_pairs
from sim.agents.provider import Provider
from sim.economics.progress import MONTHS
from sim.events import NO_CAUSE, latest
from sim.phases.market import settled
from sim.published import Rivalry
from sim.world import World

COUNTS = ("release", "training", "entry")  # events of a rival that can bring a war upon it


def providers_fight(world: World) -> None:
    """Wars end whose target or aggressor is gone, or whose price the law forbids; reviews decide anew."""
    rules = world.config.rivalry
    if rules.motive == "none":
        return
    world.wars = tuple(war for war in world.wars if _goes_on(world, war))
    if world.month % rules.review_every == 0:
        _review(world)


def _goes_on(world: World, war: War) -> bool:
    """Whether both still sell and the law lets the price be; tells of the end if not."""
    if not world.rules.allows_level(world.providers[war.aggressor].name, war.price):
        _end(world, war, "the law forbids its price", latest(world.events, ("policy",)))
        return False
    gone = [i for i in (war.target, war.aggressor) if world.providers[i].model is None]
    for index in gone[:1]:
        name = world.providers[index].name
        exits = [e.event for e in reversed(world.events) if e.who == name and e.kind not in COUNTS]
        _end(world, war, f"{name} is gone", next(iter(exits), war.begun))
    return not gone


def _end(world: World, war: War, reason: str, because: int) -> None:
    names = [world.providers[i].name for i in (war.aggressor, war.target)]
    world.tell("price_war_end", names[0], f"ends its price war on {names[1]}: {reason}", war.price, because)


def _review(world: World) -> None:
    """Decide on wars; those that go on keep the number of their beginning."""
    wanted, world.fight_chance = _plans(world)
    allowed = [war for war in wanted if world.allows("price_war", world.providers[war.aggressor].name)]
    before = {(war.aggressor, war.target): war for war in world.wars}
    for pair, war in before.items():
        if pair not in {(new.aggressor, new.target) for new in allowed}:
            _end(world, war, "it no longer pays", war.begun)
    world.wars = tuple(
        replace(war, begun=before[pair].begun)
        if (pair := (war.aggressor, war.target)) in before
        else replace(war, begun=_declare(world, war))
        for war in allowed
    )


def _declare(world: World, war: War) -> int:
    """Tell of a war's beginning, with the numbers on which it was decided."""
    names = [world.providers[i].name for i in (war.aggressor, war.target)]
    test = "below" if war.ratio < 1 else "above"
    text = (
        f"cuts its prices to {war.price:.2f} x cost, {test} average avoidable cost, to be rid of {names[1]}, "
        f"which would lose {war.burn:,.0f} USD a month and is believed to last {war.lasts:.0f} months"
    )
    causes = [e.event for e in reversed(world.events) if e.who == names[1] and e.kind in COUNTS]
    return world.tell("price_war", names[0], text, war.lasts, next(iter(causes), NO_CAUSE))


def _plans(world: World) -> tuple[tuple[War, ...], float]:
    """Wars that are wanted now, and the chance of a fight; market is researched only if there may be one."""
    providers, view = world.providers, world.published
    funds = np.array([p.cash + p.credit + backstop_left(world, p) for p in providers])
    fixed = np.array([_fixed(world, p) for p in providers])
    pairs = possible_pairs(world.config, view, fixed, funds)
    if not pairs:
        return (), 0.0
    overhead = np.array([p.overhead / MONTHS for p in providers])
    luck = {pair: _misjudged(world, *pair) for pair in pairs}
    return choose_wars(world.config, _research(world, pairs), Purses(funds, fixed, overhead, luck))


def _misjudged(world: World, aggressor: int, target: int) -> float:
    """Error of what a provider believes this month of another's purse, standard normal."""
    name = f"{world.providers[target].name} as seen by {world.providers[aggressor].name}"
    return world.normal("purses", name)


def _research(world: World, pairs: tuple[tuple[int, int], ...]) -> Research:
    """The game of the month's prices, and the prices that there would be in peace."""
    world.peace = game, found = settled(world, {})
    return Research(
        game=game,
        goods=world.catalogue,
        left=1 - world.config.oversight.paid_share,
        lowest=np.array([world.rules.lowest_level(p.name) for p in world.providers]),
        prices=found.prices,
        spend=world.published.panel.considered,
        names=world.names,
        pairs=pairs,
    )


def _fixed(world: World, provider: Provider) -> float:
    """Overhead, training and interest less what owners give and this month's grants, USD/month."""
    training = provider.run.monthly_cost if provider.run else 0.0
    interest = max(-provider.cash, 0.0) * world.config.finance.interest_rate / MONTHS
    given = provider.monthly_backing + world.books.grant.item(provider.place)
    return provider.overhead / MONTHS + training + interest - given


def backstop_left(world: World, provider: Provider) -> float:
    """What the treasury would still pay for a champion, USD; inf where it always would."""
    rules = world.config.rivalry
    if provider.config.ownership != "champion" or rules.backstop == "none":
        return 0.0
    if rules.backstop == "unlimited":
        return float("inf")
    return rules.backstop_funds - world.backstopped.get(provider.name, 0.0)


def rivalry_view(world: World) -> Rivalry:
    """Wars under way, the chance of a fight, and what tests everybody's prices."""
    return Rivalry(
        fight_chance=world.fight_chance,
        aggressors=tuple([war.aggressor for war in world.wars]),
        targets=tuple([war.target for war in world.wars]),
        avoidable=world.config.rivalry.avoidable_overhead,
    )
