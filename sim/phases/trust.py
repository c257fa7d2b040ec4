"""Trust moves with what use has led to, at home, among peers and with other lines."""

from sim.economics import trust
from sim.economics.scaling import Array
from sim.safety import Trust
from sim.world import World


def trust_moves(world: World) -> None:
    """Segments learn from the month's successes and failures, their own and others'."""
    rule, goods, fields = world.config.trust, world.catalogue, world.fields
    own = trust.experience(
        rule, world.segment_use, fields.depth, fields.gain, goods.goods, goods.line, len(world.struck)
    )
    seen = trust.heard(rule, own, world.peers)
    news = trust.public(rule, world.struck)
    world.trust = trust.learn(rule, world.trust, trust.Outcomes(seen.good, seen.bad + news))
    by_line = own.good + own.bad  # [segment, line]
    start, by_all = world.config.demand.trust, fields.weight @ by_line
    world.eagerness = trust.eagerness(rule, world.trust, start, by_all)
    world.trusted = _summary(world, by_line)


def _summary(world: World, use: Array) -> Trust:
    """What is known of trust at the end of a month, from use by line [segment, line]."""
    weight = world.fields.weight
    each, held = use.sum(axis=1), (world.trust * use).sum(axis=1)
    uses = each > 0
    anybody = bool(uses.any())
    return Trust(
        of_lines=weight @ world.trust,
        eagerness=float(weight @ world.eagerness),
        mean=float(weight @ held / (weight @ each)) if anybody else float("nan"),
        lowest=float((held[uses] / each[uses]).min()) if anybody else float("nan"),
    )
