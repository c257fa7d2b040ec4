"""Takes the frozen view that decisions and records read."""

import numpy as np

from sim.agents.provider import BaseModel
from sim.columns import OPEN
from sim.economics import scaling, sizing
from sim.economics.compute import exceeded
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.trust import worth
from sim.economics.utility import before_price
from sim.economics.value import marginal_value, reward_for_scale
from sim.phases.money_view import money_seen
from sim.phases.rivalry import rivalry_view
from sim.published import Panel, Published
from sim.world import World

TREND_MONTHS = 24  # over which the frontier's rise is measured


def take_view(world: World, panel: Panel | None = None) -> Published:
    """State of the market as everybody may see it now; market research is new unless it is given."""
    providers, work, goods = world.providers, world.workloads, world.catalogue
    growth = world.config.demand.spend_growth ** (world.month / MONTHS)
    panel = panel or _panel(world, growth)
    best = flagships(world)
    flagship = [best.get(i) for i in range(len(providers))]
    most = len(providers) * len(world.config.tiers)
    users = np.bincount(work.product - OPEN, minlength=most - OPEN)
    use = users[goods.code - OPEN] / len(work.product)
    capability, params, flop, model_cost = np.array([_of_model(p.model) for p in providers]).T
    books = [
        (p.books.revenue, p.books.serving, p.books.training, p.cash, p.public_money, p.served)
        for p in providers
    ]
    revenue, serving, training, cash, public_money, served = np.array(books).T
    return Published(
        month=world.month,
        names=tuple(p.name for p in providers),
        alive=np.array([p.alive for p in providers]),
        selling=np.array([p.model is not None for p in providers]),
        capability=capability,
        params=params,
        flop=flop,
        model_cost=model_cost,
        price=np.array([np.nan if j is None else goods.price[j] for j in flagship]),
        unit_cost=np.array([np.nan if j is None else goods.unit_cost[j] for j in flagship]),
        revenue=revenue,
        serving=serving,
        training=training,
        cash=cash,
        plans=world.plans,
        catalogue=goods,
        product_revenue=world.product_revenue,
        product_use=use,
        panel=panel,
        considering=float(work.considering.mean()),
        using=float(np.mean(work.product >= 0)),
        addressable=float(work.budget.sum()) * growth,
        considered=float(panel.spend.sum()),
        surplus=world.surplus,
        trend=_trend(world),
        price_status=world.price_status,
        deviation_gain=world.deviation_gain,
        theta=_theta(world),
        switched=world.switched,
        leader_tenure=world.leader_tenure,
        multi_homing=world.multi_homing,
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
        money=money_seen(world),
        rules=world.rules,
        homes=world.homes,
        trade=world.trade,
        public_outlay=world.public_outlay,
        public_money=public_money,
        public_year=np.sum(world.public_year, axis=0) if world.public_year else world.public_outlay,
        served=served,
        rivalry=rivalry_view(world),
        premium=world.premium,
        oversight=world.oversight,
        trust=world.trusted,
        access=world.access,
    )


def _of_model(model: BaseModel | None) -> tuple[float, float, float, float]:
    """Capability, parameters, training FLOP and development cost; NaN without a model."""
    if model is None:
        return (np.nan, np.nan, np.nan, np.nan)
    return (model.capability, model.params, model.flop, model.budget)


def flagships(world: World) -> dict[int, int]:
    """Row of each seller's flagship as it is: of its most capable products, the cheapest to serve."""
    goods = world.catalogue
    best_last = np.lexsort((-goods.unit_cost, goods.capability))
    return {
        i: j for i, j in zip(goods.provider[best_last].tolist(), best_last.tolist(), strict=True) if i >= 0
    }


def _panel(world: World, growth: float) -> Panel:
    """Each type of a segment's panel stands for an equal part of the spend of those who consider."""
    work, size = world.workloads, world.config.pricing.panel_per_segment
    rows = work.panel
    spend = np.bincount(work.segment, work.budget * work.considering) * growth
    trust = worth(world.fields.correctness, world.trust)[work.segment[rows]]
    bonus, alternatives = _menu(world, trust)
    return Panel(
        base=work.base[rows],
        trust=trust,
        taste=work.taste[rows],
        sensitivity=work.sensitivity[rows],
        homes=world.segment_homes[work.segment[rows]],
        bonus=bonus,
        alternatives=alternatives,
        spend=np.repeat(spend / size, size),
    )


def _menu(world: World, trust: Array) -> tuple[Array, Array]:
    """Worth of all tiers over the flagship alone at the leader, and of what needs no provider, util [type].

    $$b_i = (1-\\rho) \\ln \\sum_m e^{(V_{im} - V_{i,flagship})/(1-\\rho)}, \\quad
      o_i = \\ln(1 + (\\sum_k e^{V_{ik}/(1-\\rho)})^{1-\\rho})$$

    at cost in proportion to price, without tastes and costs of leaving.
    """
    rows, goods, config = world.workloads.panel, world.catalogue, world.config.demand
    if not len(goods):
        return np.zeros(len(rows)), np.zeros(len(rows))
    alpha, scale = world.workloads.sensitivity[rows], 1 - config.nest_correlation
    utilities = before_price(config.value, rows, world.workloads.traits, goods.goods) + trust[:, goods.line]
    utilities -= alpha[:, None] * np.log(goods.unit_cost)
    free = scale * np.logaddexp.reduce(utilities[:, ~goods.sold] / scale, axis=1)
    alternatives = np.logaddexp(0.0, free)
    if not goods.sold.any():
        return np.zeros(len(rows)), alternatives
    leader = goods.provider[np.argmax(np.where(goods.sold, goods.capability, -np.inf))]
    flagship = flagships(world)[int(leader)]
    over = utilities[:, goods.provider == leader] - utilities[:, [flagship]]
    return scale * np.logaddexp.reduce(over / scale, axis=1), alternatives


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
    models = [p.model for p in world.providers if p.model]
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
