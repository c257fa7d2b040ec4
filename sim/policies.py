"""Turns the measures of a scenario into the rules in force in a month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from sim import extending
from sim.config import Config
from sim.config.policies import (
    AuditMandate,
    BelowCostBan,
    ComputeCap,
    CreditLine,
    ExportControl,
    Licence,
    Measure,
    MergerBlock,
    OpenWeightsMandate,
    OwnMeasure,
    Policy,
    PriceCap,
    TargetedRule,
)
from sim.networks import may_sell
from sim.rules import INFINITE, LAISSEZ_FAIRE, Duty, Guarantee, MergerScreen, Rules, Terms

MONTHS = 12
OWNERSHIPS = {"champions": "champion", "commons": "commons"}  # word for a target -> ownership


@dataclass(frozen=True)
class Member:
    """A provider as the law sees it; those who may still come are bound like those who are there."""

    name: str
    jurisdiction: str
    ownership: str
    capability: float  # nat, of the model on sale; -inf without one
    alive: bool = True


def month_of(config: Config, date: str) -> int:
    """Month of a run that a date like 2024-01 stands for; negative before the run."""
    (year, month), (first, begin) = (map(int, d.split("-")) for d in (date, config.calendar.start))
    return MONTHS * (year - first) + month - begin


def is_in_force(config: Config, policy: Measure, month: int) -> bool:
    """Whether a measure holds in a month, its first and its last included."""
    return month_of(config, policy.start) <= month <= month_of(config, policy.end)


def named_by(target: str, jurisdictions: Iterable[str], members: Iterable[Member]) -> list[str]:
    """Names of the providers that a target means."""
    home = [m for m in members if m.jurisdiction in jurisdictions]
    if target == "domestic":
        return [m.name for m in home]
    if target == "best_domestic":
        selling = [m for m in home if m.capability > -INFINITE]
        return [max(selling, key=lambda m: (m.capability, m.name)).name] if selling else []
    if target in OWNERSHIPS:
        return [m.name for m in home if m.ownership == OWNERSHIPS[target]]
    return [m.name for m in members if m.name == target]


def rules_of(config: Config, month: int, members: Sequence[Member]) -> Rules:
    """The rules of a month; where measures overlap, the strictest holds."""
    rules = LAISSEZ_FAIRE
    for policy in config.policies:
        if is_in_force(config, policy, month):
            rules = _with(replace(rules, in_force=(*rules.in_force, policy)), policy, members)
        elif isinstance(policy, CreditLine) and is_in_force(config, policy, month - 1):
            rules = replace(rules, lapsed=(*rules.lapsed, *_guarantees(policy, members)))
    controls = (policy for policy in rules.in_force if isinstance(policy, ExportControl))
    cuts = frozenset(edge for policy in controls for edge in product(policy.sellers, policy.buyers))
    if not cuts:
        return rules
    return replace(rules, reach=may_sell(tuple(g.name for g in config.governments), cuts))


def _with(rules: Rules, policy: Policy, members: Sequence[Member]) -> Rules:
    """The rules with one measure more."""
    if isinstance(policy, CreditLine):
        return replace(rules, guarantees=(*rules.guarantees, *_guarantees(policy, members)))
    if isinstance(policy, MergerBlock):
        screens = (MergerScreen(j, policy.concentration, policy.rise) for j in policy.jurisdictions)
        return replace(rules, merger_screens=(*rules.merger_screens, *screens))
    if isinstance(policy, TargetedRule):
        return _with_targeted(rules, policy, named_by(policy.target, policy.jurisdictions, members))
    return rules


def _with_targeted(rules: Rules, policy: TargetedRule, names: list[str]) -> Rules:
    """The rules with one measure more for some providers."""
    if isinstance(policy, BelowCostBan):
        return replace(rules, never_below_cost=rules.never_below_cost | set(names))
    if isinstance(policy, PriceCap):
        return replace(rules, price_ceilings=_tighter(rules.price_ceilings, names, policy.ratio))
    if isinstance(policy, ComputeCap):
        return replace(rules, flop_caps=_tighter(rules.flop_caps, names, policy.most))
    if isinstance(policy, OwnMeasure):
        return _own(policy, rules, names)
    if isinstance(policy, OpenWeightsMandate):
        return replace(rules, open_after=_tighter(rules.open_after, names, policy.delay))
    return replace(rules, duties=(*rules.duties, *(_duty(policy, name) for name in names)))


def _own(policy: OwnMeasure, rules: Rules, names: list[str]) -> Rules:
    """The rules as an extension leaves them."""
    asked = extending.brought(extending.MEASURE, policy.rule)
    said = asked(rules, names)
    if not isinstance(said, Rules):
        raise asked.refuse(said, "the rules, such as dataclasses.replace(rules, ...)")
    return said


def _tighter(terms: Terms, names: list[str], limit: float) -> Terms:
    return {**terms, **{name: min(limit, terms.get(name, INFINITE)) for name in names}}


def _duty(policy: TargetedRule, name: str) -> Duty:
    if isinstance(policy, AuditMandate):
        public = policy.paid_by == "government"
        return Duty(name, "audit", policy.threshold, policy.effort, policy.effort * policy.cost, public)
    assert isinstance(policy, Licence)
    return Duty(name, "licence_fee", policy.threshold, 0.0, policy.fee, False)


def _guarantees(policy: CreditLine, members: Sequence[Member]) -> list[Guarantee]:
    """Equal parts of a credit line for those that its target names."""
    names = named_by(policy.target, (policy.payer,), [m for m in members if m.alive])
    return [Guarantee(name, policy.payer, policy.size / len(names)) for name in names]
