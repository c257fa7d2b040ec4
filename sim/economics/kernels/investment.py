"""Compiled sales and margins of candidate products against given rivals.

Symbols: types inside, candidates and nodes outside; V utility, s share of all, w share within the nest,
l Lerner index, p price, c unit cost, alpha price sensitivity, R log-sum of the rivals over 1 - rho.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, SUMS, exp, log


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def shares(own, alpha, rivals, rho, log_price, share, response):
    """Fill each type's share and its response to the log of the price."""
    keep = 1.0 - rho
    spread = 1.0 / keep
    for i in range(own.size):
        x, r = (own[i] - alpha[i] * log_price) * spread, rivals[i]
        top = max(x, r)
        mine = exp(x - top)
        nest = mine + exp(r - top)
        others = 1.0 + exp(-keep * (top + log(nest)))
        one = 1.0 / (nest * others)
        share[i] = mine * one
        response[i] = share[i] * alpha[i] * (spread - share[i] - mine * others * one * rho * spread)


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def weighted(weights, values):
    """Sum of weights times values."""
    total = 0.0
    for i in range(weights.size):
        total += weights[i] * values[i]
    return total


@njit(error_model="numpy", cache=True)
def profit(prospect, value, log_cost, lerner, highest, passes):
    """Discounted profit of one candidate over the nodes, at the prices of its own conditions."""
    base, taste, alpha, weights, rivals, spend, months, rho = prospect
    own = base + taste * value
    share, response = np.empty(base.size), np.empty(base.size)
    found = 0.0
    for node in range(spend.size):
        margin = min(lerner, highest)
        for step in range(passes + 1):
            shares(own, alpha, rivals[node], rho, log_cost - np.log1p(-margin), share, response)
            sales = weighted(weights, share)
            if step < passes:
                margin = min(sales / (sales + weighted(weights, response)), highest)
        found += months[node] * spend[node] * sales * margin
    return found


@njit(error_model="numpy", cache=True)
def profits(prospect, values, log_costs, lerner, highest, passes):
    """Discounted profit of each candidate."""
    found = np.empty(values.size)
    for k in range(values.size):
        found[k] = profit(prospect, values[k], log_costs[k], lerner, highest, passes)
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
            sums[left_out, node] = top + np.log(total)
    return sums
