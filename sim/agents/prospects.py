"""What a provider expects of customers and rivals, from the published view alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.config import Config
from sim.config.training_rules import Extrapolated
from sim.economics import belief, diffusion, investment, progress
from sim.economics.scaling import Array
from sim.economics.value import value
from sim.published import Plan, Published

LIFE_NODES = 4  # months of a model's life at which profit is evaluated
UNAVAILABLE = -1e6  # util of a product that is not there yet
UNKNOWN_MARGIN = 0.5  # Lerner index expected where no price has been seen


def expected_margin(view: Published, index: int) -> float:
    """Lerner index of the provider, else of the market, else one half."""
    lerner = view.lerner
    if np.isfinite(lerner[index]):
        return float(lerner[index])
    return float(np.nanmean(lerner)) if np.isfinite(lerner).any() else UNKNOWN_MARGIN


@dataclass(frozen=True)
class MarketAhead:
    """What everybody expects of the market over the life of a model that is decided on now."""

    release: int  # month in which the model comes out
    firms: tuple[int, ...]  # index of each rival with a product now or announced
    base: Array  # util [type], of a model of value 0 at 1 USD/Mtoken over what needs no provider
    rivals: Array  # log-sum of exp(V/(1-rho)) over all firms but one, [firm, node, type]; last row over all
    spend: Array  # USD/month [node]
    discounted_months: Array  # month [node]


def market_ahead(config: Config, view: Published) -> MarketAhead:
    """Customers and all firms over the life of a model whose training would begin now."""
    training, panel = config.training, view.panel
    release = view.month + training.duration
    step = training.model_life / LIFE_NODES
    ages: Array = step * (np.arange(LIFE_NODES, dtype=np.float64) + 0.5)
    ahead: Array = np.add(ages, release - view.month, dtype=np.float64)
    discount: Array = np.power(1 + training.discount_rate, -ahead / progress.MONTHS)
    base = panel.base + panel.bonus - panel.alternatives
    plans = {plan.provider: plan for plan in view.plans}
    firms = tuple(sorted(set(np.flatnonzero(view.selling).tolist()) | set(plans)))
    return MarketAhead(
        release=release,
        firms=firms,
        base=base,
        rivals=investment.rivals_of_each(_utilities(config, view, firms, base, ahead)),
        spend=expected_spend(config, view, ahead),
        discounted_months=step * discount,
    )


def expected_spend(config: Config, view: Published, ahead: Array) -> Array:
    """Spend of those who will consider mega models, USD/month [node]: known diffusion, or extrapolated."""
    rule = config.belief
    if isinstance(rule, Extrapolated):
        weight = belief.conviction(rule, view.money.successes)
        return belief.believed_spend(view.considered, view.addressable, view.money.growth, weight, ahead)
    if view.considering <= 0:
        return np.zeros(len(ahead))
    reached = diffusion.expected_share(
        config.adoption, view.considering, view.using, ahead, view.trust.eagerness
    )
    growth = config.demand.spend_growth ** (ahead / progress.MONTHS)
    return np.asarray(view.considered * reached / view.considering * growth)


def expected_value(config: Config, view: Published, capability: Array) -> Array:
    """Value of capabilities to customers: known, or believed beyond what was ever on sale."""
    rule, kind = config.belief, config.demand.value
    if isinstance(rule, Extrapolated):
        weight = belief.conviction(rule, view.money.successes)
        return np.asarray(belief.believed_value(kind, capability, view.money.reached, weight))
    return np.asarray(value(kind, capability))


def prospect(config: Config, view: Published, ahead: MarketAhead, index: int) -> investment.Prospect:
    """The market ahead as one provider sees it: all others are its rivals."""
    rho, panel = config.demand.nest_correlation, view.panel
    row = ahead.firms.index(index) if index in ahead.firms else -1
    own, reaches = ahead.base + panel.trust[:, index], view.reaches(index)
    return investment.Prospect(
        base=own if reaches is None else np.where(reaches, own, UNAVAILABLE),
        taste=panel.taste,
        sensitivity=panel.sensitivity,
        weights=panel.weights,
        rho=rho,
        rivals=ahead.rivals[row],
        spend=ahead.spend,
        discounted_months=ahead.discounted_months,
        highest_lerner=view.rules.highest_lerner(view.names[index]),
    )


def future_serving_flop_per_usd(config: Config, view: Published, month: int) -> float:
    """Serving compute that a dollar will rent: the trend, at today's price of compute over it, FLOP/USD."""
    return progress.serving_flop_per_usd(config.technology, month) / view.compute_premium


def expected_tokens(view: Published, index: int, outlook: investment.Prospect) -> float:
    """Tokens that a model is expected to serve over its life, discounted like profit.

    Sales of the last month grow with the spend of those who consider; a provider without sales expects the
    mean of those who sell (assumption).
    """
    sold = view.served[index] if view.served[index] > 0 else _mean_of_sellers(view.served)
    if view.considered <= 0:
        return 0.0
    months = float((outlook.spend * outlook.discounted_months).sum()) / view.considered
    return float(sold) * progress.MTOKEN * months


def _mean_of_sellers(served: Array) -> float:
    return float(served.sum() / max(1, np.count_nonzero(served)))


def _utilities(config: Config, view: Published, firms: tuple[int, ...], base: Array, ahead: Array) -> Array:
    """Utilities of all firms' products at the nodes over 1 - rho, [firm, node, type]."""
    plans, panel, rows = {plan.provider: plan for plan in view.plans}, view.panel, list(firms)
    paths, there = _paths(view, firms, plans, ahead)
    worth = expected_value(config, view, paths)[:, :, None]
    prices = np.array([_price(config, view, i, plans) for i in firms])
    price = panel.sensitivity * np.log(prices)[:, None]  # [firm, type]
    known = base + panel.trust[:, rows].T - price  # [firm, type]
    can_buy = there[:, :, None] & _reached(view, firms)
    utilities = np.where(can_buy, panel.taste * worth + known[:, None, :], UNAVAILABLE)
    return utilities / (1 - config.demand.nest_correlation)


def _reached(view: Published, firms: tuple[int, ...]) -> NDArray[np.bool_]:
    """Whether the law lets firms sell to types, [firm, node or 1, type or 1]."""
    if view.rules.reach is None:
        return np.ones((len(firms), 1, 1), dtype=bool)
    return view.rules.reach[view.homes[list(firms)]][:, None, view.panel.homes]


def _paths(
    view: Published, firms: tuple[int, ...], plans: dict[int, Plan], ahead: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Capability expected of firms, and whether their product is on sale, [firm, node].

    The frontier's trend, or a better model that they have announced.
    """
    rows = list(firms)
    paths = np.where(view.selling[rows], view.capability[rows], -np.inf)[:, None] + view.trend * ahead
    for row, firm in enumerate(firms):
        if firm in plans:
            out = view.month + ahead >= plans[firm].release_month
            paths[row, out] = np.maximum(paths[row, out], plans[firm].capability)
    there = np.isfinite(paths)
    return np.where(there, paths, 0.0), there


def _price(config: Config, view: Published, rival: int, plans: dict[int, Plan]) -> float:
    """A rival's price as seen, or its unit cost and the market's margin where none has been seen yet."""
    if np.isfinite(view.price[rival]):
        return float(view.price[rival])
    if view.selling[rival]:
        cost = view.unit_cost[rival]
    else:
        per_usd = future_serving_flop_per_usd(config, view, plans[rival].release_month)
        cost = progress.serving_cost(plans[rival].params, per_usd)
    return float(cost / (1 - expected_margin(view, rival)))
