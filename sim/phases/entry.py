"""Potential entrants arrive and come, the fringe grows and shrinks."""

import math
from dataclasses import dataclass

import numpy as np

from sim import extending
from sim.agents.appraisal import Held, Own, appraise
from sim.agents.entrants import PotentialEntrant
from sim.agents.provider import BaseModel, Provider
from sim.config.entry import EntryRule, HeldModel
from sim.config.extension import OwnRule
from sim.economics import entry, fringe, progress, scaling
from sim.economics.progress import MONTHS
from sim.events import latest
from sim.phases.duties import duties_are_met
from sim.phases.money import pay
from sim.phases.owners import owner
from sim.world import World


@dataclass(frozen=True)
class Decision:
    """An entrant that comes, and with which model."""

    who: PotentialEntrant
    provider: Provider
    held: Held | None


def fringe_moves(world: World) -> None:
    """Organisations come to the fringe and stop; their average quality follows the frontier."""
    config = world.config.fringe
    revenue = sum(world.sales[-int(MONTHS) :])
    draw = world.fringe_draws[world.month]
    stopped = int(draw.binomial(world.fringe, fringe.exit_chance(config)))
    came = int(draw.poisson(fringe.expected_entries(config, revenue)))
    stayed = world.fringe - stopped
    top = world.frontier[-1]
    if math.isfinite(top):
        world.fringe_quality = fringe.mean_quality(config, world.fringe_quality, top, stayed, came)
    world.fringe = stayed + came


def entrants_decide(world: World) -> None:
    """Those who have arrived look at last month's market from time to time, and some come."""
    _arrive(world)
    due = [entrant for entrant in world.entrants if _looks(world, entrant)]
    if not due or not world.month:
        return
    decided = [_decide(world, entrant) for entrant in due]
    for decision in decided:
        if decision and world.allows("entry", decision.provider.name):
            _come(world, decision)


def _arrive(world: World) -> None:
    for kind in world.config.entrants:
        members = world.fringe if kind.source == "fringe" else 1
        world.arrivals[kind.name] += kind.rate / MONTHS * members
    for entrant in world.entrants:
        if entrant.arrived is None and world.arrivals[entrant.kind.name] >= entrant.threshold:
            entrant.arrived = world.month


def _looks(world: World, entrant: PotentialEntrant) -> bool:
    if entrant.arrived is None or entrant.entered:
        return False
    return (world.month - entrant.arrived) % world.config.entry.review_interval == 0


def _decide(world: World, who: PotentialEntrant) -> Decision | None:
    """Whether it comes: worth of going on, less what a price war would cost, against sunk cost."""
    training, view, config = world.config.training, world.published, who.provider
    sunk = math.fsum(sunk_costs(world, who).values())
    held = _held_model(world, who.kind.held_model) if who.kind.held_model else None
    funds = config.cash + config.credit_line - config.overhead - sunk
    if funds <= 0:
        return None
    provider = world.provider(config.name)
    own = Own(
        world.providers.index(provider), config.training, funds, config.largest_budget, config.efficiency
    )
    found = appraise(world.config, view, world.ahead, [own], [held])[0]
    life, rate = training.model_life, training.discount_rate
    value = entry.going_concern(who.optimism * found.worth, config.overhead, rate, life)
    losses = entry.war_losses(found.budget, config.overhead, funds, rate, life)
    if not _comes(world.config.entry.rule, value, losses, view.rivalry.fight_chance, sunk):
        return None
    return Decision(who, provider, held)


def _comes(rule: EntryRule, value: float, losses: float, war_chance: float, sunk: float) -> bool:
    """What the rule of entry in force says, an extension's or the worth expected."""
    if not isinstance(rule, OwnRule):
        return entry.enters(value, losses, war_chance, sunk)
    asked = extending.brought(extending.ENTRY_RULE, rule.rule)
    said = asked(value, losses, war_chance, sunk)
    if not isinstance(said, bool | np.bool_):
        raise asked.refuse(said, "True or False")
    return bool(said)


def sunk_costs(world: World, who: PotentialEntrant) -> dict[str, float]:
    """What coming costs at this month's prices, USD: setting up, private data, specialists."""
    growth = world.config.entry.cost_growth ** (world.month / MONTHS)
    costs = {"setup": who.setup_cost, "data": who.kind.data_cost, "specialists": who.kind.specialists_cost}
    return {kind: growth * cost for kind, cost in costs.items()}


def _held_model(world: World, held: HeldModel) -> Held | None:
    """The model it has trained for itself: some way behind the frontier; none while nothing is on sale."""
    top, config = world.published.frontier, world.config
    if not math.isfinite(top):
        return None
    stretch = float(np.exp(world.algorithms[-1]))
    flop = float(scaling.effective_flop(top - held.gap, config.technology.reference_flop)) / stretch
    return Held(top - held.gap, float(scaling.optimal_params(config.scaling, flop)))


def _come(world: World, decision: Decision) -> None:
    """Owners put up the purse, the sunk costs are paid, and a model that was held goes on sale."""
    provider, who = decision.provider, decision.who
    because = latest(world.events, ("release", "exit", "bankruptcy"))
    provider.enter(world.month)
    who.entered = True
    if who.kind.source == "fringe":
        world.fringe = max(world.fringe - 1, 0)
    pay(world, provider, "equity", provider.config.cash, owner(provider))
    costs = sunk_costs(world, who)
    for kind, amount in costs.items():
        pay(world, provider, kind, -amount)
    total = math.fsum(costs.values())
    came = world.tell("entry", provider.name, f"enters at a sunk cost of {total:,.0f} USD", total, because)
    if decision.held:
        model = _as_trained(world, provider, decision.held)
        provider.release(model)
        text = "sells a model that it had trained before"
        world.tell("release", provider.name, text, model.capability, came)
        duties_are_met(world, provider, model)


def _as_trained(world: World, provider: Provider, held: Held) -> BaseModel:
    """A model trained before its owner came: of compute-optimal size, at today's price of compute."""
    config = world.config
    effective = float(scaling.effective_flop(held.capability, config.technology.reference_flop))
    flop = effective / float(np.exp(world.algorithms[-1])) / provider.efficiency
    return BaseModel(
        provider=provider.name,
        vintage=0,
        params=held.params,
        tokens=flop / scaling.TRAINING_FLOP_PER_PARAM_TOKEN / held.params,
        flop=flop,
        effective_flop=effective,
        budget=flop / world.flop_per_usd / progress.run_share(config.training),
        loss=float(scaling.optimal_loss(config.scaling, effective)),
        capability=held.capability,
        release_month=world.month,
        hazard=world.auditors.latent_hazard(
            config.oversight, held.capability, world.normal("hazard", provider.name)
        ),
    )
