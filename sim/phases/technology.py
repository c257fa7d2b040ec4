"""Finished runs are released."""

import numpy as np

from sim.agents.provider import BaseModel, Provider
from sim.economics import scaling
from sim.phases.duties import duties_are_met
from sim.world import World


def technology_advances(world: World) -> None:
    """A new month: everybody's books are opened."""
    world.ledger.open_month()
    world.flows[:] = 0.0
    for provider in world.providers:
        provider.open_month()


def finished_runs_are_released(world: World) -> None:
    """Runs that end this month meet their luck and replace the flagship.

    The frontier stays what it was while nothing is on sale: what was reached is known.
    """
    for provider in world.providers:
        if provider.run and provider.run.release_month == world.month:
            _release(world, provider)
    on_sale = [p.model.capability for p in world.providers if p.model]
    before = world.frontier[-1] if world.frontier else float("nan")
    world.frontier.append(max(on_sale, default=before))
    world.reached = max([*on_sale, world.reached])  # NaN, which comes last, gives way to any number


def _release(world: World, provider: Provider) -> None:
    run, config = provider.run, world.config
    assert run is not None
    luck = config.training.luck * world.normal("training", provider.name)
    q = run.capability + luck
    hazard = world.auditors.latent_hazard(config.oversight, q, world.normal("hazard", provider.name))
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
        hazard=hazard,
    )
    provider.release(model)
    text = f"releases model {model.vintage}, {np.exp(luck):.2f} x its plan"
    world.tell("release", provider.name, text, q, because=provider.started)
    duties_are_met(world, provider, model)
