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
def utilities(rows, worth, who, what, ties, terms, held_up):
    """Utility of every product to a row before the price in USD per `price_unit`, [row, product]."""
    base, taste, engineering, privacy, level = who
    own_work, in_house, line, seller, code = what
    segment, tastes, trust, present, lock_in = ties
    switching, retuning = terms
    tiers = lock_in.size
    found = np.empty(worth.shape)
    for i in range(rows.size):
        row = rows[i]
        now = present[row]
        host = now // tiers if now >= 0 else -9
        leaving = switching + retuning * lock_in[now % tiers] if now >= 0 else 0.0
        start, liking, trusted = base[row] + level[row], tastes[row], trust[segment[row]]
        for j in range(line.size):
            work = privacy[row] * in_house[j] - engineering[row] * own_work[j]
            feeling = trusted[line[j]] + liking[line[j]]
            cost = leaving if seller[j] != host else (held_up[i] if code[j] == now else 0.0)
            found[i, j] = start + taste[row] * worth[i, j] + work + feeling - cost
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def nest_tops(row, spread, nest, scaled, top, total):
    """Fill a row's utilities over 1 - rho, and by nest their top and the sum of exponentials below it."""
    top[:], total[:] = -np.inf, 0.0
    for j in range(row.size):
        scaled[j] = row[j] * spread[nest[j]]
        top[nest[j]] = max(top[nest[j]], scaled[j])
    for j in range(row.size):
        if scaled[j] > -np.inf:
            total[nest[j]] += exp(scaled[j] - top[nest[j]])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def nest_logs(top, total, rho, log_sum, inclusive):
    """Fill the nests' log-sums and inclusive values; give the log of one plus the latter's exponentials."""
    best = 0.0
    for g in range(rho.size):
        log_sum[g] = top[g] + log(total[g]) if total[g] > 0.0 else -np.inf
        inclusive[g] = (1.0 - rho[g]) * log_sum[g]
        best = max(best, inclusive[g])
    whole = exp(-best)
    for g in range(rho.size):
        whole += exp(inclusive[g] - best) if total[g] > 0.0 else 0.0
    return best + log(whole)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def choices(utilities, nest, rho):
    """Logs of shares, of shares within the nest, and of one plus the sum of the nests' inclusive values."""
    types, products = utilities.shape
    spread = 1.0 / (1.0 - rho)
    top, total, log_sum, inclusive = np.empty((4, rho.size))
    shares, within, whole = np.empty((types, products)), np.empty((types, products)), np.empty(types)
    for i in range(types):
        nest_tops(utilities[i], spread, nest, within[i], top, total)
        whole[i] = nest_logs(top, total, rho, log_sum, inclusive)
        for j in range(products):
            g = nest[j]
            if total[g] > 0.0:
                within[i, j] -= log_sum[g]
                shares[i, j] = within[i, j] + (inclusive[g] - whole[i])
            else:
                shares[i, j] = -np.inf
    return shares, within, whole


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def picks(utilities, nest, rho, uniforms):
    """Product that each row's uniform number picks by its nested-logit shares; their count means none."""
    rows, products = utilities.shape
    spread = 1.0 / (1.0 - rho)
    scaled = np.empty(products)
    top, total, log_sum, inclusive = np.empty((4, rho.size))
    found = np.zeros(rows, dtype=np.intp)
    for i in range(rows):
        nest_tops(utilities[i], spread, nest, scaled, top, total)
        whole = nest_logs(top, total, rho, log_sum, inclusive)
        so_far = 0.0
        for j in range(products):
            g = nest[j]
            if scaled[j] > -np.inf:
                so_far += exp(scaled[j] - log_sum[g] + inclusive[g] - whole)
            found[i] += so_far < uniforms[i]
    return found
