"""Providers decide on training runs; what is decided in a month is announced together at its end."""

from sim.agents.appraisal import Own, Run
from sim.agents.provider import Provider, TrainingRun
from sim.agents.strategies import best_runs, weigh
from sim.economics import scaling
from sim.events import NO_CAUSE
from sim.phases.money import pay
from sim.published import Plan
from sim.world import World


def providers_invest(world: World) -> None:
    """Those without a run in training may start one; all read the same view."""
    owns = [
        knowledge(world, index)
        for index, provider in enumerate(world.providers)
        if provider.alive and provider.run is None and not provider.buyer
        if world.allows("training", provider.name)
    ]
    seen = (world.config, world.published, world.ahead, owns)
    world.weighed = weigh(*seen)
    chosen = zip(owns, best_runs(*seen, world.weighed), strict=True)
    decided = [(world.providers[own.index], run) for own, run in chosen if run]
    for provider, run in [(provider, _run(world, provider, run)) for provider, run in decided]:
        provider.start(run)
        pay(world, provider, "training", -run.monthly_cost)
        text = f"starts model {run.vintage}"
        provider.started = world.tell("training", provider.name, text, run.budget, _occasion(world, provider))
    world.plans = tuple(
        Plan(i, p.run.capability, p.run.params, p.run.release_month)
        for i, p in enumerate(world.providers)
        if p.run
    )


def knowledge(world: World, index: int) -> Own:
    """What a provider knows of itself."""
    provider = world.providers[index]
    return Own(
        index, provider.config.training, provider.funds, provider.largest_budget, provider.efficiency,
        provider.begun,
    )  # fmt: skip


def _occasion(world: World, provider: Provider) -> int:
    """The last release of anybody since it last started a run: what its prospects rest on."""
    since = world.events[provider.started + 1 :]
    return next((e.event for e in reversed(since) if e.kind == "release"), NO_CAUSE)


def _run(world: World, provider: Provider, chosen: Run) -> TrainingRun:
    return TrainingRun(
        vintage=provider.next_vintage,
        budget=chosen.budget,
        flop=chosen.flop,
        params=chosen.params,
        tokens=chosen.flop / scaling.TRAINING_FLOP_PER_PARAM_TOKEN / chosen.params,
        capability=chosen.capability,
        start_month=world.month,
        release_month=world.month + world.config.training.duration,
    )
