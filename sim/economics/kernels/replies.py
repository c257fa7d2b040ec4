"""Compiled payoffs of one player at many prices, and its odds at cost.

Symbols: types in blocks, products outside and types inside; u utilities over 1 - rho; e exp(u - top of
the nest); g nests; spread 1/(1 - rho). Tables are [product, type] unless said; `t` are `game.Tables`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import BLOCK, EXACT, SUMS, chosen, exp, log, margin_line


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_option(u, weight, costs, price, spends, low, n, top, total, value):
    """Add an option of utility `u` to a nest's sum of exponentials and of margins, moving its top."""
    start, slope = margin_line(price, weight, spends)
    u, top, total, value = u[:n], top[:n], total[:n], value[:n]
    cost = costs[low : low + n] if costs.size > 1 else costs
    for i in range(n):
        margin = start - slope * (cost[i] if costs.size > 1 else cost[0])
        rise = u[i] - top[i]
        less = exp(-abs(rise))
        old = less if rise > 0.0 else 1.0
        new = 1.0 if rise > 0.0 else less
        total[i] = total[i] * old + new
        value[i] = value[i] * old + new * margin
        top[i] = u[i] if rise > 0.0 else top[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def payoffs(t, prices, weight, own, trials, spends):
    """Payoff of a player with products `own` at rows of their prices, rivals unchanged, [trial].

    `t` are the `game.Tables`; `weight` [product] is what the player counts of each product's margin.
    """
    J, types, nests = t.base.shape[0], t.base.shape[1], t.spread.size
    terms, asked = (np.log(prices), np.log(trials)) if spends else (prices, trials)
    u = np.empty(BLOCK)
    rival = np.empty((3, nests, BLOCK))
    state, prob = np.empty((3, nests, BLOCK)), np.empty((nests, BLOCK))
    worth = np.zeros(trials.shape[0])
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        rival[0], rival[1], rival[2] = -1e30, 0.0, 0.0
        for k in range(J):
            if own[k] < 0:
                g = t.nest[k]
                for i in range(n):
                    u[i] = t.base[k, low + i] - t.slopes[g, low + i] * terms[k]
                add_option(
                    u, weight[k], t.costs[k], prices[k], spends, low, n, rival[0, g], rival[1, g], rival[2, g]
                )
        for trial in range(trials.shape[0]):
            state[:] = rival
            for k in range(J):
                if own[k] >= 0:
                    g, term = t.nest[k], asked[trial, own[k]]
                    for i in range(n):
                        u[i] = t.base[k, low + i] - t.slopes[g, low + i] * term
                    add_option(
                        u, weight[k], t.costs[k], trials[trial, own[k]], spends, low, n,
                        state[0, g], state[1, g], state[2, g],
                    )  # fmt: skip
            worth[trial] += expected(state, t.spread, t.mass, low, n, prob)
    return worth


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def expected(state, spread, mass, low, n, prob):
    """Mean margin over the options chosen by `n` types, summed over their mass."""
    top, total, value = state[0], state[1], state[2]
    for g in range(spread.size):
        for i in range(n):
            if total[g, i] == 0.0:
                total[g, i] = 1.0
    chosen(top, total, spread, n, prob)
    worth = 0.0
    for g in range(spread.size):
        for i in range(n):
            worth += mass[low + i] * prob[g, i] * value[g, i] / total[g, i]
    return worth


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def log_odds(t, cost_terms, terms):
    """Log odds that a type buys from a player at cost, others at their prices, [player, type]."""
    J, types = t.base.shape
    u = np.empty(J)
    odds = np.empty((t.weights.shape[0], types))
    for i in range(types):
        for player in range(t.weights.shape[0]):
            mine, other = -1e300, 0.0
            for k in range(J):
                own = t.players[k] == player
                u[k] = (
                    t.base[k, i] - t.slopes[t.nest[k], i] * (cost_terms[k] if own else terms[k])
                ) / t.spread[t.nest[k]]
                if own:
                    mine = max(mine, u[k])
                else:
                    other = max(other, u[k])
            gain, loss = 0.0, exp(-other)
            for k in range(J):
                if t.players[k] == player:
                    gain += exp(u[k] - mine)
                else:
                    loss += exp(u[k] - other)
            odds[player, i] = mine - other + log(gain / loss)
    return odds
