"""Takes the frozen view that decisions and records read."""

import math
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from sim.agents.provider import BaseModel
from sim.columns import OPEN
from sim.economics import scaling, sizing
from sim.economics.choice import Nests, log_sums
from sim.economics.investment import log_sum
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.utility import without_ties
from sim.economics.value import marginal_value, reward_for_scale
from sim.phases.money_view import money_seen
from sim.phases.rivalry import rivalry_view
from sim.published import Known, Panel, Published
from sim.world import World

NAN = float("nan")
NO_MODEL = (NAN, NAN, NAN, NAN)
CAPABILITY = attrgetter("capability")
TREND_MONTHS = 24  # over which the frontier's rise is measured


def take_view(world: World, before: Published | None = None) -> Published:
    """State of the market as everybody may see it now.

    What stays as it is within a month is that of the view `before` in the same month, if there was one.
    """
    work, goods, known = world.workloads, world.catalogue, _known(world)
    growth = world.config.demand.spend_growth ** (world.month / MONTHS)
    panel = before.panel if before else _panel(world, growth)
    return Published(
        month=world.month,
        names=world.names,
        selling=np.isfinite(known.capability),
        **known._asdict(),
        plans=world.plans,
        catalogue=goods,
        product_revenue=world.product_revenue,
        product_use=world.users[goods.code - OPEN] / len(work.product),
        panel=panel,
        considering=np.count_nonzero(work.considering) / len(work.considering),
        using=sum(world.users[-OPEN:].tolist()) / len(work.product),
        addressable=work.addressable * growth,
        considered=panel.considered,
        surplus=world.surplus,
        trend=before.trend if before else _trend(world),
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
        beyond=world.beyond,
        self_financed=world.self_financed,
        paid_back=world.paid_back,
        payback_time=world.payback_time,
        money=money_seen(world),
        rules=world.rules,
        homes=world.homes,
        trade=world.trade,
        public_outlay=world.public_outlay,
        public_year=world.public_so_far,
        rivalry=rivalry_view(world),
        premium=world.premium,
        oversight=world.oversight,
        trust=world.trusted,
        access=world.access,
    )


def _known(world: World) -> Known:
    """What everybody may know of each provider; of its products the flagship."""
    goods, cells = world.catalogue, list[float]()
    price, cost = [*goods.price.tolist(), NAN], [*goods.unit_cost.tolist(), NAN]
    flows = world.books.revenue.tolist(), world.books.serving.tolist(), world.books.training.tolist()
    for i, (provider, *flowed) in enumerate(zip(world.providers, *flows, strict=True)):
        model, best = provider.model, goods.flagship.get(i, -1)
        cells += (model.capability, model.params, model.flop, model.budget) if model else NO_MODEL
        cells += (
            price[best], cost[best], *flowed,
            provider.cash, provider.public_money, provider.served, provider.efficiency, provider.overhead,
            provider.alive,
        )  # fmt: skip
    return Known(*np.fromiter(cells, np.float64, len(cells)).reshape(-1, len(Known._fields)).T)


def _panel(world: World, growth: float) -> Panel:
    """Each type of a segment's panel stands for an equal part of the spend of those who consider."""
    asked, size = world.respondents, world.config.pricing.panel_per_segment
    trust = world.reliance[asked.segment]
    spend = (world.workloads.considered * (growth / size))[asked.segment]
    return Panel(
        base=asked.base,
        trust=trust,
        taste=asked.taste,
        sensitivity=asked.sensitivity,
        homes=asked.home,
        bonus=_bonus(world, trust),
        alternatives=_alternatives(world, trust),
        spend=spend,
        considered=float(spend.sum()),
    )


def _bonus(world: World, trust: Array) -> Array:
    """Worth of all tiers over the flagship alone at the leader, util [type]; the same while its model is."""
    goods = world.catalogue
    if not goods.flagship:
        return np.zeros(len(world.workloads.panel))
    flagship = max(goods.flagship.values(), key=goods.capability.tolist().__getitem__)
    leader = world.providers[goods.provider[flagship]].model
    if leader is not world.menu[0]:
        world.menu = leader, _menu(world, flagship, trust)
    return world.menu[1]


def _menu(world: World, flagship: int, trust: Array) -> Array:
    """Worth of all tiers of a provider over its flagship alone, at cost in proportion to price, util [type].

    $$b_i = (1-\\rho) \\ln \\sum_m e^{(V_{im} - V_{i,flagship})/(1-\\rho)}$$

    What customers think of the provider, and what all its products cost more or less, cancel.
    """
    goods, scale = world.catalogue, 1 - world.config.demand.nest_correlation
    menu = np.flatnonzero(goods.provider == goods.provider[flagship])
    scaled = _at_cost(world, menu, trust).T / scale
    return scale * log_sum(scaled - scaled[menu == flagship])


def _alternatives(world: World, trust: Array) -> Array:
    """Worth of what needs no provider, none included, util [type].

    $$o_i = \\ln(1 + (\\sum_k e^{V_{ik}/(1-\\rho)})^{1-\\rho})$$
    """
    utilities = _at_cost(world, world.catalogue.free, trust)
    alike = np.array([world.config.demand.nest_correlation])
    return log_sums(utilities, Nests(np.zeros(utilities.shape[1], dtype=np.intp), alike))


def _at_cost(world: World, products: NDArray[np.intp] | slice, trust: Array) -> Array:
    """Utility of some products at the price of their unit cost to those who answer, util [type, product].

    Without tastes and costs of leaving.
    """
    asked, goods = world.respondents, world.catalogue
    terms = -np.log(goods.unit_cost[products])
    return without_ties(
        world.config.demand.value, asked.rows, asked.traits, trust, goods.offers.among(products), terms
    )


def _trend(world: World) -> float:
    """Rise of the frontier over two years, nat/month; the rise expected at the start fills up."""
    expected = world.config.training.expected_progress / MONTHS
    seen = [q for q in world.frontier[-TREND_MONTHS - 1 :] if math.isfinite(q)]
    if len(seen) < 2:
        return expected
    months = len(seen) - 1
    return ((seen[-1] - seen[0]) + expected * (TREND_MONTHS - months)) / TREND_MONTHS


def _progress_rate(algorithms: list[float]) -> float:
    """Rise of the log of algorithms over the last year, nat/yr; NaN in the first year."""
    months = int(MONTHS)
    return algorithms[-1] - algorithms[-1 - months] if len(algorithms) > months else NAN


def _theta(world: World) -> float:
    """The reward for a bigger training run at the most capable provider on sale; the same while that is."""
    leader = max([p.model for p in world.providers if p.model], key=CAPABILITY, default=None)
    if leader is not world.reward[0]:
        world.reward = leader, NAN if leader is None else _reward(world, leader)
    return world.reward[1]


def _reward(world: World, leader: BaseModel) -> float:
    """What a run larger by one e-fold would bring the owner of a model."""
    law, demand = world.config.scaling, world.config.demand
    ratio = leader.params / float(scaling.optimal_params(law, leader.flop))
    cost_elasticity, capability_elasticity = sizing.elasticities(law, ratio)
    return reward_for_scale(
        taste=world.respondents.mean_taste,
        slope=float(marginal_value(demand.value, leader.capability)) * capability_elasticity,
        price_sensitivity=demand.price_sensitivity,
        cost_elasticity=cost_elasticity,
        rho=demand.nest_correlation,
    )
