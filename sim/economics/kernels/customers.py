"""Compiled steps of customers who choose: qualities, utilities, picks.

Symbols: rows are workloads picked from whole columns, products inside; `who` columns over workloads, `what`
over products. What they compute is written out in `sim.economics.utility` and `sim.economics.choice`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, exp, log


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def qualities(rows, depth, gain, capability, mode, shallow):
    """Capability of every product as a row can use it, [row, product]."""
    found = np.empty((rows.size, capability.size))
    for i in range(rows.size):
        own, deep = gain[rows[i]], depth[rows[i]]
        for j in range(capability.size):
            found[i, j] = capability[j] + own[mode[j]] - deep * shallow[j]
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def utilities(rows, worth, who, what, ties, terms):
    """Utility of every product to a row before the price in USD per `price_unit`, [row, product]."""
    base, taste, engineering, privacy, level = who
    own_work, in_house, line, seller, code = what
    segment, tastes, trust, present, lock_in = ties
    switching, retuning, hold_up = terms
    tiers = lock_in.size
    found = np.empty(worth.shape)
    for i in range(rows.size):
        row = rows[i]
        now = present[row]
        host = now // tiers if now >= 0 else -9
        leaving = stays = 0.0
        if now >= 0:
            leaving = switching + retuning * lock_in[now % tiers]
            stays = hold_up * retuning * lock_in[now % tiers]
        start, liking, trusted = base[row] + level[row], tastes[row], trust[segment[row]]
        for j in range(line.size):
            work = privacy[row] * in_house[j] - engineering[row] * own_work[j]
            feeling = trusted[line[j]] + liking[line[j]]
            cost = leaving if seller[j] != host else (stays if code[j] == now else 0.0)
            found[i, j] = start + taste[row] * worth[i, j] + work + feeling - cost
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def picks(base, alpha, terms, nest, rho, uniforms):
    """Product that each row's uniform number picks by its nested-logit shares; their number stands for none."""
    rows, products = base.shape
    spread = 1.0 / (1.0 - rho)
    u, total = np.empty(products), np.empty(rho.size)
    top, chance = np.empty(rho.size), np.empty(rho.size)
    found = np.empty(rows, dtype=np.intp)
    for i in range(rows):
        top[:], total[:] = -np.inf, 0.0
        for j in range(products):
            u[j] = (base[i, j] - alpha[i] * terms[j]) * spread[nest[j]]
            top[nest[j]] = max(top[nest[j]], u[j])
        for j in range(products):
            u[j] = exp(u[j] - top[nest[j]]) if top[nest[j]] > -np.inf and u[j] > -np.inf else 0.0
            total[nest[j]] += u[j]
        best = 0.0
        for g in range(rho.size):
            chance[g] = (top[g] + log(total[g])) * (1.0 - rho[g]) if total[g] > 0.0 else -np.inf
            best = max(best, chance[g])
        below = exp(-best)
        for g in range(rho.size):
            chance[g] = exp(chance[g] - best) if total[g] > 0.0 else 0.0
            below += chance[g]
        found[i], so_far = 0, 0.0
        for j in range(products):
            if total[nest[j]] > 0.0:
                so_far += u[j] / total[nest[j]] * chance[nest[j]] / below
            found[i] += so_far < uniforms[i]
    return found
