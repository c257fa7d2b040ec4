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
    SUMS,
    add_nest,
    chosen,
    exponentials,
    highest,
    log,
    margin_line,
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
def collect(e, sold, steep, earned, costs, nest, players, asked, low, n, sums):
    """Add sales, their price slope, the recaptured margin and the costs of the products `asked`."""
    for j in range(nest.size):
        if not asked[j]:
            continue
        row, of_sales, of_slope = e[j, :n], sold[nest[j], :n], steep[nest[j], :n]
        of_back, cost = earned[players[j], nest[j], :n], costs[j]
        sales, slope, kept = 0.0, 0.0, 0.0
        for i in range(n):
            sales += row[i] * of_sales[i]
            slope += row[i] * of_slope[i]
            kept += row[i] * of_back[i]
        cost_sales, cost_slope = cost[0] * sales, cost[0] * slope
        if cost.size > 1:
            cost_sales, cost_slope, grouped = 0.0, 0.0, cost[low : low + n]
            for i in range(n):
                cost_sales += row[i] * of_sales[i] * grouped[i]
                cost_slope += row[i] * of_slope[i] * grouped[i]
        sums[j, 0] += sales
        sums[j, 1] += slope
        sums[j, 2] += kept
        sums[j, 3] += cost_sales
        sums[j, 4] += cost_slope


class Reference(NamedTuple):
    """Exponentials of the last evaluation, for the next to go on from."""

    top: Array  # [nest, type], utilities taken out before exponentials
    top_at: Array  # [product], price terms at which the tops were the nests' maxima
    e: Array  # [block, product, type of the block]
    at: Array  # [product], price terms of `e`
    earned: Array  # [player, nest, type of a block], room for earnings
    steepest: float  # largest slope


@njit(cache=True)
def no_reference(t):
    """Room for a reference, far from any prices."""
    (J, types), nests, n = t.base.shape, t.spread.size, width(t.base.shape[1])
    return Reference(
        top=np.empty((nests, types)),
        top_at=np.full(J, np.inf),
        e=np.empty(((types + n - 1) // n, J, n)),
        at=np.full(J, np.inf),
        earned=np.empty((t.weights.shape[0], nests, n)),
        steepest=t.slopes.max(),
    )


@njit(error_model="numpy", cache=True)
def renewed(known, terms):
    """Whether price terms lie so far from those of the tops that all begins anew; the reference is told."""
    most = 0.0
    for k in range(terms.size):
        most = max(most, abs(terms[k] - known.top_at[k]))
    if most * known.steepest < DRIFT:
        return False
    known.at.fill(np.inf)
    known.top_at[:] = terms
    return True


@njit(error_model="numpy", cache=True)
def bring(known, t, terms, fresh, low, n, total, prob):
    """Bring a block of the reference to price terms; fill its nests' sums and probabilities, [nest, type]."""
    e = known.e[low // BLOCK]
    if fresh:
        highest(t.base, t.slopes, terms, t.nest, low, n, known.top)
    exponentials(t.base, t.slopes, terms, known.at, known.steepest, t.nest, low, n, e, known.top, total)
    chosen(known.top[:, low : low + n], total, t.spread, n, prob)
    return e


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sums_over_types(t, prices, spends, asked, known):
    """Sales, slope, recaptured margin, cost of sales and of slope of the products `asked`, [product, 5].

    `t` are the `game.Tables`; a player's margins count by `t.weights` [player, product]. The exponentials
    are those of the reference `known`, which moves to these prices.
    """
    (J, types), nests, players = t.base.shape, t.spread.size, t.weights.shape[0]
    total, prob = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    sold, steep = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    asking, earns = np.zeros(players, dtype=np.bool_), np.zeros((players, nests), dtype=np.bool_)
    terms, sums = (np.log(prices) if spends else prices), np.zeros((J, 5))
    fresh = renewed(known, terms)
    for k in range(J):
        asking[t.players[k]] |= asked[k]
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        e = bring(known, t, terms, fresh, low, n, total, prob)
        earnings(e, t.costs, prices, t.nest, t.weights, spends, asking, low, n, known.earned, earns)
        recapture(known.earned, earns, prob, total, t.spread, t.alpha, t.mass, low, n, sold, steep)
        collect(e, sold, steep, known.earned, t.costs, t.nest, t.players, asked, low, n, sums)
    known.at[:] = terms
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
def sales_and_surplus(t, prices, spends, known):
    """Weights x shares of each product [product], and the surplus of all types in currency.

    The reference `known` moves to these prices.
    """
    J, types, nests = t.base.shape[0], t.base.shape[1], t.spread.size
    total, prob = np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    worth, whole, best = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    terms, sales, surplus = (np.log(prices) if spends else prices), np.zeros(J), 0.0
    fresh = renewed(known, terms)
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        weight, alpha = t.mass[low : low + n], t.alpha[low : low + n]
        e = bring(known, t, terms, fresh, low, n, total, prob)
        best.fill(0.0)
        whole.fill(1.0)
        worth.fill(0.0)
        for g in range(nests):
            add_nest(known.top[g, low : low + n], total[g], total[g], t.spread[g], n, best, whole, worth)
            for i in range(n):
                prob[g, i] *= weight[i] / total[g, i]
        for i in range(n):
            surplus += weight[i] / alpha[i] * (best[i] + log(whole[i]))
        for j in range(J):
            sales[j] += dot(e[j, :n], prob[t.nest[j], :n])
    known.at[:] = terms
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
def iterated(t, prices, moving, floors, ceilings, scale, spends, tol, most, points, steps, filled, room):
    """Solution from one row of prices: prices, error, evaluations, known, filled; see `solve`."""
    point = np.log(prices) if spends else prices.copy()
    inherited = filled > 0
    if inherited:
        point = points[filled - 1].copy()
    best, error = np.inf, np.inf
    for count in range(1, most + 1):
        at = np.exp(point) if spends else point
        sums = sums_over_types(t, at, spends, moving, room)
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


@njit(cache=True)
def solve(t, starts, moving, floors, ceilings, scale, spends, tol, most, points, steps, filled):
    """Solutions of the conditions of the `moving` products from rows of prices `starts` [row, product].

    Returns prices [row, product], errors, evaluations, whether they are known, sales there [row, product],
    surplus, and the rows of memory filled last; the others are [row]. What is known is false where sales
    became too small for these sums; `scale` [product] are mean costs. `points`, `steps` [memory, product]
    remember; where `filled` rows come from a like market, the iteration of the first row goes on at the last
    of them and moves their steps to what the last one is here. Rows share exponentials: what stays from row
    to row is not evaluated anew.
    """
    rows, room, bounds = len(starts), no_reference(t), (floors, ceilings, scale)
    found, sales, surplus = np.empty(starts.shape), np.empty(starts.shape), np.empty(rows)
    error, count, known = np.empty(rows), np.empty(rows, dtype=np.intp), np.empty(rows, dtype=np.bool_)
    for row in range(rows):
        filled = 0 if row > 0 else filled
        found[row], error[row], count[row], known[row], filled = iterated(
            t, starts[row], moving, *bounds, spends, tol, most, points, steps, filled, room
        )
        sales[row], surplus[row] = sales_and_surplus(t, found[row], spends, room)
    return found, error, count, known, sales, surplus, filled
