"""Compiled sales and margins of candidate products against given rivals.

Symbols: types inside, candidates and nodes outside; V utility, R log-sum of the rivals over 1 - rho,
s share of all, l Lerner index, p price, c unit cost, alpha price sensitivity. With T the larger of the
largest R of all nodes and what a product of value 0 weighs at 1 USD/Mtoken: e = exp(V/(1-rho) - T) and
a = exp(R - T) what a product and its rivals weigh in their nest, x = e + a, and
s = e / (x (1 + exp(-(1-rho) T) x^-(1-rho))).
"""

# mypy: allow-untyped-defs
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, SUMS, exp

LARGEST = 300.0  # exponent: beyond it a share is one or nothing in double precision
RUNGS = 24  # margins at which sales are bounded
ROUNDING = 1e-9  # relative, far above that of sums over types
EXPONENT = np.uint64(52)  # bits of a number below those of its power of two
FRACTION = np.uint64((1 << 52) - 1)  # these bits
ONE = np.uint64(1023 << 52)  # exponent of the numbers from 1 to 2
PARTS = 128  # of these numbers, each about its middle
PART, PART_OF, MIDDLE = np.uint64(45), np.uint64(127 << 45), np.uint64(1 << 44)


class Room(NamedTuple):
    """Room for what is in hand of a provider and of one product."""

    top: Any  # [type], T
    weigh: Any  # [node, type], a
    outside: Any  # [type], exp(-(1-rho) T)
    own: Any  # [type], e at the price to start from
    now: Any  # [type], e at another price
    nest: Any  # [type], x
    near: Any  # [type], powers of x
    margins: Any  # [node], that follow from own conditions
    rungs: Any  # [rung], margins from the lowest to the highest that may follow
    rise: Any  # [rung], by which sales may grow at a rung, over their fall per e-fold of the price


@njit(cache=True)
def made(nodes, types):
    """Room with nothing in it yet."""
    rows = np.empty(types), np.empty(types), np.empty(types), np.empty(types), np.empty(types)
    ladder = np.empty(RUNGS + 1), np.empty(RUNGS + 1)
    return Room(np.empty(types), np.empty((nodes, types)), *rows, np.empty(nodes), *ladder)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def tables(power):
    """2^(power e) by stored exponent e + 1023, and m^power by middle m of a part of the octave."""
    octaves, parts = np.empty(2048), np.empty(PARTS)
    for i in range(octaves.size):
        octaves[i] = exp(power * 0.6931471805599453 * (i - 1023))
    for i in range(PARTS):
        parts[i] = (1.0 + (i + 0.5) / PARTS) ** power
    return octaves, parts


@njit(error_model="numpy", cache=True)
def nearby(x, octaves, parts, found):
    """Fill the power of the middle of the part that each x lies in."""
    for i in range(x.size):
        bits = np.float64(x[i]).view(np.uint64)
        found[i] = octaves[bits >> EXPONENT] * parts[(bits & PART_OF) >> PART]


@njit(error_model="numpy", inline="always")
def over_nearby(x, k):
    """x^k over the power that is `nearby`, (1 + r)^k, r = x/middle - 1: relative error below 5e-15."""
    bits = np.float64(x).view(np.uint64)
    of_octave = np.uint64((bits & FRACTION) | ONE).view(np.float64)
    middle = np.uint64((bits & PART_OF) | (ONE | MIDDLE)).view(np.float64)
    r = (of_octave - middle) / middle
    second = k * (k - 1.0) / 2.0
    third = second * (k - 2.0) / 3.0
    fourth = third * (k - 3.0) / 4.0
    fifth = fourth * (k - 4.0) / 5.0
    r2 = r * r
    return (1.0 + k * r) + r2 * ((second + third * r) + r2 * (fourth + fifth * r))


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def against(base, rivals, rho, room):
    """Fill T and exp(-(1-rho) T) [type], and what rivals weigh [node, type].

    Whether that never falls from node to node, for no type.
    """
    keep, top, weigh, outside, grow = 1.0 - rho, room.top, room.weigh, room.outside, True
    for i in range(top.size):
        top[i] = base[i] / keep
    for node in range(rivals.shape[0]):
        for i in range(top.size):
            top[i] = max(top[i], rivals[node, i])
    for i in range(top.size):
        outside[i] = exp(min(-keep * top[i], LARGEST))
    for node in range(rivals.shape[0]):
        for i in range(top.size):
            weigh[node, i] = exp(rivals[node, i] - top[i])
    for node in range(1, rivals.shape[0]):
        for i in range(top.size):
            grow &= weigh[node, i] >= weigh[node - 1, i]
    return grow


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def at_start(base, market, rho, value, log_price, room):
    """Fill what a product weighs at the price to start from."""
    (taste, alpha, _), spread, top, own = market, 1.0 / (1.0 - rho), room.top, room.own
    for i in range(top.size):
        own[i] = exp(min((base[i] + taste[i] * value - alpha[i] * log_price) * spread - top[i], LARGEST))


