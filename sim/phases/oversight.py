"""Auditors audit live base models, and what they have not found leads to incidents."""

from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from sim.economics import harm, oversight
from sim.economics.scaling import Array
from sim.events import NO_CAUSE
from sim.ledger import AUDITORS, WORLD
from sim.phases.lineage import Bases, bases, descent
from sim.safety import Descent, Oversight
from sim.world import World

TAIL = 0.95  # level of the tail of harm
YEAR = 12  # months over which it is counted
NAN = float("nan")


@dataclass(frozen=True)
class Risks:
    """Expected incidents and harm of a month, by base model."""

    single: Array  # incidents of single users, 1/month [base]
    single_harm: Array  # harm of these, incidents/month [base]
    rate: Array  # common failures, 1/month [base]
    size: Array  # mean harm of one, incidents [base]


def auditors_audit(world: World) -> None:
    """Auditors are paid and spread over live base models; what they find adds up until the next vintage."""
    rule, lines = world.config.oversight, descent(world)
    live, found, use = _state(world, lines)
    capacity, outlay, public = _pay_auditors(world)
    by_base = oversight.spread_over(lines.base, use, len(live.names))
    shares = np.zeros(len(live.names))
    shares[live.live] = oversight.allocation(
        rule, by_base[live.live], live.capability[live.live], found[live.live]
    )
    for provider, effort in zip(world.providers, (capacity * shares).tolist(), strict=False):
        if provider.model:
            provider.vintages[-1].audit_effort += effort
    fades = np.exp(-1 / world.config.training.model_life)  # open models follow each other
    world.auditors.fringe_effort = float(world.auditors.fringe_effort * fades + capacity * shares[-1])
    world.oversight = Oversight(lines, capacity, outlay, public)


def _state(world: World, lines: Descent) -> tuple[Bases, Array, Array]:
    """Live base models, the share of their hazards that is found, and use by product."""
    live = bases(world, lines)
    known = np.where(live.live, live.capability, 0.0)
    found = np.asarray(oversight.found_share(world.config.oversight, live.effort, known))
    return live, found, world.fields.weight @ world.segment_use


def _pay_auditors(world: World) -> tuple[float, float, float]:
    """Capacity of the month, what it costs, and the public part of that, USD."""
    rule = world.config.oversight
    public = oversight.public_capacity(rule, world.month) * rule.auditor_cost
    weights = np.bincount(world.fields.jurisdiction, world.fields.weight)
    for government, weight in zip(world.governments, weights.tolist(), strict=True):
        world.ledger.book(world.month, government.name, AUDITORS, "public_audits", public * weight)
    paid = fsum(provider.books.audits for provider in world.providers)
    world.ledger.book(world.month, AUDITORS, WORLD, "auditing", public + paid)
    return (public + paid) / rule.auditor_cost, public + paid, public


def incidents_happen(world: World) -> None:
    """Single incidents and common failures are drawn from what is left of the hazards; all is noted."""
    rule, lines = world.config.oversight, world.oversight.lines
    assert lines is not None
    live, found, use = _state(world, lines)
    bad, kept_out = oversight.misuse(rule, use, lines.screening)
    risks = _risks(world, lines, live, found, use, bad)
    drawn, (tail, worst) = _draw(world, lines, live, risks), _tail(world, risks)
    exposed, total = lines.reach @ use, use.sum()
    best = int(np.argmax(np.where(live.live, live.capability, -np.inf)))
    by_base = oversight.spread_over(lines.base, use, len(live.names))
    models = np.where(live.live, found, NAN)[:-1]
    world.oversight = replace(
        world.oversight,
        found=models,
        left=live.hazard[:-1] * (1 - models),
        depth=float(found @ by_base / total) if total > 0 else NAN,
        frontier_depth=float(found[best]) if live.live.any() else NAN,
        understood=_understood(world, live),
        expected_harm=float(risks.single_harm.sum() + risks.rate @ risks.size),
        harm_tail=tail,
        harm_worst=worst,
        harm=drawn[0],
        incidents=drawn[1],
        failures=drawn[2],
        exposure=float(exposed.max() / total) if total > 0 else NAN,
        kept_out=kept_out if total > 0 else NAN,
        unwatched=float(bad[lines.screening == 0].sum() / bad.sum()) if bad.sum() > 0 else NAN,
    )
    news = world.draw("common hazard", "industry").standard_normal()
    world.auditors.common = oversight.drift(rule, world.auditors.common, news)


