"""Compiled log-sums of what firms expect of each other.

Symbols: firms and nodes outside, types inside; V utility, v value, p price, alpha price sensitivity.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, exp, log


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def attractions(known, taste, values, there, top, weigh):
    """Fill the largest utility of firms that are there [type], and exp(V - top) [firm, type], 0 of others."""
    top[:], weigh[:] = -np.inf, 0.0
    for f in range(values.size):
        for i in range(taste.size if there[f] else 0):
            weigh[f, i] = known[f, i] + taste[i] * values[f]
            top[i] = max(top[i], weigh[f, i])
    for f in range(values.size):
        for i in range(taste.size if there[f] else 0):
            weigh[f, i] = exp(weigh[f, i] - top[i])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def all_but_one(weigh, sums, total):
    """Fill the sums of weights [firm, type] over all firms but one, and over all in the last row."""
    firms, types = weigh.shape
    total[:] = 0.0
    for f in range(firms):
        for i in range(types):
            sums[f, i] = total[i]
            total[i] += weigh[f, i]
    sums[firms] = total
    total[:] = 0.0
    for f in range(firms - 1, -1, -1):
        for i in range(types):
            sums[f, i] += total[i]
            total[i] += weigh[f, i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def of_each(base, firms, log_prices, market, values, there, rho):
    """Log-sums of exp(V/(1-rho)) over all firms but one that are there, and over all in the last row.

    V = base + taste v - alpha ln p. base [provider, type], `firms` are its rows, log_prices [firm], market:
    taste and alpha [type], values v and there [firm, node]; the sums [firm, node, type].
    """
    (taste, alpha), keep = market, 1.0 - rho
    nodes, types = values.shape[1], taste.size
    sums, known, slope = np.empty((firms.size + 1, nodes, types)), np.empty((firms.size, types)), taste / keep
    weigh, top, total = np.empty((firms.size, types)), np.empty(types), np.empty(types)
    for f in range(firms.size):
        for i in range(types):
            known[f, i] = (base[firms[f], i] - alpha[i] * log_prices[f]) / keep
    for node in range(nodes):
        attractions(known, slope, values[:, node], there[:, node], top, weigh)
        all_but_one(weigh, sums[:, node], total)
        for f in range(firms.size + 1):
            for i in range(types):
                rest = sums[f, node, i]
                sums[f, node, i] = top[i] + log(rest) if rest > 0.0 else -np.inf
    return sums
