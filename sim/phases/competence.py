"""Engineering competence moves: finished runs teach, and what is private leaks to all."""

import numpy as np

from sim.economics.competence import leaked
from sim.world import World


def competence_moves(world: World) -> None:
    """Those who released a model learn or lose by it; then all who live draw nearer to those who sell."""
    config = world.config.competence
    for provider in world.providers:
        model = provider.model
        if model and model.vintage and model.release_month == world.month:
            luck = world.draw("discovery", provider.name).standard_normal()
            provider.efficiency *= float(np.exp(config.discovery * luck))
    living = [p for p in world.providers if p.alive]
    logs = np.log([p.efficiency for p in living])
    sells = np.array([p.model is not None for p in living])
    if sells.any():
        moved = np.exp(leaked(logs, float(logs[sells].mean()), config.leak_rate))
        for provider, efficiency in zip(living, moved.tolist(), strict=True):
            provider.efficiency = efficiency
