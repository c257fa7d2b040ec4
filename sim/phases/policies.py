"""Measures take effect, governments pay, providers are divided."""

import numpy as np

from sim.agents.provider import Provider
from sim.config.policies import BreakUp, ByMotives, CommonsGrant, FixedAmount, Grant
from sim.economics.progress import MONTHS
from sim.events import NO_CAUSE
from sim.phases.division import divide
from sim.phases.money import public_payment
from sim.policies import Member, named_by, rules_of
from sim.rules import Rules
from sim.world import World


def policies_take_effect(world: World) -> None:
    """The rules of the month; what begins and ends is told, and who is to be divided is divided."""
    world.public_year.append(world.public_outlay)
    world.public_so_far = sum(world.public_year, np.zeros(len(world.governments)))
    world.public_outlay = np.zeros(len(world.governments))
    if not world.config.policies:
        return
    before, world.rules = world.rules, rules_of(world.config, world.month, _members(world))
    for provider in world.providers:
        provider.guaranteed = sum(g.amount for g in world.rules.guarantees if g.provider == provider.name)
    _tell_changes(world, before, world.rules)


def _members(world: World) -> list[Member]:
    """Those in business, and those who may still come."""
    return [
        Member(
            p.name, p.config.jurisdiction, p.config.ownership,
            p.model.capability if p.model else -np.inf, p.alive,
        )
        for p in world.providers
        if p.alive or p.born is None
    ]  # fmt: skip


def _tell_changes(world: World, before: Rules, now: Rules) -> None:
    """Events of measures that begin or end; a break-up happens as it begins."""
    for policy in now.in_force:
        if policy.name not in before.names:
            event = world.tell("policy", policy.name, f"takes effect: {policy.description}", 0.0)
            world.policy_events[policy.name] = event
            if isinstance(policy, BreakUp):
                divide(world, policy, event)
    for policy in before.in_force:
        if policy.name not in now.names:
            began = world.policy_events.get(policy.name, NO_CAUSE)
            world.tell("policy_end", policy.name, "is no longer in force", 0.0, began)


def governments_pay(world: World) -> None:
    """Grants of the month, decided from the published view by all, then paid together."""
    decided: list[tuple[str, Provider, float]] = []
    for policy in world.rules.in_force:
        if isinstance(policy, Grant | CommonsGrant) and (receivers := _receivers(world, policy)):
            part = _yearly(world, policy) / MONTHS / len(receivers)
            decided += [(policy.payer, one, part) for one in receivers]
    for payer, provider, amount in decided:
        public_payment(world, payer, provider, "grant", amount)


def _receivers(world: World, policy: Grant | CommonsGrant) -> list[Provider]:
    """Living providers that a grant names; a consortium may sit anywhere."""
    states = world.places if isinstance(policy, CommonsGrant) else (policy.payer,)
    target = "commons" if isinstance(policy, CommonsGrant) else policy.target
    names = named_by(target, states, _members(world))
    return [p for p in world.providers if p.alive and p.name in names]


def _yearly(world: World, policy: Grant | CommonsGrant) -> float:
    """Money a year at this month's pace, USD/yr; grants by the same motives share what these ask for."""
    if isinstance(policy, CommonsGrant):
        return policy.size
    if isinstance(policy.amount, FixedAmount):
        return policy.amount.size
    alike = [p for p in world.rules.in_force if isinstance(p, Grant) and p.payer == policy.payer]
    same = sum(isinstance(p.amount, ByMotives) for p in alike)
    return world.governments[world.places[policy.payer]].wanted(world.published) / same
