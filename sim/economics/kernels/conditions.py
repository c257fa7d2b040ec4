"""Compiled first-order conditions of price setters and their solution.

Symbols: types in blocks, products outside and types inside; u utilities over 1 - rho; e exp(u - top of
the nest); g nests; spread 1/(1 - rho). Tables are [product, type] unless said; `t` are `game.Tables`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import BLOCK, EXACT, SUMS, chosen, exponentials, margin_line
from sim.economics.kernels.fixed_point import MEMORY, extrapolated, remember

TINY = 1e-250  # sales below it are summed over types in logs, by the plain formulas


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def earnings(e, costs, prices, nest, weights, spends, low, n, earned):
    """Margins times e that each player counts in each nest, [player, nest, type]."""
    earned[:, :, :n] = 0.0
    for player in range(weights.shape[0]):
        for k in range(e.shape[0]):
            if weights[player, k] == 0.0:
                continue
            start, slope = margin_line(prices[k], weights[player, k], spends)
            row, into, cost = e[k], earned[player, nest[k]], costs[k]
            if cost.size == 1:
                margin = start - slope * cost[0]
                for i in range(n):
                    into[i] += margin * row[i]
            else:
                for i in range(n):
                    into[i] += (start - slope * cost[low + i]) * row[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def recapture(earned, prob, total, spread, sensitivity, mass, low, n, sold, steep):
    """Turn earnings into what an e of slope recaptures; fill sales and slope per e, [nest, type]."""
    back = np.empty(BLOCK)
    for g in range(spread.size):
        for i in range(n):
            prob[g, i] /= total[g, i]
            sold[g, i] = mass[low + i] * prob[g, i]
            steep[g, i] = sold[g, i] * sensitivity[low + i]
    for player in range(earned.shape[0]):
        back[:n] = 0.0
        for g in range(spread.size):
            for i in range(n):
                back[i] += prob[g, i] * earned[player, g, i]
        for g in range(spread.size):
            extra = spread[g] - 1.0
            for i in range(n):
                near = extra * earned[player, g, i] / total[g, i]
                earned[player, g, i] = steep[g, i] * (back[i] + near)


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def collect(row, sold, steep, back, costs, low, n, sums):
    """Add sales, their price slope, the recaptured margin and the costs of one product."""
    sales, slope, kept, cost_sales, cost_slope = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        sales += row[i] * sold[i]
        slope += row[i] * steep[i]
        kept += row[i] * back[i]
    if costs.size > 1:
        for i in range(n):
            cost_sales += row[i] * sold[i] * costs[low + i]
            cost_slope += row[i] * steep[i] * costs[low + i]
    else:
        cost_sales, cost_slope = costs[0] * sales, costs[0] * slope
    sums[0] += sales
    sums[1] += slope
    sums[2] += kept
    sums[3] += cost_sales
    sums[4] += cost_slope


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sums_over_types(t, prices, spends):
    """Sales, slope, recaptured margin, cost of sales and of slope of each product, [product, 5].

    `t` are the `game.Tables`; a player's margins count by `t.weights` [player, product].
    """
    J, types, nests = t.base.shape[0], t.base.shape[1], t.spread.size
    e, earned = np.empty((J, BLOCK)), np.empty((t.weights.shape[0], nests, BLOCK))
    top, total, prob = np.empty((nests, BLOCK)), np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    sold, steep = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    terms, sums = (np.log(prices) if spends else prices), np.zeros((J, 5))
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        exponentials(t.base, t.slopes, terms, t.nest, low, n, e, top, total)
        chosen(top, total, t.spread, n, prob)
        earnings(e, t.costs, prices, t.nest, t.weights, spends, low, n, earned)
        recapture(earned, prob, total, t.spread, t.alpha, t.mass, low, n, sold, steep)
        for j in range(J):
            g = t.nest[j]
            collect(e[j], sold[g], steep[g], earned[t.players[j], g], t.costs[j], low, n, sums[j])
    return sums


@njit(error_model="numpy", cache=True)
def asked(t, sums, prices, spends):
    """Prices the conditions ask for, see `conditions.best_markups`, of sums over types."""
    target = np.empty(prices.size)
    for j in range(prices.size):
        sales, slope, back, cost, cost_slope = sums[j]
        factor = t.spread[t.nest[j]]
        steep, back = slope * factor, back / t.kept[j]
        if spends:
            needs, keeps = cost + cost_slope * factor, steep - back
            target[j] = needs / keeps if keeps > 1e-9 * steep else 10.0 * prices[j]
        else:
            target[j] = (cost_slope * factor + sales + back) / steep
    return target


@njit(error_model="numpy", cache=True)
def solve(t, prices, moving, floors, ceilings, scale, spends, tol, most):
    """Solution of the conditions of the `moving` products: prices, error, evaluations, known.

    `known` is false where sales became too small for these sums; `scale` [product] are mean costs.
    """
    point = np.log(prices) if spends else prices.copy()
    points, steps = np.empty((MEMORY + 1, point.size)), np.empty((MEMORY + 1, point.size))
    filled, best, error = 0, np.inf, np.inf
    for count in range(1, most + 1):
        at = np.exp(point) if spends else point
        sums = sums_over_types(t, at, spends)
        if not sums[:, 0].min() > TINY:
            return at, error, count, False
        target = np.where(moving, np.minimum(np.maximum(asked(t, sums, at, spends), floors), ceilings), at)
        image = np.log(target) if spends else target
        size = np.ones(point.size) if spends else np.abs(target) + np.abs(target - scale)
        error = (np.abs(image - point) / np.maximum(size, 1e-300)).max()
        if error <= tol:
            return target, error, count, True
        if error > 2.0 * best:
            filled = 0
        best = min(best, error)
        filled = remember(points, steps, filled, point, image)
        point = extrapolated(points, steps, filled)
    return (np.exp(point) if spends else point), error, most, True
