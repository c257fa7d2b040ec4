"""Compiled first-order conditions of price setters and their solution.

Symbols: types in blocks, products outside and types inside; u utilities over 1 - rho; e exp(u - top of
the nest); g nests; spread 1/(1 - rho). Tables are [product, type] unless said; `t` are `game.Tables`.
"""

# mypy: allow-untyped-defs
from typing import NamedTuple

import numpy as np
from numba import njit

from sim.economics.choice import Array
from sim.economics.kernels.choice import (
    BLOCK,
    EXACT,
    NEAR,
    SUMS,
    add_nest,
    chosen,
    exponentials,
    log,
    margin_line,
    moved_exponentials,
    width,
)
from sim.economics.kernels.fixed_point import dot, extrapolated, remember, shift_steps

DRIFT = 100.0  # change of a utility within which old tops are good enough
TINY = 1e-250  # sales below it are summed over types in logs, by the plain formulas


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def earnings(e, costs, prices, nest, weights, spends, asking, low, n, earned, earns):
    """Margins times e that each player counts in each nest, [player, nest, type], and where it counts any."""
    for player in range(weights.shape[0]):
        earns[player].fill(False)
        for k in range(e.shape[0]):
            if weights[player, k] == 0.0 or not asking[player]:
                continue
            start, slope = margin_line(prices[k], weights[player, k], spends)
            row, into, cost = e[k, :n], earned[player, nest[k], :n], costs[k]
            if not earns[player, nest[k]]:
                earns[player, nest[k]] = True
                into.fill(0.0)
            if cost.size == 1:
                margin = start - slope * cost[0]
                for i in range(n):
                    into[i] += margin * row[i]
            else:
                grouped = cost[low : low + n]
                for i in range(n):
                    into[i] += (start - slope * grouped[i]) * row[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def recapture(earned, earns, prob, total, spread, sensitivity, mass, low, n, sold, steep):
    """Turn earnings into what an e of slope recaptures; fill sales and slope per e, [nest, type]."""
    back = np.empty(n)
    for g in range(spread.size):
        per_e, whole, sales, slope = prob[g, :n], total[g, :n], sold[g, :n], steep[g, :n]
        weight, alpha = mass[low : low + n], sensitivity[low : low + n]
        for i in range(n):
            whole[i] = 1.0 / whole[i]
            per_e[i] *= whole[i]
            sales[i] = weight[i] * per_e[i]
            slope[i] = sales[i] * alpha[i]
    for player in range(earned.shape[0]):
        back.fill(0.0)
        for g in range(spread.size):
            if earns[player, g]:
                per_e, own = prob[g, :n], earned[player, g, :n]
                for i in range(n):
                    back[i] += per_e[i] * own[i]
        for g in range(spread.size):
            if earns[player, g]:
                own, whole, slope, extra = earned[player, g, :n], total[g, :n], steep[g, :n], spread[g] - 1.0
                for i in range(n):
                    own[i] = slope[i] * (back[i] + extra * own[i] * whole[i])


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def collect(row, sold, steep, back, costs, low, n, sums):
    """Add sales, their price slope, the recaptured margin and the costs of one product."""
    sales, slope, kept, cost_sales, cost_slope = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        sales += row[i] * sold[i]
        slope += row[i] * steep[i]
        kept += row[i] * back[i]
    if costs.size > 1:
        grouped = costs[low : low + n]
        for i in range(n):
            cost_sales += row[i] * sold[i] * grouped[i]
            cost_slope += row[i] * steep[i] * grouped[i]
    else:
        cost_sales, cost_slope = costs[0] * sales, costs[0] * slope
    sums[0] += sales
    sums[1] += slope
    sums[2] += kept
    sums[3] += cost_sales
    sums[4] += cost_slope


class Reference(NamedTuple):
    """Exponentials kept from one evaluation for others near it."""

    top: Array  # [nest, type], utilities taken out before exponentials
    top_at: Array  # [product], price terms at which the tops were the nests' maxima
    e: Array  # [block, product, type of the block]
    at: Array  # [product], price terms of `e`
    e_near: Array  # [product, type of a block], room for exponentials near `e`
    earned: Array  # [player, nest, type of a block], room for earnings


@njit(cache=True)
def no_reference(t):
    """Room for a reference, far from any prices."""
    (J, types), nests, n = t.base.shape, t.spread.size, width(t.base.shape[1])
    return Reference(
        top=np.empty((nests, types)),
        top_at=np.full(J, np.inf),
        e=np.empty(((types + n - 1) // n, J, n)),
        at=np.full(J, np.inf),
        e_near=np.empty((J, n)),
        earned=np.empty((t.weights.shape[0], nests, n)),
    )


@njit(error_model="numpy", cache=True)
def change(terms, before):
    """Largest change of a price term; inf far from any prices."""
    most = 0.0
    for k in range(terms.size):
        most = max(most, abs(terms[k] - before[k]))
    return most


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sums_over_types(t, prices, spends, asked, known):
    """Sales, slope, recaptured margin, cost of sales and of slope of the products `asked`, [product, 5].

    `t` are the `game.Tables`; a player's margins count by `t.weights` [player, product]. The exponentials
    are those of the reference `known`, moved, where it is near enough; else they become its new ones.
    """
    (J, types), nests, players = t.base.shape, t.spread.size, t.weights.shape[0]
    total, prob = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    sold, steep = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    asking, earns = np.zeros(players, dtype=np.bool_), np.zeros((players, nests), dtype=np.bool_)
    terms, sums, steepest = (np.log(prices) if spends else prices), np.zeros((J, 5)), t.slopes.max()
    near = change(terms, known.at) * steepest < NEAR
    new_tops = not change(terms, known.top_at) * steepest < DRIFT
    moved = terms - known.at
    for k in range(J):
        asking[t.players[k]] |= asked[k]
        known.at[k] = known.at[k] if near else terms[k]
        known.top_at[k] = terms[k] if new_tops else known.top_at[k]
    for low in range(0, types, BLOCK):
        n, kept = min(BLOCK, types - low), known.e[low // BLOCK]
        e = known.e_near if near else kept
        if near:
            moved_exponentials(kept, t.slopes, moved, t.nest, low, n, e, total)
        else:
            exponentials(t.base, t.slopes, terms, t.nest, low, n, e, known.top, total, new_tops)
        chosen(known.top[:, low : low + n], total, t.spread, n, prob)
        earnings(e, t.costs, prices, t.nest, t.weights, spends, asking, low, n, known.earned, earns)
        recapture(known.earned, earns, prob, total, t.spread, t.alpha, t.mass, low, n, sold, steep)
        for j in range(J):
            if asked[j]:
                g = t.nest[j]
                back = known.earned[t.players[j], g, :n]
                collect(e[j, :n], sold[g, :n], steep[g, :n], back, t.costs[j], low, n, sums[j])
    return sums


@njit(cache=True)
def least_sales(sums, asked):
    """Smallest sales of the products `asked`; nan if one is."""
    least = np.inf
    for j in range(asked.size):
        if asked[j] and (sums[j, 0] < least or np.isnan(sums[j, 0])):
            least = sums[j, 0]
    return least


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sales_and_surplus(t, prices, spends):
    """Weights x shares of each product [product], and the surplus of all types in currency."""
    J, types, nests = t.base.shape[0], t.base.shape[1], t.spread.size
    e, total, prob = np.empty((J, width(types))), np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    top, worth = np.empty((nests, types)), np.empty(BLOCK)
    whole, best = np.empty(BLOCK), np.empty(BLOCK)
    terms, sales, surplus = (np.log(prices) if spends else prices), np.zeros(J), 0.0
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        weight, alpha = t.mass[low : low + n], t.alpha[low : low + n]
        exponentials(t.base, t.slopes, terms, t.nest, low, n, e, top, total, True)
        chosen(top[:, low : low + n], total, t.spread, n, prob)
        best.fill(0.0)
        whole.fill(1.0)
        worth.fill(0.0)
        for g in range(nests):
            add_nest(top[g, low : low + n], total[g], total[g], t.spread[g], n, best, whole, worth)
            for i in range(n):
                prob[g, i] *= weight[i] / total[g, i]
        for i in range(n):
            surplus += weight[i] / alpha[i] * (best[i] + log(whole[i]))
        for j in range(J):
            sales[j] += dot(e[j, :n], prob[t.nest[j], :n])
    return sales, surplus


@njit(error_model="numpy", cache=True)
def best_prices(t, sums, prices, moving, floors, ceilings, spends):
    """Prices the conditions ask for, see `conditions.best_markups`, of sums over types; within bounds."""
    target = prices.copy()
    for j in range(prices.size):
        if not moving[j]:
            continue
        sales, slope, back, cost, cost_slope = sums[j]
        factor = t.spread[t.nest[j]]
        steep, back = slope * factor, back / t.kept[j]
        if spends:
            needs, keeps = cost + cost_slope * factor, steep - back
            price = needs / keeps if keeps > 1e-9 * steep else 10.0 * prices[j]
        else:
            price = (cost_slope * factor + sales + back) / steep
        target[j] = min(max(price, floors[j]), ceilings[j])
    return target


@njit(error_model="numpy", cache=True)
def apart(point, image, scale, spends):
    """Largest distance of two rows: of logs, or of prices relative to price and margin; nan if one is."""
    error = 0.0
    for j in range(point.size):
        size = 1.0 if spends else max(abs(image[j]) + abs(image[j] - scale[j]), 1e-300)
        distance = abs(image[j] - point[j]) / size
        if distance > error or np.isnan(distance):
            error = distance
    return error


@njit(error_model="numpy", cache=True)
def solve(t, prices, moving, floors, ceilings, scale, spends, tol, most, points, steps, filled):
    """Solution of the conditions of the `moving` products: prices, error, evaluations, known, filled.

    `known` is false where sales became too small for these sums; `scale` [product] are mean costs.
    `points`, `steps` [memory, product] remember; where `filled` rows come from a like market, the
    iteration goes on at the last of them and moves their steps to what the last one is here.
    """
    point = np.log(prices) if spends else prices.copy()
    inherited = filled > 0
    if inherited:
        point = points[filled - 1].copy()
    best, error = np.inf, np.inf
    known = no_reference(t)
    for count in range(1, most + 1):
        at = np.exp(point) if spends else point
        sums = sums_over_types(t, at, spends, moving, known)
        if not least_sales(sums, moving) > TINY:
            return at, error, count, False, filled
        target = best_prices(t, sums, at, moving, floors, ceilings, spends)
        image = np.log(target) if spends else target
        error = apart(point, image, scale, spends)
        if inherited:
            shift_steps(steps, filled, image - point)
            inherited = False
        else:
            filled = remember(points, steps, 0 if error > 2.0 * best else filled, point, image)
        if error <= tol:
            return target, error, count, True, filled
        best = min(best, error)
        point = extrapolated(points, steps, filled)
    return (np.exp(point) if spends else point), error, most, True, filled
