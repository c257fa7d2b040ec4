"""Compiled payoffs of players at many prices.

Symbols: types in blocks, products outside and types inside; u utilities over 1 - rho; e exp(u - top of
the nest); g nests; spread 1/(1 - rho). Tables are [product, type] unless said; `t` are `game.Tables`.
A state [3, nest, type] holds the nests' tops, their sums of e, and of e times the margin that counts.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import BLOCK, EXACT, SUMS, add_nest, exp, margin_line


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def raise_top(base, slope, term, n, top):
    """Raise the tops of a nest to the utilities of one of its products."""
    for i in range(n):
        top[i] = max(top[i], base[i] - slope[i] * term)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def rescale(before, top, n, total, value):
    """Bring a nest's sums from the tops of before to those of now."""
    for i in range(n):
        less = exp(before[i] - top[i])
        total[i] *= less
        value[i] *= less


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_product(base, slope, term, top, margin, n, total, value):
    """Add a product that earns the same margin of all types to the sums of its nest."""
    for i in range(n):
        e = exp(base[i] - slope[i] * term - top[i])
        total[i] += e
        value[i] += margin * e


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_grouped(base, slope, term, top, start, per_cost, costs, n, total, value):
    """Add a product whose cost differs by type, its margin being start - per_cost x cost."""
    for i in range(n):
        e = exp(base[i] - slope[i] * term - top[i])
        total[i] += e
        value[i] += (start - per_cost * costs[i]) * e


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_products(t, rows, nests, terms, prices, weight, spends, low, n, state, before):
    """Add products `rows`, in those of `nests` that are true, to the state of `n` types from `low` on.

    `before` [nest, type] is room for tops.
    """
    top, total, value, high = state[0], state[1], state[2], low + n
    for g in range(nests.size):
        for i in range(n if nests[g] else 0):
            before[g, i] = top[g, i]
    for k in rows:
        g = t.nest[k]
        raise_top(t.base[k, low:high], t.slopes[g, low:high], terms[k], n, top[g])
    for g in range(nests.size):
        if nests[g]:
            rescale(before[g], top[g], n, total[g], value[g])
    for k in rows:
        g = t.nest[k]
        base, slope, cost = t.base[k, low:high], t.slopes[g, low:high], t.costs[k]
        start, per_cost = margin_line(prices[k], weight[k], spends)
        if cost.size == 1:
            add_product(base, slope, terms[k], top[g], start - per_cost * cost[0], n, total[g], value[g])
        else:
            add_grouped(base, slope, terms[k], top[g], start, per_cost, cost[low:high], n, total[g], value[g])


@njit(cache=True)
def empty_state(top, total, n, state):
    """Begin a state of `n` types with the same top and sum everywhere, worth nothing."""
    for g in range(state.shape[1]):
        for i in range(n):
            state[0, g, i], state[1, g, i], state[2, g, i] = top, total, 0.0


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_nests(state, spread, which, n, whole):
    """Add the nests of which `which` [nest] is true to the choice among nests, `whole` [3, 1, type]."""
    best, sums, worth = whole[0, 0], whole[1, 0], whole[2, 0]
    for g in range(spread.size):
        if which[g]:
            add_nest(state[0, g], state[1, g], state[2, g], spread[g], n, best, sums, worth)


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def mean_margin(mass, whole, value, n):
    """Mean margin over the options chosen by `n` types, summed over their mass."""
    worth = 0.0
    for i in range(n):
        worth += mass[i] * value[i] / whole[i]
    return worth


@njit(cache=True)
def places(mine, wanted):
    """Products of which `mine` is as wanted."""
    rows, count = np.empty(mine.size, dtype=np.intp), 0
    for k in range(mine.size):
        if mine[k] == wanted:
            rows[count] = k
            count += 1
    return rows[:count]


@njit(cache=True)
def copied(state, n, into):
    """Copy a state of `n` types."""
    for row in range(state.shape[0]):
        for g in range(state.shape[1]):
            for i in range(n):
                into[row, g, i] = state[row, g, i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def payoffs(t, prices, weight, mine, trials, spends):
    """Payoff of a player at rows of the prices of its products `mine`, rivals unchanged, [trial].

    `weight` [product] is what the player counts of each product's margin. Nests without a product of the
    player's are summed up once for all trials.
    """
    types, nests, own, others = t.base.shape[1], t.spread.size, places(mine, True), places(mine, False)
    moving, still = np.zeros(nests, dtype=np.bool_), np.ones(nests, dtype=np.bool_)
    everywhere = still.copy()
    for k in own:
        moving[t.nest[k]], still[t.nest[k]] = True, False
    at, terms = prices.copy(), (np.log(prices) if spends else prices.copy())
    asked = np.log(trials) if spends else trials
    rival, state, before = np.empty((3, nests, BLOCK)), np.empty((3, nests, BLOCK)), np.empty((nests, BLOCK))
    rest, whole, worth = np.empty((3, 1, BLOCK)), np.empty((3, 1, BLOCK)), np.zeros(trials.shape[0])
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        empty_state(-1e30, 0.0, n, rival)
        empty_state(0.0, 1.0, n, rest)
        add_products(t, others, everywhere, terms, prices, weight, spends, low, n, rival, before)
        add_nests(rival, t.spread, still, n, rest)
        for trial in range(trials.shape[0]):
            copied(rival, n, state)
            copied(rest, n, whole)
            for j in range(own.size):
                at[own[j]], terms[own[j]] = trials[trial, j], asked[trial, j]
            add_products(t, own, moving, terms, at, weight, spends, low, n, state, before)
            add_nests(state, t.spread, moving, n, whole)
            worth[trial] += mean_margin(t.mass[low : low + n], whole[1, 0], whole[2, 0], n)
    return worth


@njit(error_model="numpy", cache=True)
def tried(own, prices, costs, floors, ceilings, common, single, spends):
    """Rows of prices of products `own`: present ones, common markups, each alone at some, [trial, own]."""
    first = 1 + common.size
    trials = np.empty((first + own.size * single.size, own.size))
    for j in range(own.size):
        k = own[j]
        for row in range(trials.shape[0]):
            price, alone = prices[k], row - first - j * single.size
            if 1 <= row < first or 0 <= alone < single.size:
                markup = common[row - 1] if row < first else single[alone]
                price = costs[k] * (1.0 + markup) if spends else costs[k] + markup
            trials[row, j] = min(max(price, floors[k]), ceilings[k]) if row > 0 else price
    return trials


@njit(error_model="numpy", cache=True)
def look(t, prices, free, floors, ceilings, costs, common, single, spends):
    """Payoffs of all players at the rows that `tried` makes of their free products, [player, trial].

    `common`, `single` [player, markup]; `costs` [product] are mean costs. Rows shorter than the longest
    go on with the payoff at present prices; those of players without a free price are 0.
    """
    players, J = t.weights.shape[0], prices.size
    worth, mine = np.zeros((players, 1 + common.shape[1] + J * single.shape[1])), np.empty(J, dtype=np.bool_)
    for player in range(players):
        for k in range(J):
            mine[k] = free[k] and t.players[k] == player
        own = places(mine, True)
        if own.size > 0:
            rows = tried(own, prices, costs, floors, ceilings, common[player], single[player], spends)
            found = payoffs(t, prices, t.weights[player], mine, rows, spends)
            for trial in range(worth.shape[1]):
                worth[player, trial] = found[trial] if trial < found.size else found[0]
    return worth
