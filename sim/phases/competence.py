"""Engineering competence moves: finished runs teach, and what is private leaks to all."""

import math

from sim.economics.competence import leaked
from sim.world import World


def competence_moves(world: World) -> None:
    """Those who released a model learn or lose by it; then all who live draw nearer to those who sell."""
    config = world.config.competence
    for provider in world.providers:
        model = provider.model
        if model and model.vintage and model.release_month == world.month:
            luck = world.normal("discovery", provider.name)
            provider.efficiency *= math.exp(config.discovery * luck)
    living = [p for p in world.providers if p.alive]
    selling = [math.log(p.efficiency) for p in living if p.model]
    if selling:
        mean = math.fsum(selling) / len(selling)
        for provider in living:
            provider.efficiency = math.exp(leaked(math.log(provider.efficiency), mean, config.leak_rate))