def _risks(world: World, lines: Descent, live: Bases, found: Array, use: Array, bad: Array) -> Risks:
    """What is expected of a month: inherited, added and meant harm, single or common."""
    rule, count, q = world.config.oversight, len(live.names), world.catalogue.capability
    average = np.asarray(oversight.average_hazard(rule, q))
    worse = np.asarray(oversight.severity(rule, q))
    old = use * oversight.inherited(live.hazard[lines.base], found[lines.base], lines.visible, lines.repaired)
    new = use * oversight.added(rule, average, lines.visible, lines.screening)
    single = (1 - rule.common_share) * old + new + bad * rule.misuse_hazard * average

    def total(values: Array) -> Array:
        return oversight.spread_over(lines.base, values, count)

    exposed, inherited = lines.reach @ use, total(old)
    left = np.divide(inherited, exposed, out=np.zeros(count), where=exposed > 0)
    weight = np.divide(total(old * worse), inherited, out=np.zeros(count), where=inherited > 0)
    return Risks(
        single=total(single),
        single_harm=total(single * worse),
        rate=oversight.failure_rate(rule, left),
        size=oversight.failure_size(rule, exposed) * weight,
    )


def _draw(world: World, lines: Descent, live: Bases, risks: Risks) -> tuple[float, float, float]:
    """Harm, incidents and common failures of the month as they happen; failures strike trust and are told."""
    rule = world.config.oversight

    def luck(what: str) -> Array:
        return world.lots(what, live.names)

    single = oversight.count(luck("incidents"), risks.single)
    common = oversight.count(luck("common failures"), risks.rate)
    mean = np.divide(risks.single_harm, risks.single, out=np.zeros(len(single)), where=risks.single > 0)
    weight = oversight.weight(rule, luck("harm of common failures"), common)
    damage = mean * oversight.weight(rule, luck("harm of incidents"), single) + risks.size * weight
    for b in np.flatnonzero(common).tolist():
        _tell(world, live.names[b], float(weight[b] * risks.size[b]))
    world.struck = _by_line(world, lines, -np.expm1(-weight))
    return float(damage.sum()), float(single.sum()), float(common.sum())


def _tell(world: World, name: str, amount: float) -> None:
    release = next(
        (e.event for e in reversed(world.events) if e.kind == "release" and e.who == name), NO_CAUSE
    )
    text = f"a failure of its base model hits all that rests on it: harm of {amount:,.0f} incidents"
    world.tell("common_failure", name, text, amount, release)


def _by_line(world: World, lines: Descent, struck: Array) -> Array:
    """Share of those struck, by product line: a line is struck with the base on which it rests."""
    found = np.zeros(len(world.lines))
    np.maximum.at(found, world.catalogue.line, struck[lines.base])
    return found


def _tail(world: World, risks: Risks) -> tuple[float, float]:
    """Harm of a year at this month's rates: exceeded with five per cent, and the mean beyond, incidents."""
    rule = world.config.oversight
    worse = np.divide(
        risks.single_harm, risks.single, out=np.zeros(len(risks.single)), where=risks.single > 0
    )
    variance = float(risks.single_harm @ worse) * (1 + rule.severity_spread**2)
    mean = float(risks.single_harm.sum())
    return harm.tail(TAIL, YEAR * mean, YEAR * variance, YEAR * risks.rate, risks.size, rule.severity_spread)


def _understood(world: World, live: Bases) -> float:
    """Highest capability understood so far, nat; NaN before any audit."""
    reached = oversight.understood(world.config.oversight, live.effort[live.live], live.capability[live.live])
    world.auditors.understood = max(world.auditors.understood, float(reached.max(initial=-np.inf)))
    return world.auditors.understood if np.isfinite(world.auditors.understood) else NAN
