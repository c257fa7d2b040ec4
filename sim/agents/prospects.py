"""What a provider expects of customers and rivals, from the published view alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.config import Config
from sim.config.training_rules import Extrapolated
from sim.economics import belief, diffusion, investment, progress
from sim.economics.scaling import Array
from sim.economics.value import value
from sim.published import Published

LIFE_NODES = 4  # months of a model's life at which profit is evaluated
UNAVAILABLE = -1e6  # util of a product that is not there yet
UNKNOWN_MARGIN = 0.5  # Lerner index expected where no price has been seen


@dataclass(frozen=True)
class MarketAhead:
    """What everybody expects of the market over the life of a model that is decided on now."""

    release: int  # month in which the model comes out
    margins: Array  # Lerner index expected of each provider [provider]
    prices: Array  # USD/Mtoken expected of each provider [provider], NaN of who has nothing and plans nothing
    base: Array  # util [provider, type], of a model of value 0 at 1 USD/Mtoken over what needs no provider
    values: Array  # of each provider's model [provider, node]
    there: NDArray[np.bool_]  # whether it has one [provider, node]
    spend: Array  # USD/month [node]
    discounted_months: Array  # month [node]

    @property
    def outlay(self) -> float:
        """Discounted spend over the life of the model, USD."""
        return float((self.spend * self.discounted_months).sum())


def market_ahead(config: Config, view: Published) -> MarketAhead:
    """Customers and all firms over the life of a model whose training would begin now."""
    training = config.training
    step = training.model_life / LIFE_NODES
    middles = [step * (node + 0.5) + training.duration for node in range(LIFE_NODES)]
    discounted = [step * (1 + training.discount_rate) ** (-months / progress.MONTHS) for months in middles]
    ahead = np.array(middles)
    plans = [(plan.provider, plan.capability, plan.release_month - view.month) for plan in view.plans]
    paths, there = investment.expected_paths(view.capability, view.trend, plans, ahead)
    margins = expected_margins(view)
    return MarketAhead(
        release=view.month + training.duration,
        margins=margins,
        prices=_prices(config, view, margins),
        base=_base(view),
        values=expected_value(config, view, paths),
        there=there,
        spend=expected_spend(config, view, ahead),
        discounted_months=np.array(discounted),
    )


def expected_margins(view: Published) -> Array:
    """Lerner index of each provider, else mean of the market, else one half, [provider]."""
    lerner = view.lerner
    seen = np.isfinite(lerner)
    count = np.count_nonzero(seen)
    of_market = np.where(seen, lerner, 0.0).sum() / count if count else UNKNOWN_MARGIN
    return np.where(seen, lerner, of_market)


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
        return belief.believed_value(kind, capability, view.money.reached, weight)
    return np.asarray(value(kind, capability))


def prospects(
    config: Config, view: Published, ahead: MarketAhead, providers: Sequence[int]
) -> investment.Prospect:
    """The market ahead as some providers see it, [provider, ...]: to each all others are its rivals."""
    panel, rules, which = view.panel, view.rules, np.asarray(providers, dtype=np.intp)
    rho, market = config.demand.nest_correlation, (panel.taste, panel.sensitivity)
    return investment.Prospect(
        base=ahead.base[which],
        taste=panel.taste,
        sensitivity=panel.sensitivity,
        weights=panel.weights,
        rho=rho,
        rivals=investment.rivals_of_each(
            which, ahead.base, ahead.prices, market, ahead.values, ahead.there, rho
        ),
        spend=ahead.spend,
        discounted_months=ahead.discounted_months,
        highest_lerner=np.array([rules.highest_lerner(view.names[i]) for i in providers]),
    )


def future_serving_flop_per_usd(config: Config, view: Published, month: int) -> float:
    """Serving compute that a dollar will rent: the trend, at today's price of compute over it, FLOP/USD."""
    return progress.serving_flop_per_usd(config.technology, month) / view.compute_premium


def expected_service(view: Published, ahead: MarketAhead) -> tuple[Array, float]:
    """Tokens a month that providers can count on [provider], and for how many months over a model's life.

    They are the sales of the last month, which grow with the spend of those who consider, discounted like
    profit; a provider without sales expects the mean of those who sell (assumption).
    """
    if view.considered <= 0:
        return np.zeros(len(view.names)), 0.0
    mean = view.served.sum() / max(1, np.count_nonzero(view.served))
    sold = np.where(view.served > 0, view.served, mean)
    return sold * progress.MTOKEN, ahead.outlay / view.considered


def _base(view: Published) -> Array:
    """Utility of a model of value 0 at 1 USD/Mtoken over what needs no provider, util [provider, type]."""
    panel, reach = view.panel, view.rules.reach
    alike = panel.base + panel.bonus - panel.alternatives
    base: Array = np.add(alike, panel.trust.T[: len(view.names)], order="C")
    return base if reach is None else np.where(reach[view.homes][:, panel.homes], base, UNAVAILABLE)


def _prices(config: Config, view: Published, margins: Array) -> Array:
    """Prices as seen; where none has been, unit costs and the market's margin, USD/Mtoken [provider]."""
    costs = view.unit_cost.copy()
    for plan in view.plans:
        if not view.selling[plan.provider]:
            per_usd = future_serving_flop_per_usd(config, view, plan.release_month)
            costs[plan.provider] = progress.serving_cost(plan.params, per_usd)
    return np.where(np.isfinite(view.price), view.price, costs / (1 - margins))
