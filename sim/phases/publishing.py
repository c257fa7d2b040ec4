"""Takes the frozen view that decisions and records read."""

from collections.abc import Callable

import numpy as np

from sim.agents.provider import BaseModel, Provider
from sim.columns import NOBODY
from sim.economics import scaling, sizing
from sim.economics.compute import exceeded
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.value import marginal_value, reward_for_scale
from sim.published import Panel, Published
from sim.world import World

TREND_MONTHS = 24  # over which the frontier's rise is measured


def take_view(world: World) -> Published:
    """State of the market as everybody may see it now."""
    providers, workloads = world.providers, world.workloads
    growth = world.config.demand.spend_growth ** (world.month / MONTHS)
    panel = _panel(world, growth)
    return Published(
        month=world.month,
        names=tuple(p.name for p in providers),
        alive=np.array([p.alive for p in providers]),
        selling=np.array([p.offer is not None for p in providers]),
        capability=_of_models(providers, lambda model: model.capability),
        params=_of_models(providers, lambda model: model.params),
        flop=_of_models(providers, lambda model: model.flop),
        model_cost=_of_models(providers, lambda model: model.budget),
        price=np.array([p.offer.price if p.offer else np.nan for p in providers]),
        unit_cost=np.array([p.offer.unit_cost if p.offer else np.nan for p in providers]),
        revenue=np.array([p.books.revenue for p in providers]),
        serving=np.array([p.books.serving for p in providers]),
        training=np.array([p.books.training for p in providers]),
        cash=np.array([p.cash for p in providers]),
        plans=world.plans,
        panel=panel,
        considering=float(workloads.considering.mean()),
        using=float(np.mean(workloads.provider != NOBODY)),
        addressable=float(workloads.budget.sum()) * growth,
        considered=float(panel.spend.sum()),
        surplus=world.surplus,
        trend=_trend(world),
        price_status=world.price_status,
        deviation_gain=world.deviation_gain,
        theta=_theta(world),
        algorithms=float(np.exp(world.algorithms[-1])) if world.algorithms else 1.0,
        progress_rate=_progress_rate(world.algorithms),
        automated=world.automated,
        runaway=world.runaway,
        compute_premium=world.compute_premium,
        footprint=world.footprint,
        beyond=bool(exceeded(world.config.limits, world.footprint)),
        self_financed=world.self_financed,
        paid_back=world.paid_back,
        payback_time=world.payback_time,
        served=np.array([p.served for p in providers]),
    )


def _of_models(providers: list[Provider], take: Callable[[BaseModel], float]) -> Array:
    return np.array([take(p.offer.model) if p.offer else np.nan for p in providers], dtype=float)


def _panel(world: World, growth: float) -> Panel:
    """Each type of a segment's panel stands for an equal part of the spend of those who consider."""
    rows = world.workloads.panel
    size = world.config.pricing.panel_per_segment
    spend = np.array([s.considered_spend(world.workloads) for s in world.segments]) * growth
    return Panel(
        base=world.workloads.base[rows],
        taste=world.workloads.taste[rows],
        sensitivity=world.workloads.sensitivity[rows],
        spend=np.repeat(spend / size, size),
    )


def _trend(world: World) -> float:
    """Rise of the frontier over two years, nat/month; the rise expected at the start fills up."""
    expected = world.config.training.expected_progress / MONTHS
    seen = [q for q in world.frontier[-TREND_MONTHS - 1 :] if np.isfinite(q)]
    if len(seen) < 2:
        return expected
    months = len(seen) - 1
    return ((seen[-1] - seen[0]) + expected * (TREND_MONTHS - months)) / TREND_MONTHS


def _progress_rate(algorithms: list[float]) -> float:
    """Rise of the log of algorithms over the last year, nat/yr; NaN in the first year."""
    months = int(MONTHS)
    return algorithms[-1] - algorithms[-1 - months] if len(algorithms) > months else float("nan")


def _theta(world: World) -> float:
    """The reward for a bigger training run at the most capable provider on sale."""
    models: list[BaseModel] = [p.offer.model for p in world.providers if p.offer]
    if not models:
        return float("nan")
    leader = max(models, key=lambda model: model.capability)
    law, demand, rows = world.config.scaling, world.config.demand, world.workloads.panel
    ratio = leader.params / float(scaling.optimal_params(law, leader.flop))
    cost_elasticity, capability_elasticity = sizing.elasticities(law, ratio)
    return reward_for_scale(
        taste=float(world.workloads.taste[rows].mean()),
        slope=float(marginal_value(demand.value, leader.capability)) * capability_elasticity,
        price_sensitivity=demand.price_sensitivity,
        cost_elasticity=cost_elasticity,
        rho=demand.nest_correlation,
    )