@njit(error_model="numpy", cache=True)
def together(own, weigh, nest):
    """Fill what a nest weighs."""
    for i in range(own.size):
        nest[i] = own[i] + weigh[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def at_price(own, alpha, rise, now):
    """Fill what a product weighs when ln p / (1-rho) has risen."""
    for i in range(own.size):
        now[i] = own[i] * exp(min(-alpha[i] * rise, LARGEST))


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def nest_odds(nest, outside, k, found):
    """Turn the powers `nearby` into one over the nest's share of all."""
    for i in range(nest.size):
        found[i] = 1.0 + outside[i] * found[i] * over_nearby(nest[i], k)


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def sales(own, nest, whole, weights, alpha, rho):
    """Sales of a product and their fall per e-fold of its price."""
    spread, total, fall = 1.0 / (1.0 - rho), 0.0, 0.0
    for i in range(own.size):
        s = own[i] / (nest[i] * whole[i])
        total += weights[i] * s
        fall += weights[i] * s * alpha[i] * (spread - s - s * whole[i] * rho * spread)
    return total, fall


@njit(error_model="numpy", cache=True)
def sold(own, room, node, market, rho, powers):
    """Sales of a product that weighs `own`, and their fall per e-fold of its price."""
    (_, alpha, weights), (octaves, parts), nest, near = market, powers, room.nest, room.near
    together(own, room.weigh[node], nest)
    nearby(nest, octaves, parts, near)
    nest_odds(nest, room.outside, rho - 1.0, near)
    return sales(own, nest, near, weights, alpha, rho)


@njit(error_model="numpy", cache=True)
def climbed(first, highest, steepest, room):
    """Fill the rungs and what sales may grow there: ((1-l)/(1-l_first))^E - 1 over E, the steepest fall.

    A margin l that follows from own conditions lies between 1/(1+E) and the highest allowed. Of each type
    sales move by at most that power with its own fall e in E's place, for e grows with the price; the power
    is convex in e, so that the line from 0 to E lies above it, and its mean over types holds for all.
    """
    lowest = min(1.0 / (1.0 + steepest), highest)
    for j in range(room.rungs.size):
        room.rungs[j] = lowest + (highest - lowest) * j / RUNGS
        room.rise[j] = (((1.0 - room.rungs[j]) / (1.0 - first)) ** steepest - 1.0) / steepest


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def most_earned(share, fall, rungs, rise):
    """Most that any margin earns, from sales and their fall: below a rung no more than it on sales before."""
    most = 0.0
    for j in range(RUNGS):
        most = max(most, rungs[j + 1] * (share + fall * rise[j]))
    return most


@njit(error_model="numpy", cache=True)
def seen(room, node, first, highest, market, rho, powers):
    """Most that a product earns at a node; fills the margin that follows, `first` without sales."""
    share, fall = sold(room.own, room, node, market, rho, powers)
    room.margins[node] = min(share / (share + fall), highest) if share > 0.0 else first
    return most_earned(share, fall, room.rungs, room.rise)


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def lead(market, better, dearer):
    """Most by which any type likes a product more than another, that much worse and cheaper, util."""
    (taste, alpha, _), most = market, 0.0
    for i in range(taste.size):
        most = max(most, taste[i] * better - alpha[i] * dearer)
    return most


@njit(error_model="numpy", cache=True)
def earned(room, first, market, months, rho, powers):
    """Discounted profit of a product at its own margins."""
    profit = 0.0
    for node in range(months.size):
        margin = room.margins[node]
        rise = (np.log1p(-first) - np.log1p(-margin)) / (1.0 - rho)
        at_price(room.own, market[1], rise, room.now)
        profit += months[node] * sold(room.now, room, node, market, rho, powers)[0] * margin
    return profit


@njit(error_model="numpy", cache=True)
def may_be_best(limit, outlay, best):
    """Whether what earns no more than `limit` is still to be looked at; what has no outlay always is."""
    return outlay <= 0.0 or limit - outlay >= best


@njit(error_model="numpy", cache=True)
def search(own, values, log_costs, outlays, market, months, rho, powers, room, found):
    """Fill the profit of the candidates of a provider that may be its best, see `profits`."""
    base, rivals, first, highest = own
    grow, best, last, most = against(base, rivals, rho, room), 0.0, values.size - 1, np.inf
    climbed(first, highest, market[1].max() / (1.0 - rho), room)
    for k in range(values.size - 1, -1, -1):
        ahead = lead(market, values[k] - values[last], log_costs[k] - log_costs[last]) / (1.0 - rho)
        limit, sure, node = most * np.exp(min(ahead, LARGEST)), 0.0, 0
        while node < months.size and may_be_best(limit, outlays[k], best):
            if node == 0:
                at_start(base, market, rho, values[k], log_costs[k] - np.log1p(-first), room)
            here = seen(room, node, first, highest, market, rho, powers)
            sure, node = sure + months[node] * here, node + 1
            limit = (sure + (here if grow else highest) * months[node:].sum()) * (1.0 + ROUNDING)
            last, most = k, limit
        if node == months.size and may_be_best(limit, outlays[k], best):
            found[k] = earned(room, first, market, months, rho, powers)
            best = max(best, found[k] - outlays[k])


@njit(error_model="numpy", cache=True)
def profits(own, market, months, rho, values, log_costs, outlays):
    """Discounted profit of the candidates that may be their provider's best, -inf of the others.

    own: base [provider, type], rivals [provider, node, type], Lerner index to start from and highest
    [provider]; market: taste, alpha, weights [type]; months: USD [node]; the rest [provider, candidate].
    The price follows the candidate's own first-order condition at the price to start from. Sales there, and
    those of the candidate looked at before, bound what any margin earns: from the last candidate on, each is
    looked at for a node more, and after the last is priced, while it promises after its outlay no less than
    nothing and than what was priced. Without outlay all are priced.
    A product weighs exp(-708) to exp(300) of the strongest rivals of all nodes.
    """
    (bases, rivals, lerner, highest), powers = own, tables(rho - 1.0)
    room, found = made(months.size, bases.shape[1]), np.full(values.shape, -np.inf)
    for p in range(values.shape[0]):
        of_one = bases[p], rivals[p], min(lerner[p], highest[p]), highest[p]
        search(of_one, values[p], log_costs[p], outlays[p], market, months, rho, powers, room, found[p])
    return found


@njit(error_model="numpy", cache=True)
def gains(own, market, months, rho, values, log_costs, budgets, left):
    """What runs bring over the model in hand and their budgets, USD [provider, run].

    With the profit of the model in hand, 0 without one, USD, and the run that gains most [provider].
    Terms as those of `profits`, the model in hand last; budgets USD [provider, candidate], and the part of
    profit that is left to providers.
    """
    providers, runs = budgets.shape[0], budgets.shape[1] - 1
    outlays, found = np.empty(budgets.shape), np.empty((providers, runs))
    kept, best = np.zeros(providers), np.zeros(providers, dtype=np.intp)
    for p in range(providers):
        for k in range(runs + 1):
            outlays[p, k] = budgets[p, k] / left
    earned = profits(own, market, months, rho, values, log_costs, outlays)
    for p in range(providers):
        if earned[p, runs] > -np.inf:
            kept[p] = left * earned[p, runs]
        for k in range(runs):
            found[p, k] = left * earned[p, k] - kept[p] - budgets[p, k]
            if found[p, k] > found[p, best[p]]:
                best[p] = k
    return found, kept, best
