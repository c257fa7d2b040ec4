"""Technology moves and finished runs are released."""

import numpy as np

from sim.agents.provider import BaseModel, Provider
from sim.economics import progress, scaling
from sim.world import World


def technology_advances(world: World) -> None:
    """Serving gets cheaper for every model on sale."""
    per_usd = _serving_flop_per_usd(world)
    for provider in world.providers:
        provider.open_month()
        if provider.offer:
            provider.offer.unit_cost = float(progress.serving_cost(provider.offer.model.params, per_usd))


def _serving_flop_per_usd(world: World) -> float:
    """Serving compute that a dollar rents at this month's price of compute, FLOP/USD."""
    return progress.serving_flop_per_usd(world.config.technology, world.month) / world.compute_premium


def finished_runs_are_released(world: World) -> None:
    """Runs that end this month meet their luck and replace the flagship."""
    for provider in world.providers:
        if provider.run and provider.run.release_month == world.month:
            _release(world, provider)
    on_sale = [p.offer.model.capability for p in world.providers if p.offer]
    world.frontier.append(max(on_sale, default=float("nan")))


def _release(world: World, provider: Provider) -> None:
    run, config = provider.run, world.config
    assert run is not None
    luck = config.training.luck * world.draw("training", provider.name).standard_normal()
    q = run.capability + luck
    effective = float(scaling.effective_flop(q, config.technology.reference_flop))
    model = BaseModel(
        provider=provider.name,
        vintage=run.vintage,
        params=run.params,
        tokens=run.tokens,
        flop=run.flop,
        effective_flop=effective,
        budget=run.budget,
        loss=float(scaling.optimal_loss(config.scaling, effective)),
        capability=q,
        release_month=world.month,
    )
    provider.release(model)
    assert provider.offer is not None
    per_usd = _serving_flop_per_usd(world)
    provider.offer.unit_cost = float(progress.serving_cost(model.params, per_usd))
    world.tell("release", provider.name, f"releases model {model.vintage}, {np.exp(luck):.2f} x its plan", q)
