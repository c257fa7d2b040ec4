"""Compiled sales and margins of candidate products against given rivals.

Symbols: types inside, candidates and nodes outside; V utility, s share of all, w share within the nest,
l Lerner index, p price, c unit cost, alpha price sensitivity, R log-sum of the rivals over 1 - rho.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, SUMS, exp, log

LARGEST = 600.0  # exponent: beyond it a share is one or nothing in double precision


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def shares(own, alpha, rivals, rho, log_price, share, others):
    """Fill each type's share, and one over the share of the whole nest.

    One short loop a step: together they would wait for each other.
    """
    keep, types = 1.0 - rho, own.size
    for i in range(types):
        others[i] = (own[i] - alpha[i] * log_price) / keep
    for i in range(types):
        share[i] = 1.0 + exp(min(rivals[i] - others[i], LARGEST))
    for i in range(types):
        others[i] = min(-keep * (others[i] + log(share[i])), LARGEST)
    for i in range(types):
        others[i] = 1.0 + exp(others[i])
    for i in range(types):
        share[i] = 1.0 / (share[i] * others[i])


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def weighted(weights, values):
    """Sum of weights times values."""
    total = 0.0
    for i in range(weights.size):
        total += weights[i] * values[i]
    return total


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def response(weights, alpha, rho, share, others):
    """Fall of sales per e-fold of the price."""
    spread, total = 1.0 / (1.0 - rho), 0.0
    for i in range(weights.size):
        s = share[i]
        total += weights[i] * s * alpha[i] * (spread - s - s * others[i] * rho * spread)
    return total


@njit(error_model="numpy", cache=True)
def profit(base, rivals, shared, value, log_cost, lerner, highest, passes):
    """Discounted profit of one candidate over the nodes, at the prices of its own conditions."""
    taste, alpha, weights, spend, months, rho = shared
    own = base + taste * value
    share, others = np.empty(base.size), np.empty(base.size)
    found = 0.0
    for node in range(spend.size):
        margin = min(lerner, highest)
        for _ in range(passes):
            shares(own, alpha, rivals[node], rho, log_cost - np.log1p(-margin), share, others)
            sales = weighted(weights, share)
            margin = min(sales / (sales + response(weights, alpha, rho, share, others)), highest)
        shares(own, alpha, rivals[node], rho, log_cost - np.log1p(-margin), share, others)
        found += months[node] * spend[node] * weighted(weights, share) * margin
    return found


@njit(error_model="numpy", cache=True)
def profits(bases, rivals, shared, values, log_costs, lerner, highest, passes):
    """Discounted profit of each provider's candidates, [provider, candidate]."""
    found = np.empty(values.shape)
    for i in range(values.shape[0]):
        own, others = bases[i], rivals[i]
        for k in range(values.shape[1]):
            args = (values[i, k], log_costs[i, k], lerner[i], highest[i], passes)
            found[i, k] = profit(own, others, shared, *args)
    return found


@njit(error_model="numpy", cache=True)
def rivals_of_each(scaled):
    """Log-sums of exp(scaled) over all firms but one, [firm, node, type], and over all in the last row."""
    firms, nodes, types = scaled.shape
    sums = np.zeros((firms + 1, nodes, types))
    exps = np.empty((firms, types))
    for node in range(nodes):
        top = np.full(types, -np.inf)
        for f in range(firms):
            top = np.maximum(top, scaled[f, node])
        for f in range(firms):
            for i in range(types):
                exps[f, i] = exp(scaled[f, node, i] - top[i])
        for left_out in range(firms + 1):
            total = sums[left_out, node]
            for f in range(firms):
                if f != left_out:
                    total += exps[f]
            for i in range(types):
                total[i] = top[i] + log(total[i]) if total[i] > 0.0 else -np.inf
    return sums
