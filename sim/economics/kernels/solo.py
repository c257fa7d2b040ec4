"""Compiled markups that players would ask of single types, by Newton's iteration.

Symbols: types in blocks, products outside and types inside; u utilities; R odds that a type buys from a
player at cost. Tables are [product, type] unless said; `t` are `game.Tables`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import BLOCK, EXACT, exp, log

NEWTON = 4  # steps; these are points to start from


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def merge(u, sums, n, top, total):
    """Add options of top `u` and sum `sums` to tops and sums that they may raise."""
    for i in range(n):
        rise = u[i] - top[i]
        less = exp(-abs(rise))
        total[i] = total[i] * (less if rise > 0.0 else 1.0) + sums[i] * (1.0 if rise > 0.0 else less)
        top[i] = max(top[i], u[i])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def menus(t, terms, low, n, top, total):
    """Fill the tops and sums of exponentials of each player's products, without nests, [player, type]."""
    u, one = np.empty(BLOCK), np.ones(BLOCK)
    top.fill(-1e300)
    total.fill(0.0)
    for k in range(t.base.shape[0]):
        g = t.nest[k]
        base, slope, factor = t.base[k, low : low + n], t.slopes[g, low : low + n], 1.0 / t.spread[g]
        for i in range(n):
            u[i] = (base[i] - slope[i] * terms[k]) * factor
        merge(u, one, n, top[t.players[k]], total[t.players[k]])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def log_odds(t, cost_terms, terms):
    """Log odds that a type buys from a player at cost, others at their prices, [player, type]."""
    players, types = t.weights.shape[0], t.base.shape[1]
    top, total = np.empty((players, BLOCK)), np.empty((players, BLOCK))
    mine, whole = np.empty((players, BLOCK)), np.empty((players, BLOCK))
    other, rest = np.empty(BLOCK), np.empty(BLOCK)
    odds = np.empty((players, types))
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        menus(t, terms, low, n, top, total)
        menus(t, cost_terms, low, n, mine, whole)
        for player in range(players):
            other.fill(0.0)
            rest.fill(1.0)
            for rival in range(players):
                if rival != player:
                    merge(top[rival], total[rival], n, other, rest)
            own, own_sum, row = mine[player], whole[player], odds[player, low : low + n]
            for i in range(n):
                row[i] = own[i] - other[i] + log(own_sum[i] / rest[i])
    return odds


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def lambert(logs, alpha, y):
    """Fill y with the markups of unit demand, (1 + W(e^(x - 1)))/alpha at log odds x."""
    for i in range(y.size):
        x = logs[i] - 1.0
        y[i] = max(x, 0.0) + log(1.0 + exp(-abs(x)))
    for _ in range(NEWTON):
        for i in range(y.size):
            y[i] = y[i] * (logs[i] - log(y[i])) / (1.0 + y[i])
    for i in range(y.size):
        y[i] = (1.0 + y[i]) / alpha[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def log_price(logs, alpha, y):
    """Fill y with ln(1 + mu) where alpha mu = 1 + R (1 + mu)^-alpha at log odds ln R."""
    for i in range(y.size):
        y[i] = max(log(1.0 + 1.0 / alpha[i]), (logs[i] - log(alpha[i])) / (1.0 + alpha[i]))
    for _ in range(NEWTON):
        for i in range(y.size):
            x, less = logs[i] - alpha[i] * y[i], 1.0 - exp(-y[i])
            left = log(alpha[i] * less) + y[i]
            right = max(x, 0.0) + log(1.0 + exp(-abs(x)))
            slope = 1.0 / less + alpha[i] * (1.0 - exp(-right))
            y[i] = max(y[i] - (left - right) / slope, 0.5 * y[i])


@njit(error_model="numpy", cache=True)
def solo_markups(t, cost_terms, terms, spends):
    """Best common markup of each player against each type alone, see `solo.solo_markups`, [player, type]."""
    odds = log_odds(t, cost_terms, terms)
    found = np.empty(odds.shape)
    for player in range(odds.shape[0]):
        logs, row = odds[player], found[player]
        for i in range(row.size):
            logs[i] = min(max(logs[i], -30.0), 1e6)
        if spends:
            log_price(logs, t.alpha, row)
            for i in range(row.size):
                row[i] = np.expm1(row[i])
        else:
            lambert(logs, t.alpha, row)
    return found
