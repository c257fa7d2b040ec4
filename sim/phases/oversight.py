"""Auditors audit live base models, and what they have not found leads to incidents."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.economics import harm, oversight
from sim.economics.oversight import Risks
from sim.economics.scaling import Array
from sim.events import latest
from sim.ledger import AUDITORS, WORLD
from sim.phases.lineage import bases, descent
from sim.safety import Audits, Bases, Descent, Oversight
from sim.world import World

TAIL = 0.95  # level of the tail of harm
YEAR = 12  # months over which it is counted
NAN = float("nan")
LOTS = ("incidents", "common failures", "harm of incidents", "harm of common failures")


def auditors_audit(world: World) -> None:
    """Auditors are paid and spread over live base models; what they find adds up until the next vintage."""
    lines, use = descent(world), world.fields.weight @ world.segment_use
    capacity, outlay, public = _pay_auditors(world)
    before = bases(world, lines)
    used = oversight.spread_over(lines.base, use, len(before.live))
    efforts = capacity * _shares(world, used, before)
    kept = before.effort.copy()
    kept[-1] *= math.exp(-1 / world.config.training.model_life)  # open models follow each other
    after = kept + efforts
    for provider, effort in zip(world.providers, after.tolist(), strict=False):
        if provider.model:
            provider.vintages[-1].audit_effort = effort
    world.auditors.fringe_effort = float(after[-1])
    live = Bases(before.live, before.capability, before.hazard, after)
    world.audits = Audits(lines, use, live, capacity, outlay, public)


def _shares(world: World, use: Array, live: Bases) -> Array:
    """Share of the auditors that each base model gets, by its use [base]."""
    shares, there = np.zeros(len(live.live)), live.live
    shares[there] = oversight.allocation(
        world.config.oversight, use[there], live.capability[there], live.effort[there]
    )
    return shares


def _pay_auditors(world: World) -> tuple[float, float, float]:
    """Capacity of the month, what it costs, and the public part of that, USD."""
    rule = world.config.oversight
    public = oversight.public_capacity(rule, world.month) * rule.auditor_cost
    for government, weight in zip(world.governments, world.fields.home_weight.tolist(), strict=True):
        world.ledger.book(world.month, government.name, AUDITORS, "public_audits", public * weight)
    paid = math.fsum(provider.books.audits for provider in world.providers)
    world.ledger.book(world.month, AUDITORS, WORLD, "auditing", public + paid)
    return (public + paid) / rule.auditor_cost, public + paid, public


def incidents_happen(world: World) -> None:
    """Single incidents and common failures are drawn from what is left of the hazards; all is noted."""
    rule, audits = world.config.oversight, world.audits
    assert audits is not None
    lines, use, live = audits.lines, audits.use, audits.bases
    risks = oversight.risks(rule, lines, world.catalogue.capability, use, live)
    harmed, incidents, failures = _draw(world, lines, risks)
    tail, worst = _tail(world, risks)
    models = risks.found[:-1]
    world.oversight = Oversight(
        capacity=audits.capacity,
        outlay=audits.outlay,
        public_outlay=audits.public_outlay,
        found=models,
        left=live.hazard[:-1] * (1 - models),
        depth=risks.depth,
        frontier_depth=float(risks.found[live.capability.argmax()]),
        understood=_understood(world, live),
        expected_harm=risks.feared,
        harm_tail=tail,
        harm_worst=worst,
        harm=harmed,
        incidents=incidents,
        failures=failures,
        exposure=risks.exposure,
        kept_out=risks.kept_out if risks.use > 0 else NAN,
        unwatched=risks.unwatched,
    )
    news = world.normal("common hazard", "industry")
    world.auditors.common = oversight.drift(rule, world.auditors.common, news)


def _draw(world: World, lines: Descent, risks: Risks) -> tuple[float, float, float]:
    """Harm, incidents and common failures of the month as they happen; failures strike trust and are told."""
    luck = world.lots(LOTS, world.bases)
    number = oversight.count(luck[:2], risks.expected)
    weight = oversight.weight(world.config.oversight, luck[2:], number)
    harms = risks.harm * weight
    world.struck = np.zeros(len(world.struck))
    incidents, failures = number.tolist()
    for b, happened in enumerate(failures):
        if happened:
            _tell(world, world.bases[b], float(harms[1, b]))
            _strike(world, lines.base == b, -math.expm1(-weight[1, b]))
    return float(harms.sum()), sum(incidents), sum(failures)


def _strike(world: World, products: NDArray[np.bool_], share: float) -> None:
    """Lines are struck with a base on which a product of theirs rests; by several, as by the worst."""
    hit = world.catalogue.line[products]
    world.struck[hit] = np.maximum(world.struck[hit], share)


def _tell(world: World, name: str, amount: float) -> None:
    text = f"a failure of its base model hits all that rests on it: harm of {amount:,.0f} incidents"
    world.tell("common_failure", name, text, amount, latest(world.events, ("release",), name))


def _tail(world: World, risks: Risks) -> tuple[float, float]:
    """Harm of a year at this month's rates: exceeded with five per cent, and the mean beyond, incidents."""
    spread, (single, rate), (each, size) = world.config.oversight.severity_spread, risks.expected, risks.harm
    mean, variance = harm.moments(single, each, spread)
    return harm.tail(TAIL, YEAR * mean, YEAR * variance, YEAR * rate, size, spread)


def _understood(world: World, live: Bases) -> float:
    """Highest capability understood so far, nat; NaN before any audit."""
    rule, known = world.config.oversight, world.auditors
    for effort, capability in zip(live.effort.tolist(), live.capability.tolist(), strict=True):
        if capability > known.understood:  # no model is understood beyond its own
            known.understood = max(known.understood, oversight.understood(rule, effort, capability))
    return known.understood if math.isfinite(known.understood) else NAN
