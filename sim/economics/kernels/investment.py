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
        smaller = exp(-abs(x - r))  # of the two exponentials, over the larger
        within = (1.0 if x > r else smaller) / (1.0 + smaller)
        inclusive = keep * (max(x, r) + log(1.0 + smaller))
        less = exp(-abs(inclusive))
        share[i] = within * (1.0 if inclusive > 0.0 else less) / (1.0 + less)
        response[i] = share[i] * alpha[i] * (spread - share[i] - within * rho * spread)


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def weighted(weights, values):
    """Sum of weights times values."""
    total = 0.0
    for i in range(weights.size):
        total += weights[i] * values[i]
    return total


@njit(error_model="numpy", cache=True)
def profits(base, taste, alpha, weights, rivals, spend, rho, values, log_costs, lerner, highest, passes):
    """Profit of each candidate at each node, [candidate, node], at the price of its own conditions."""
    found = np.empty((values.size, spend.size))
    share, response = np.empty(base.size), np.empty(base.size)
    for k in range(values.size):
        own = base + taste * values[k]
        for node in range(spend.size):
            margin = min(lerner, highest)
            for step in range(passes + 1):
                shares(own, alpha, rivals[node], rho, log_costs[k] - np.log1p(-margin), share, response)
                sales = weighted(weights, share)
                if step < passes:
                    margin = min(sales / (sales + weighted(weights, response)), highest)
            found[k, node] = spend[node] * sales * margin
    return found
