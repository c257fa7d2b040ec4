"""Trust moves with what use has led to, at home, among peers and with other lines."""

from sim.economics import trust
from sim.safety import Trust
from sim.world import World


def trust_moves(world: World) -> None:
    """Segments learn from the month's successes and failures, their own and others'."""
    rule, goods, fields = world.config.trust, world.catalogue, world.fields
    own = trust.experience(
        rule, world.segment_use, fields.depth, fields.gain, goods.goods, goods.line, len(world.struck)
    )
    world.trust = trust.learn(rule, world.trust, trust.heard(rule, own, world.peers, world.struck))
    world.reliance = trust.worth(fields.correctness, world.trust)
    seen = trust.standing(world.trust, own, fields.weight)
    world.eagerness = trust.eagerness(rule, seen, world.config.demand.trust)
    world.trusted = Trust(seen.of_lines, float(fields.weight @ world.eagerness), seen.mean, seen.lowest)
