"""Compiled log-sums of what providers expect of each other.

Symbols: providers and nodes outside, types inside; V utility, v value, p price, alpha price sensitivity.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, exp, log


@njit(error_model="numpy", cache=True)
def paths(capability, trend, plans, months):
    """Capability of providers some months ahead, nat [provider, node], 0 without; and whether there is any.

    What is on sale, nat [provider], NaN of none, rises with the trend; rows of `plans`: provider, capability
    and months to the release; months [node].
    """
    found = np.zeros((capability.size, months.size))
    there = np.zeros(found.shape, dtype=np.bool_)
    for f in range(capability.size):
        for node in range(months.size if np.isfinite(capability[f]) else 0):
            found[f, node], there[f, node] = capability[f] + trend * months[node], True
    for plan in range(plans.shape[0]):
        f, announced = int(plans[plan, 0]), plans[plan, 1]
        for node in range(months.size):
            if months[node] >= plans[plan, 2]:
                found[f, node] = max(found[f, node], announced) if there[f, node] else announced
                there[f, node] = True
    return found, there


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def attractions(known, taste, values, there, top, weigh):
    """Fill the largest utility of those there [type], and exp(V - top) [provider, type], 0 of others."""
    top[:], weigh[:] = -np.inf, 0.0
    for f in range(values.size):
        for i in range(taste.size if there[f] else 0):
            weigh[f, i] = known[f, i] + taste[i] * values[f]
            top[i] = max(top[i], weigh[f, i])
    for f in range(values.size):
        for i in range(taste.size if there[f] else 0):
            weigh[f, i] = exp(weigh[f, i] - top[i])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def all_but_one(weigh, others, total):
    """Fill the sums of weights [provider, type] over all but one."""
    providers, types = weigh.shape
    total[:] = 0.0
    for f in range(providers):
        for i in range(types):
            others[f, i] = total[i]
            total[i] += weigh[f, i]
    total[:] = 0.0
    for f in range(providers - 1, -1, -1):
        for i in range(types):
            others[f, i] += total[i]
            total[i] += weigh[f, i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def of_each(which, base, log_prices, market, values, there, rho):
    """Log-sums of exp(V/(1-rho)) over all who are there but one of `which`, [one of which, node, type].

    V = base + taste v - alpha ln p. base [provider, type], log_prices [provider], market: taste and alpha
    [type], values v and there [provider, node].
    """
    (taste, alpha), keep = market, 1.0 - rho
    nodes, types, slope = values.shape[1], taste.size, taste / keep
    known, weigh, others = np.empty(base.shape), np.empty(base.shape), np.empty(base.shape)
    sums, top, total = np.empty((which.size, nodes, types)), np.empty(types), np.empty(types)
    for f in range(base.shape[0]):
        for i in range(types):
            known[f, i] = (base[f, i] - alpha[i] * log_prices[f]) / keep
    for node in range(nodes):
        attractions(known, slope, values[:, node], there[:, node], top, weigh)
        all_but_one(weigh, others, total)
        for k in range(which.size):
            for i in range(types):
                rest = others[which[k], i]
                sums[k, node, i] = top[i] + log(rest) if rest > 0.0 else -np.inf
    return sums
