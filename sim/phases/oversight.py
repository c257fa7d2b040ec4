"""Auditors audit live base models, and what they have not found leads to incidents."""

import math

import numpy as np
from numpy.typing import NDArray

from sim import streams
from sim.economics import oversight
from sim.economics.oversight import Risks
from sim.events import latest
from sim.ledger import AUDITORS, WORLD
from sim.phases.lineage import bases, descent
from sim.safety import Audits, Descent, Oversight
from sim.world import World

NAN = float("nan")
COMMON = 1  # kind of failures that hit all that rests on a base
LOTS = ("incidents", "common failures", "harm of incidents", "harm of common failures")


def auditors_audit(world: World) -> None:
    """Auditors are paid and spread over live base models; what they find adds up until the next vintage."""
    lines, use = descent(world), world.fields.weight @ world.segment_use
    capacity, outlay, public = _pay_auditors(world)
    before = bases(world, lines)
    used = oversight.spread_over(lines.base, use, len(before.live))
    kept = before.effort.copy()
    kept[-1] *= math.exp(-1 / world.config.training.model_life)  # open models follow each other
    after = kept + capacity * oversight.allocation(world.config.oversight, used, before)
    for provider, effort in zip(world.providers, after.tolist(), strict=False):
        if provider.model:
            provider.vintages[-1].audit_effort = effort
    world.auditors.fringe_effort = float(after[-1])
    world.audits = Audits(lines, use, before._replace(effort=after), capacity, outlay, public)


def _pay_auditors(world: World) -> tuple[float, float, float]:
    """Capacity of the month, what it costs, and the public part of that, USD."""
    rule = world.config.oversight
    public = oversight.public_capacity(rule, world.month) * rule.auditor_cost
    for government, weight in zip(world.governments, world.fields.home_weight.tolist(), strict=True):
        world.ledger.book(government.name, AUDITORS, "public_audits", public * weight)
    paid = math.fsum(world.books.audits.tolist())
    world.ledger.book(AUDITORS, WORLD, "auditing", public + paid)
    return (public + paid) / rule.auditor_cost, public + paid, public


def incidents_happen(world: World) -> None:
    """Single incidents and common failures are drawn from what is left of the hazards; all is noted."""
    rule, audits = world.config.oversight, world.audits
    assert audits is not None
    risks = oversight.risks(rule, audits.lines, world.catalogue.capability, audits.use, audits.bases)
    harmed, incidents, failures = _draw(world, audits.lines, risks)
    world.auditors.understood = max(world.auditors.understood, risks.understood)
    world.oversight = Oversight(
        capacity=audits.capacity,
        outlay=audits.outlay,
        public_outlay=audits.public_outlay,
        found=risks.found[:-1],
        left=risks.left[:-1],
        depth=risks.depth,
        frontier_depth=risks.frontier_depth,
        understood=world.auditors.understood if world.auditors.understood > -math.inf else NAN,
        expected=risks.expected,
        severity=risks.harm,
        severity_spread=rule.severity_spread,
        expected_harm=risks.feared,
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
    names, lots = world.bases, np.array([world.stream(name) for name in LOTS])
    seen = oversight.happening(risks, lots, streams.name_keys(names))
    number = oversight.count(seen.luck, seen.expected)
    weight = oversight.weight(world.config.oversight, seen.harm_luck, number)
    harms = (seen.harm * weight).tolist()
    world.struck = np.zeros(len(world.struck))
    events = zip(seen.kind.tolist(), seen.base.tolist(), harms, weight.tolist(), strict=True)
    for kind, b, amount, share in events:
        if kind == COMMON:
            _tell(world, names[b], amount)
            _strike(world, lines.base == b, -math.expm1(-share))
    incidents, failures = np.bincount(seen.kind, number, 2).tolist()
    return sum(harms), incidents, failures


def _strike(world: World, products: NDArray[np.bool_], share: float) -> None:
    """Lines are struck with a base on which a product of theirs rests; by several, as by the worst."""
    hit = world.catalogue.line[products]
    world.struck[hit] = np.maximum(world.struck[hit], share)


def _tell(world: World, name: str, amount: float) -> None:
    text = f"a failure of its base model hits all that rests on it: harm of {amount:,.0f} incidents"
    world.tell("common_failure", name, text, amount, latest(world.events, ("release",), name))
