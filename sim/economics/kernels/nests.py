"""Compiled nested-logit probabilities of blocks of rows.

Symbols: e utilities, then exponentials, [product, row], products outside and rows inside; g nests;
spread 1/(1 - rho). What they compute is written out in `sim.economics.choice`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, exp, log, nest_shares

BLOCK = 120  # rows in hand at once, few enough for the cache
LOWEST = -1e300  # util: of a product that is not there


@njit(error_model="numpy", cache=True)
def nest_room(nests):
    """Room for three numbers of a block's nests, [nest, row]; parts of one table make no vector loops."""
    return np.empty((nests, BLOCK)), np.empty((nests, BLOCK)), np.empty((nests, BLOCK))


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sums(e, n, spread, nest, top, total):
    """Turn utilities of a block into exponentials below the nests' tops, with their sums by nest."""
    top[:, :n], total[:, :n] = LOWEST, 0.0
    for j in range(nest.size):
        factor, best, row = spread[nest[j]], top[nest[j]], e[j]
        for i in range(n):
            u = max(row[i] * factor, LOWEST)
            row[i] = u
            best[i] = u if u > best[i] else best[i]
    for j in range(nest.size):
        best, so_far, row = top[nest[j]], total[nest[j]], e[j]
        for i in range(n):
            x = exp(row[i] - best[i])
            row[i] = x
            so_far[i] += x


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def nest_logs(utilities, low, n, spread, nest, e, total, log_sum, of_nest, whole):
    """Log-sums of a block's nests, logs of their shares and, in `whole`, of one plus the inclusive values."""
    for i in range(n):
        for j in range(nest.size):
            e[j, i] = utilities[low + i, j]
    sums(e, n, spread, nest, log_sum, total)
    best = np.zeros(n)
    whole[:n] = 0.0
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
    total, log_sum, of_nest = nest_room(rho.size)
    shares, within, whole = np.empty((types, products)), np.empty((types, products)), np.empty(types)
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        nest_logs(utilities, low, n, spread, nest, e, total, log_sum, of_nest, whole[low:])
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
    total, log_sum, of_nest = nest_room(rho.size)
    whole = np.empty(rows)
    for low in range(0, rows, BLOCK):
        n = min(BLOCK, rows - low)
        nest_logs(utilities, low, n, spread, nest, e, total, log_sum, of_nest, whole[low:])
    return whole


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def pick(e, n, spread, nest, top, total, shares, luck, so_far, place):
    """Place in the catalogue where the running sum of a block's shares passes each row's luck.

    Uses up the utilities `e`; the number of products means none.
    """
    sums(e, n, spread, nest, top, total)
    nest_shares(top, total, spread, n, shares)
    so_far[:n], place[:n] = 0.0, 0
    for g in range(spread.size):
        for i in range(n):
            shares[g, i] /= total[g, i]
    for j in range(nest.size):
        share, row = shares[nest[j]], e[j]
        for i in range(n):
            so_far[i] += row[i] * share[i]
            place[i] += so_far[i] < luck[i]
