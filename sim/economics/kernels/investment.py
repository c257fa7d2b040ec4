"""Compiled sales and margins of candidate products against given rivals.

Symbols: types inside, candidates and nodes outside; V utility, s share of all, w share within the nest,
l Lerner index, p price, c unit cost, alpha price sensitivity, R log-sum of the rivals over 1 - rho.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, exp, log


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sales_and_response(own, alpha, weights, rivals, rho, log_price):
    """Weighted sales and their response to the log of the price, over all types."""
    keep = 1.0 - rho
    sales = response = 0.0
    for i in range(own.size):
        x, r = (own[i] - alpha[i] * log_price) / keep, rivals[i]
        top = max(x, r)
        mine, theirs = exp(x - top), exp(r - top)
        within = mine / (mine + theirs)
        inclusive = keep * (top + log(mine + theirs))
        less = exp(-abs(inclusive))
        share = within * (1.0 if inclusive > 0.0 else less) / (1.0 + less)
        sales += weights[i] * share
        response += weights[i] * share * alpha[i] * (1.0 / keep - share - within * rho / keep)
    return sales, response


@njit(error_model="numpy", cache=True)
def profits(base, taste, alpha, weights, rivals, spend, rho, values, log_costs, lerner, passes):
    """Profit of each candidate at each node, [candidate, node], at the price of its own conditions."""
    found = np.empty((values.size, spend.size))
    for k in range(values.size):
        own = base + taste * values[k]
        for node in range(spend.size):
            margin = lerner
            for _ in range(passes):
                log_price = log_costs[k] - np.log1p(-margin)
                sales, response = sales_and_response(own, alpha, weights, rivals[node], rho, log_price)
                margin = sales / (sales + response)
            log_price = log_costs[k] - np.log1p(-margin)
            sales, _ = sales_and_response(own, alpha, weights, rivals[node], rho, log_price)
            found[k, node] = spend[node] * sales * margin
    return found
