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
    chosen,
    exponentials,
    margin_line,
    moved_exponentials,
)
from sim.economics.kernels.fixed_point import extrapolated, remember

DRIFT = 100.0  # change of a utility within which old tops are good enough
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
            row, into, cost = e[k, :n], earned[player, nest[k], :n], costs[k]
            if cost.size == 1:
                margin = start - slope * cost[0]
                for i in range(n):
                    into[i] += margin * row[i]
            else:
                grouped = cost[low : low + n]
                for i in range(n):
                    into[i] += (start - slope * grouped[i]) * row[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def recapture(earned, prob, total, spread, sensitivity, mass, low, n, sold, steep):
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
        back[:] = 0.0
        for g in range(spread.size):
            per_e, own = prob[g, :n], earned[player, g, :n]
            for i in range(n):
                back[i] += per_e[i] * own[i]
        for g in range(spread.size):
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


@njit(cache=True)
def no_reference(t):
    """Room for a reference, far from any prices."""
    (J, types), nests = t.base.shape, t.spread.size
    e = np.empty(((types + BLOCK - 1) // BLOCK, J, BLOCK))
    return Reference(np.empty((nests, types)), np.full(J, np.inf), e, np.full(J, np.inf))


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sums_over_types(t, prices, spends, known):
    """Sales, slope, recaptured margin, cost of sales and of slope of each product, [product, 5].

    `t` are the `game.Tables`; a player's margins count by `t.weights` [player, product]. The exponentials
    are those of the reference `known`, moved, where it is near enough; else they become its new ones.
    """
    J, types, nests = t.base.shape[0], t.base.shape[1], t.spread.size
    scratch, earned = np.empty((J, BLOCK)), np.empty((t.weights.shape[0], nests, BLOCK))
    total, prob = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    sold, steep = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    terms, sums, steepest = (np.log(prices) if spends else prices), np.zeros((J, 5)), t.slopes.max()
    moved = terms - known.at
    near = np.abs(moved).max() * steepest < NEAR
    new_tops = not np.abs(terms - known.top_at).max() * steepest < DRIFT
    if not near:
        known.at[:] = terms
    if new_tops:
        known.top_at[:] = terms
        known.top[:] = -1e300
    for low in range(0, types, BLOCK):
        n, kept = min(BLOCK, types - low), known.e[low // BLOCK]
        e = scratch if near else kept
        if near:
            moved_exponentials(kept, t.slopes, moved, t.nest, low, n, e, total)
        else:
            exponentials(t.base, t.slopes, terms, t.nest, low, n, e, known.top, total, new_tops)
        chosen(known.top[:, low : low + n], total, t.spread, n, prob)
        earnings(e, t.costs, prices, t.nest, t.weights, spends, low, n, earned)
        recapture(earned, prob, total, t.spread, t.alpha, t.mass, low, n, sold, steep)
        for j in range(J):
            g = t.nest[j]
            collect(
                e[j, :n], sold[g, :n], steep[g, :n], earned[t.players[j], g, :n], t.costs[j], low, n, sums[j]
            )
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
        sums = sums_over_types(t, at, spends, known)
        if not sums[:, 0].min() > TINY:
            return at, error, count, False, filled
        target = np.where(moving, np.minimum(np.maximum(asked(t, sums, at, spends), floors), ceilings), at)
        image = np.log(target) if spends else target
        size = np.ones(point.size) if spends else np.abs(target) + np.abs(target - scale)
        error = (np.abs(image - point) / np.maximum(size, 1e-300)).max()
        if inherited:
            steps[:filled] += (image - point) - steps[filled - 1]
            inherited = False
        else:
            filled = remember(points, steps, 0 if error > 2.0 * best else filled, point, image)
        if error <= tol:
            return target, error, count, True, filled
        best = min(best, error)
        point = extrapolated(points, steps, filled)
    return (np.exp(point) if spends else point), error, most, True, filled
