"""Trust moves with what use has led to, at home, among peers and with other lines."""

import numpy as np

from sim.economics import trust
from sim.economics.scaling import Array
from sim.safety import Trust
from sim.world import World


def trust_moves(world: World) -> None:
    """Segments learn from the month's successes and failures, their own and others'."""
    rule, use, line = world.config.trust, world.segment_use, world.catalogue.line
    good = trust.reliability(rule, _quality(world), world.fields.depth)
    own = trust.experience(use, good, line, len(world.lines))
    seen = trust.heard(rule, own, world.peers)
    news = trust.public(rule, world.struck)
    world.trust = trust.learn(rule, world.trust, trust.Outcomes(seen.good, seen.bad + news))
    by_line = own.good + own.bad  # [segment, line]
    world.line_use = world.fields.weight @ by_line
    world.trusted = _summary(world, by_line)


def _quality(world: World) -> Array:
    """Capability that a segment gets from each product, its tuning included, nat [segment, product]."""
    goods, fields = world.catalogue.goods, world.fields
    return goods.capability + fields.gain[:, goods.mode] - np.outer(fields.depth, goods.shallow)


def _summary(world: World, use: Array) -> Trust:
    weight, config = world.fields.weight, world.config
    pull = trust.eagerness(config.trust, world.trust, config.demand.trust, world.line_use)
    each = use.sum(axis=1)
    uses = each > 0
    held = (world.trust * use).sum(axis=1)
    return Trust(
        of_lines=weight @ world.trust,
        eagerness=float(weight @ pull),
        mean=float(weight @ held / (weight @ each)) if uses.any() else float("nan"),
        lowest=float((held[uses] / each[uses]).min()) if uses.any() else float("nan"),
    )
