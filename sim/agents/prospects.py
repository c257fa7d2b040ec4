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
    row: NDArray[np.intp]  # row of `rivals` of each provider [provider]
    margins: Array  # Lerner index expected of each provider [provider]
    base: Array  # util [provider, type], of a model of value 0 at 1 USD/Mtoken over what needs no provider
    rivals: Array  # log-sum of exp(V/(1-rho)) over all firms but one, [firm, node, type]; last row over all
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
    base = _base(view)
    counts = view.selling.copy()
    counts[[plan.provider for plan in view.plans]] = True
    firms = np.flatnonzero(counts)
    row = np.where(counts, counts.cumsum() - 1, len(firms))
    margins = expected_margins(view)
    return MarketAhead(
        release=view.month + training.duration,
        row=row,
        margins=margins,
        base=base,
        rivals=_rivals(config, view, firms, margins, base, ahead),
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
        return np.asarray(belief.believed_value(kind, capability, view.money.reached, weight))
    return np.asarray(value(kind, capability))


def prospects(
    config: Config, view: Published, ahead: MarketAhead, providers: Sequence[int]
) -> investment.Prospect:
    """The market ahead as some providers see it, [provider, ...]: to each all others are its rivals."""
    panel, rules, which = view.panel, view.rules, np.asarray(providers, dtype=np.intp)
    return investment.Prospect(
        base=ahead.base[which],
        taste=panel.taste,
        sensitivity=panel.sensitivity,
        weights=panel.weights,
        rho=config.demand.nest_correlation,
        rivals=ahead.rivals[ahead.row[which]],
        spend=ahead.spend,
        discounted_months=ahead.discounted_months,
        highest_lerner=np.array([rules.highest_lerner(view.names[i]) for i in providers]),
    )


def future_serving_flop_per_usd(config: Config, view: Published, month: int) -> float:
    """Serving compute that a dollar will rent: the trend, at today's price of compute over it, FLOP/USD."""
    return progress.serving_flop_per_usd(config.technology, month) / view.compute_premium


def expected_tokens(view: Published, ahead: MarketAhead, providers: Sequence[int]) -> Array:
    """Tokens that models of some providers are expected to serve over their life, discounted like profit.

    Sales of the last month grow with the spend of those who consider; a provider without sales expects the
    mean of those who sell (assumption). [provider]
    """
    if view.considered <= 0:
        return np.zeros(len(providers))
    mean = view.served.sum() / max(1, np.count_nonzero(view.served))
    sold = view.served[np.asarray(providers, dtype=np.intp)]
    return np.where(sold > 0, sold, mean) * progress.MTOKEN * (ahead.outlay / view.considered)


def _base(view: Published) -> Array:
    """Utility of a model of value 0 at 1 USD/Mtoken over what needs no provider, util [provider, type]."""
    panel, reach = view.panel, view.rules.reach
    alike = panel.base + panel.bonus - panel.alternatives
    base: Array = np.add(alike, panel.trust.T[: len(view.names)], order="C")
    return base if reach is None else np.where(reach[view.homes][:, panel.homes], base, UNAVAILABLE)


def _rivals(
    config: Config, view: Published, firms: NDArray[np.intp], margins: Array, base: Array, ahead: Array
) -> Array:
    """Log-sums over all firms but one at the nodes, [firm, node, type]; in the last row over all firms."""
    panel, paths = view.panel, _paths(view, firms, ahead)
    there = np.isfinite(paths)
    values = expected_value(config, view, np.where(there, paths, 0.0))
    market, prices = (panel.taste, panel.sensitivity), _prices(config, view, firms, margins)
    return investment.rivals_of_each(
        base, firms, prices, market, values, there, config.demand.nest_correlation
    )


def _paths(view: Published, firms: NDArray[np.intp], ahead: Array) -> Array:
    """Capability expected of firms, -inf while nothing of theirs is on sale, nat [firm, node].

    The frontier's trend, or a better model that they have announced.
    """
    now = np.where(view.selling, view.capability, -np.inf)[firms]
    announced, release = np.full(len(view.names), -np.inf), np.full(len(view.names), np.inf)
    for plan in view.plans:
        announced[plan.provider], release[plan.provider] = plan.capability, plan.release_month
    coming = np.where(view.month + ahead >= release[firms, None], announced[firms, None], -np.inf)
    return np.maximum(now[:, None] + view.trend * ahead, coming)


def _prices(config: Config, view: Published, firms: NDArray[np.intp], margins: Array) -> Array:
    """Prices as seen, or where none has been seen unit costs and the market's margin, USD/Mtoken [firm]."""
    prices = view.price[firms]
    if np.isfinite(prices).all():
        return prices
    costs = view.unit_cost.copy()
    for plan in view.plans:
        if not view.selling[plan.provider]:
            per_usd = future_serving_flop_per_usd(config, view, plan.release_month)
            costs[plan.provider] = progress.serving_cost(plan.params, per_usd)
    return np.where(np.isfinite(prices), prices, costs[firms] / (1 - margins[firms]))
