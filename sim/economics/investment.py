"""Expected profit of training budgets over a model's life, against rivals who move on.

Symbols: V utility, s share, l Lerner index, p price, c unit cost, alpha price sensitivity,
rho nest correlation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels
from sim.economics.scaling import Array, Real

LARGEST_EXPONENT = 600.0  # beyond it a share is one or nothing in double precision
KERNEL = "sim.economics.kernels.investment"
RIVALS = "sim.economics.kernels.rivals"
Plans = Sequence[tuple[int, float, float]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Prospect:
    """What a provider, or each of several, expects of customers and rivals over a model's life."""

    base: Array  # util [type] or [provider, type], utility of a model of value 0 at 1 USD/Mtoken
    taste: Array  # util/nat [type]
    sensitivity: Array  # alpha [type]
    weights: Array  # shares of considered spend [type]
    rho: float
    rivals: Array  # [node, type] or [provider, ...], log-sum of exp(V/(1-rho)) over rivals; -inf of none
    spend: Array  # USD/month [node], considered spend expected
    discounted_months: Array  # month [node], length of the node times its discount factor
    highest_lerner: Real = 1.0  # that the law allows, or [provider]


def log_sum(scaled: Array) -> Array:
    """Log-sum over firms of exp(V/(1-rho)), [node, type] from V/(1-rho) [firm, node, type]; -inf of none."""
    if not len(scaled):
        return np.full(scaled.shape[1:], -np.inf)
    top = scaled.max(axis=0)
    return np.asarray(top + np.log(np.exp(scaled - top).sum(axis=0)))


def own_shares(prospect: Prospect, utilities: Array) -> tuple[Array, Array]:
    r"""Share of all and share within the nest of a product with V; all [candidate, node, type].

    $$s_{|g} = \frac{1}{1 + e^{R - V/(1-\rho)}}, \quad s = \frac{s_{|g}}{1 + e^{-V} s_{|g}^{1-\rho}}$$

    with R the rivals' log-sum: the nested logit, with sums over the nest written through s_{|g}.
    """
    behind = prospect.rivals - utilities / (1 - prospect.rho)
    odds = np.exp(np.clip(behind, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    within = 1 / (1 + odds)
    outside = np.exp(np.minimum(-utilities - (1 - prospect.rho) * np.log1p(odds), LARGEST_EXPONENT))
    return within / (1 + outside), within


def own_lerner(prospect: Prospect, shares: Array, within: Array) -> Array:
    r"""Lerner index from the firm's own first-order condition, rivals' prices given, [candidate, node].

    $$l = \frac{\sum w s}{\sum w s + \sum w \alpha s\,[1/(1-\rho) - s - s_{|g}\,\rho/(1-\rho)]}$$

    Constant expenditure, one product a firm, one nest. Derived for this project.
    """
    rho = prospect.rho
    weighted = shares * prospect.weights
    sales = weighted.sum(axis=-1)
    response = weighted * prospect.sensitivity * (1 / (1 - rho) - shares - within * rho / (1 - rho))
    return sales / (sales + response.sum(axis=-1))


def expected_profits(prospect: Prospect, values: Array, costs: Array, lerner: float) -> Array:
    """Discounted profit before training cost of each candidate product, USD [candidate].

    values: v(Q) [candidate]; costs: USD/Mtoken [candidate]; lerner: the margin from which the price starts.
    The price follows the candidate's own first-order condition as far as the law allows.
    """
    highest = np.array([prospect.highest_lerner])
    one = replace(prospect, base=prospect.base[None], rivals=prospect.rivals[None], highest_lerner=highest)
    known, free = _as_known(one, np.array([lerner])), np.zeros((1, len(values)))
    return np.asarray(kernels(KERNEL).profits(*known, values[None], np.log(costs[None]), free)[0])


class Gains(NamedTuple):
    """What runs bring over the model in hand and their budgets, and which is the best."""

    gains: Array  # USD [provider, run]; -inf of what is out of reach, or known not to be the best
    kept: Array  # USD [provider], profit with the model in hand; 0 without one
    best: NDArray[np.intp]  # run [provider]


def gains_of_each(
    prospects: Prospect, values: Array, costs: Array, lerner: Array, budgets: Array, left: float
) -> Gains:
    """Gains of several providers in one market by `expected_profits`; the last candidate is a model in hand.

    Their prospects differ in base, rivals and what the law allows; values, costs and budgets, USD, are
    [provider, candidate], lerner [provider]. The budget is 0 of a model in hand, inf where there is none.
    left: the part of revenue that is left to providers.
    """
    known = _as_known(prospects, lerner)
    return Gains(*kernels(KERNEL).gains(*known, values, np.log(costs / left), budgets, left))


def _as_known(
    prospects: Prospect, lerner: Array
) -> tuple[tuple[Array, ...], tuple[Array, ...], Array, float]:
    """Own prospects, the market, months in USD and rho, as the kernels take them."""
    own = prospects.base, prospects.rivals, lerner, np.asarray(prospects.highest_lerner)
    market = prospects.taste, prospects.sensitivity, prospects.weights
    return own, market, prospects.spend * prospects.discounted_months, prospects.rho


def expected_paths(capability: Array, trend: float, plans: Plans, months: Array) -> tuple[Array, Flags]:
    r"""Capability of providers some months ahead, nat, and whether there is any; both [provider, node].

    $\max(Q + \dot F t, Q_{announced})$ with Q on sale, nat [provider], NaN of none; trend of the frontier
    nat/month; an announced model (provider, nat, months to its release) counts from its release on.
    """
    rows = np.array(plans, dtype=np.float64).reshape(-1, 3)
    found: tuple[Array, Flags] = kernels(RIVALS).paths(capability, trend, rows, months)
    return found


def rivals_of_each(
    which: NDArray[np.intp], base: Array, prices: Array, market: tuple[Array, Array],
    values: Array, there: Flags, rho: float,
) -> Array:  # fmt: skip
    r"""`log_sum` over all providers but one of `which`, [one of which, node, type].

    $V = b + a v - \alpha \ln p$ with base b [provider, type]; prices p [provider]; market: taste a and
    sensitivity alpha [type]; values v, and whether a product is there, [provider, node].
    """
    found = kernels(RIVALS).of_each(which, base, np.log(prices), market, values, there, rho)
    return np.asarray(found)


def plain_profits(
    prospect: Prospect, values: Array, costs: Array, lerner: float, responses: int = 1
) -> Array:
    """`expected_profits` by the formulas of `own_shares` and `own_lerner`: the test of the compiled road.

    `responses` of the price to the own first-order condition; from margins as seen more than one move profit
    by < .5%.
    """
    at_one_dollar = prospect.base + prospect.taste * values[:, None, None]
    margins = np.full((len(values), len(prospect.spend)), min(lerner, prospect.highest_lerner))
    for _ in range(responses):
        log_price = np.log(costs)[:, None] - np.log1p(-margins)
        shares, within = own_shares(prospect, at_one_dollar - prospect.sensitivity * log_price[..., None])
        margins = np.minimum(own_lerner(prospect, shares, within), prospect.highest_lerner)
    log_price = np.log(costs)[:, None] - np.log1p(-margins)
    shares, _ = own_shares(prospect, at_one_dollar - prospect.sensitivity * log_price[..., None])
    profit = prospect.spend * (shares * prospect.weights).sum(axis=-1) * margins
    return (profit * prospect.discounted_months).sum(axis=-1)
