"""Compiled payoffs of players at many prices.

Symbols: types in blocks, products outside and types inside; u utilities over 1 - rho; e exp(u - top of
the nest); g nests; spread 1/(1 - rho). Tables are [product, type] unless said; `t` are `game.Tables`.
A state [3, nest, type] holds the nests' tops, their sums of e, and of e times the margin that counts.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import BLOCK, EXACT, SUMS, add_nest, exp, highest, margin_line
from sim.economics.kernels.conditions import DRIFT


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def exponential(t, k, term, low, n, top, e):
    """Fill `e` with the exponentials of product k at a price term, its nest's top taken out."""
    base, slope = t.base[k, low : low + n], t.slopes[t.nest[k], low : low + n]
    for i in range(n):
        e[i] = exp(base[i] - slope[i] * term - top[i])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_product(e, margin, n, total, value):
    """Add a product that earns the same margin of all types to the sums of its nest."""
    for i in range(n):
        total[i] += e[i]
        value[i] += margin * e[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_grouped(e, start, per_cost, costs, n, total, value):
    """Add a product whose cost differs by type, its margin being start - per_cost x cost."""
    for i in range(n):
        total[i] += e[i]
        value[i] += (start - per_cost * costs[i]) * e[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_sales(e, n, total):
    """Add a product that earns nothing to the sum of its nest."""
    for i in range(n):
        total[i] += e[i]


@njit(error_model="numpy", cache=True)
def add(t, k, e, price, weight, spends, low, n, state):
    """Add product k, of exponentials `e` at its price, to the sums of its nest."""
    total, value, cost = state[1, t.nest[k]], state[2, t.nest[k]], t.costs[k]
    start, per_cost = margin_line(price, weight[k], spends)
    if weight[k] == 0.0:
        add_sales(e, n, total)
    elif cost.size == 1:
        add_product(e, start - per_cost * cost[0], n, total, value)
    else:
        add_grouped(e, start, per_cost, cost[low : low + n], n, total, value)


@njit(error_model="numpy", cache=True)
def laid(t, terms, top_at, low, n, top, e):
    """Fill the tops of the nests at terms `top_at`, and the exponentials [product, type] at `terms`."""
    highest(t.base, t.slopes, top_at, t.nest, low, n, top)
    for k in range(terms.size):
        exponential(t, k, terms[k], low, n, top[t.nest[k], low : low + n], e[k])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_nests(state, spread, moving, wanted, n, whole):
    """Add the nests of which `moving` [nest] is as wanted to the choice among nests, `whole` [3, 1, type]."""
    best, sums, worth = whole[0, 0], whole[1, 0], whole[2, 0]
    for g in range(spread.size):
        if moving[g] == wanted:
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


@njit(error_model="numpy", cache=True)
def farthest(asked, own, top_at):
    """Largest distance of the price terms of products `own` from those of the tops."""
    most = 0.0
    for j in range(own.size):
        most = max(most, abs(asked[j] - top_at[own[j]]))
    return most


@njit(error_model="numpy", cache=True)
def rivals(t, others, e, top, prices, weight, spends, moving, low, n, state, rest):
    """Fill the state of products `others`, and the choice among the nests that do not move."""
    for i in range(n):
        rest[0, 0, i], rest[1, 0, i], rest[2, 0, i] = 0.0, 1.0, 0.0
        for g in range(top.shape[0]):
            state[0, g, i], state[1, g, i], state[2, g, i] = top[g, low + i], 0.0, 0.0
    for k in others:
        add(t, k, e[k], prices[k], weight, spends, low, n, state)
    add_nests(state, t.spread, moving, False, n, rest)


@njit(error_model="numpy", cache=True)
def add_payoffs(t, prices, weight, mine, trials, spends, low, n, top, e, worth):
    """Add the payoffs of a block of types, whose tops and exponentials at the first trial are given.

    Where a trial lies far from the tops they are made anew.
    """
    nests, own, others = t.spread.size, places(mine, True), places(mine, False)
    moving, moved, steepest = np.zeros(nests, dtype=np.bool_), np.empty(BLOCK), t.slopes.max()
    for k in own:
        moving[t.nest[k]] = True
    terms, asked = (np.log(prices), np.log(trials)) if spends else (prices, trials)
    rival, state = np.empty((3, nests, BLOCK)), np.empty((3, nests, BLOCK))
    rest, whole, top_at = np.empty((3, 1, BLOCK)), np.empty((3, 1, BLOCK)), terms.copy()
    rivals(t, others, e, top, prices, weight, spends, moving, low, n, rival, rest)
    for trial in range(trials.shape[0]):
        if farthest(asked[trial], own, top_at) * steepest >= DRIFT:
            top, e = np.empty(top.shape), np.empty(e.shape)
            for j in range(own.size):
                top_at[own[j]] = asked[trial, j]
            laid(t, terms, top_at, low, n, top, e)
            rivals(t, others, e, top, prices, weight, spends, moving, low, n, rival, rest)
        copied(rival, n, state)
        copied(rest, n, whole)
        for j in range(own.size):
            k, row = own[j], e[own[j]]
            if trials[trial, j] != prices[k]:
                row = moved
                exponential(t, k, asked[trial, j], low, n, rival[0, t.nest[k]], row)
            add(t, k, row, trials[trial, j], weight, spends, low, n, state)
        add_nests(state, t.spread, moving, True, n, whole)
        worth[trial] += mean_margin(t.mass[low : low + n], whole[1, 0], whole[2, 0], n)


@njit(cache=True)
def begun(t, prices, spends):
    """Price terms [product], and room for the tops [nest, type] and for a block's exponentials."""
    J, types = t.base.shape
    return (np.log(prices) if spends else prices), np.empty((t.spread.size, types)), np.empty((J, BLOCK))


@njit(error_model="numpy", cache=True)
def payoffs(t, prices, weight, mine, trials, spends):
    """Payoff of a player at rows of the prices of its products `mine`, rivals unchanged, [trial].

    `weight` [product] is what the player counts of each product's margin; the first row are `prices`.
    """
    worth, types = np.zeros(trials.shape[0]), t.mass.size
    terms, top, e = begun(t, prices, spends)
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        laid(t, terms, terms, low, n, top, e)
        add_payoffs(t, prices, weight, mine, trials, spends, low, n, top, e, worth)
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
    (J, types), players = t.base.shape, t.weights.shape[0]
    worth, mine = np.zeros((players, 1 + common.shape[1] + J * single.shape[1])), np.empty(J, dtype=np.bool_)
    terms, top, e = begun(t, prices, spends)
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        laid(t, terms, terms, low, n, top, e)
        for player in range(players):
            for k in range(J):
                mine[k] = free[k] and t.players[k] == player
            own = places(mine, True)
            if own.size > 0:
                rows = tried(own, prices, costs, floors, ceilings, common[player], single[player], spends)
                found = worth[player, : len(rows)]
                add_payoffs(t, prices, t.weights[player], mine, rows, spends, low, n, top, e, found)
                for trial in range(len(rows), worth.shape[1]):
                    worth[player, trial] = worth[player, 0]
    return worth
