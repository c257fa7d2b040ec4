"""Compiled steps of customers who choose: qualities, utilities, picks.

Symbols: rows are workloads picked from whole columns, products inside; `who` columns over workloads, `what`
over products. What they compute is written out in `sim.economics.utility` and `sim.economics.choice`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit, vectorize

from sim.economics.kernels.choice import EXACT, exp, log

BLOCK = 120  # rows in hand at once, few enough for the cache
LOWEST = -1e300  # util: of a product that is not there


@vectorize(["float64(float64)"], cache=True)
def exponential(x):
    """Exponential of every element, relative error below 3e-14; of 700 where x > 700."""
    return exp(min(x, 700.0))


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
def before_price(rows, worth, who, what):
    """Utility of every product to a row without its price and what binds the row, [row, product]."""
    base, taste, engineering, privacy = who
    own_work, in_house = what
    found = np.empty(worth.shape)
    for i in range(rows.size):
        start, liking, effort, secret = base[rows[i]], taste[rows[i]], engineering[rows[i]], privacy[rows[i]]
        for j in range(own_work.size):
            found[i, j] = start + liking * worth[i, j] + (secret * in_house[j] - effort * own_work[j])
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_ties(found, rows, level, what, ties, terms, held_up):
    """Add to utilities a row's own level, its feelings for lines, and what leaving or staying costs."""
    line, seller, code = what
    segment, tastes, trust, present, lock_in = ties
    switching, retuning = terms
    tiers = lock_in.size
    for i in range(rows.size):
        row = rows[i]
        now = present[row]
        host = now // tiers if now >= 0 else -9
        leaving = switching + retuning * lock_in[now % tiers] if now >= 0 else 0.0
        start, liking, trusted = level[row], tastes[row], trust[segment[row]]
        for j in range(line.size):
            feeling = trusted[line[j]] + liking[line[j]]
            cost = leaving if seller[j] != host else (held_up[i] if code[j] == now else 0.0)
            found[i, j] += start + feeling - cost


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def nest_sums(utilities, low, n, spread, nest, e, total, log_sum, of_nest, whole):
    """Of a block of rows: exponentials below the nests' tops, their sums, log-sums and logs of nests' shares.

    Products outside and rows inside; `whole` is the log of one plus the nests' inclusive values.
    """
    log_sum[:, :n], total[:, :n], whole[:n] = LOWEST, 0.0, 0.0
    for j in range(nest.size):
        factor, top, row = spread[nest[j]], log_sum[nest[j]], e[j]
        for i in range(n):
            row[i] = max(utilities[low + i, j] * factor, LOWEST)
            top[i] = max(top[i], row[i])
    for j in range(nest.size):
        top, so_far, row = log_sum[nest[j]], total[nest[j]], e[j]
        for i in range(n):
            x = exp(row[i] - top[i])
            row[i] = x
            so_far[i] += x
    best = np.zeros(n)
    for g in range(spread.size):
        for i in range(n):
            log_sum[g, i] += log(total[g, i])
            of_nest[g, i] = log_sum[g, i] / spread[g]
            best[i] = max(best[i], of_nest[g, i])
    for g in range(spread.size):
        for i in range(n):
            whole[i] += exp(of_nest[g, i] - best[i])
    for i in range(n):
        whole[i] = best[i] + log(whole[i] + exp(-best[i]))
    for g in range(spread.size):
        for i in range(n):
            of_nest[g, i] -= whole[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def choices(utilities, nest, rho):
    """Logs of shares, of shares within the nest, and of one plus the sum of the nests' inclusive values."""
    types, products = utilities.shape
    spread, e = 1.0 / (1.0 - rho), np.empty((products, BLOCK))
    total, log_sum, of_nest = np.empty((3, rho.size, BLOCK))
    shares, within, whole = np.empty((types, products)), np.empty((types, products)), np.empty(types)
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        nest_sums(utilities, low, n, spread, nest, e, total, log_sum, of_nest, whole[low:])
        for i in range(n):
            for j in range(products):
                own = utilities[low + i, j] * spread[nest[j]] - log_sum[nest[j], i]
                within[low + i, j] = own
                shares[low + i, j] = own + of_nest[nest[j], i]
    return shares, within, whole


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def log_sums(utilities, nest, rho):
    """Log of one plus the sum of the nests' inclusive values, by row."""
    rows, products = utilities.shape
    spread, e = 1.0 / (1.0 - rho), np.empty((products, BLOCK))
    total, log_sum, of_nest = np.empty((3, rho.size, BLOCK))
    whole = np.empty(rows)
    for low in range(0, rows, BLOCK):
        n = min(BLOCK, rows - low)
        nest_sums(utilities, low, n, spread, nest, e, total, log_sum, of_nest, whole[low:])
    return whole


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def picks(utilities, nest, rho, uniforms):
    """Product that each row's uniform number picks by its nested-logit shares; their count means none."""
    rows, products = utilities.shape
    spread, e = 1.0 / (1.0 - rho), np.empty((products, BLOCK))
    total, log_sum, of_nest = np.empty((3, rho.size, BLOCK))
    whole, so_far = np.empty((2, BLOCK))
    found = np.zeros(rows, dtype=np.intp)
    for low in range(0, rows, BLOCK):
        n = min(BLOCK, rows - low)
        nest_sums(utilities, low, n, spread, nest, e, total, log_sum, of_nest, whole)
        so_far[:n], here, luck = 0.0, found[low : low + n], uniforms[low : low + n]
        for g in range(rho.size):
            for i in range(n):
                of_nest[g, i] = exp(of_nest[g, i]) / total[g, i]
        for j in range(products):
            share, row = of_nest[nest[j]], e[j]
            for i in range(n):
                so_far[i] += row[i] * share[i]
                here[i] += so_far[i] < luck[i]
    return found
