"""Compiled sales and margins of candidate products against given rivals.

Symbols: types inside, candidates and nodes outside; V utility, R log-sum of the rivals over 1 - rho,
s share of all, l Lerner index, p price, c unit cost, alpha price sensitivity. With T the larger of V/(1-rho)
and the largest R of all nodes: e = exp(V/(1-rho) - T) and a = exp(R - T) what the product and its rivals
weigh in their nest, x = e + a, and s = e / (x (1 + exp(-(1-rho) T) x^-(1-rho))).
"""

# mypy: allow-untyped-defs
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, SUMS, exp

LARGEST = 600.0  # exponent: beyond it a share is one or nothing in double precision
NO_RIVALS = -1e12  # log-sum of no rivals
ROUNDING = 1e-9  # relative, far above that of sums over types
EXPONENT = np.uint64(52)  # bits of a number below those of its power of two
FRACTION = np.uint64((1 << 52) - 1)  # these bits
ONE = np.uint64(1023 << 52)  # exponent of the numbers from 1 to 2
PARTS = 128  # of these numbers, each about its middle
PART, PART_OF, MIDDLE = np.uint64(45), np.uint64(127 << 45), np.uint64(1 << 44)


class Room(NamedTuple):
    """Room for what is in hand of a provider and its candidates."""

    top: Any  # [type], largest log-sum of rivals at all nodes
    weigh: Any  # [node, type], what rivals weigh over it
    own: Any  # [candidate, type], what a product weighs at the price to start from
    others: Any  # [candidate, type], what the rivals' top weighs
    outside: Any  # [candidate, type], exp(-(1-rho) T)
    margins: Any  # [candidate, node], that follow from own conditions
    now: Any  # [type], what a product weighs at another price
    nest: Any  # [type], x
    near: Any  # [type], powers of x


@njit(cache=True)
def made(candidates, nodes, types):
    """Room with nothing in it yet."""
    shape = (candidates, types)
    tables = np.empty((nodes, types)), np.empty(shape), np.empty(shape), np.empty(shape)
    rows = np.empty(types), np.empty(types), np.empty(types)
    return Room(np.empty(types), *tables, np.empty((candidates, nodes)), *rows)


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
def against(rivals, top, weigh):
    """Fill the largest log-sum of all nodes [type], and what rivals weigh over it [node, type].

    Whether that never falls from node to node, for no type.
    """
    grow = True
    top[:] = NO_RIVALS
    for node in range(rivals.shape[0]):
        for i in range(top.size):
            top[i] = max(top[i], rivals[node, i])
    for node in range(rivals.shape[0]):
        for i in range(top.size):
            weigh[node, i] = exp(rivals[node, i] - top[i])
    for node in range(1, rivals.shape[0]):
        for i in range(top.size):
            grow &= weigh[node, i] >= weigh[node - 1, i]
    return grow


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def at_start(base, market, rho, value, log_price, room, k):
    """Fill what a candidate and its rivals' top weigh, and exp(-(1-rho) T), at the price to start from."""
    (taste, alpha, _), keep, spread = market, 1.0 - rho, 1.0 / (1.0 - rho)
    top, own, others, outside = room.top, room.own[k], room.others[k], room.outside[k]
    for i in range(top.size):
        own[i] = (base[i] + taste[i] * value - alpha[i] * log_price) * spread
        outside[i] = min(-keep * max(own[i], top[i]), LARGEST)
    for i in range(top.size):
        outside[i] = exp(outside[i])
    for i in range(top.size):
        over = own[i] - top[i]
        less = exp(-abs(over))
        own[i] = less if over < 0.0 else 1.0
        others[i] = 1.0 if over < 0.0 else less


@njit(error_model="numpy", cache=True)
def together(own, others, weigh, nest):
    """Fill what a nest weighs."""
    for i in range(own.size):
        nest[i] = own[i] + others[i] * weigh[i]


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
def sold(own, room, k, node, market, rho, powers):
    """Sales of a candidate that weighs `own`, and their fall per e-fold of its price."""
    (_, alpha, weights), (octaves, parts), nest, near = market, powers, room.nest, room.near
    together(own, room.others[k], room.weigh[node], nest)
    nearby(nest, octaves, parts, near)
    nest_odds(nest, room.outside[k], rho - 1.0, near)
    return sales(own, nest, near, weights, alpha, rho)


@njit(error_model="numpy", cache=True)
def growth(margin, first, steepest):
    """Most by which sales grow when the margin moves from `first`: not at all when the price rises."""
    return max((1.0 - margin) / (1.0 - first), 1.0) ** steepest


@njit(error_model="numpy", cache=True)
def most_earned(first, highest, steepest):
    """Most that any margin l earns, over sales at the margin `first`: the maximum of l `growth`(l)."""
    cheaper = min(first, 1.0 / (1.0 + steepest))
    return max(highest, cheaper * growth(cheaper, first, steepest), 0.0)


@njit(error_model="numpy", cache=True)
def seen(room, k, node, first, highest, market, rho, powers):
    """Sales of a candidate at the price to start from; fills the margin that follows, `first` without any."""
    share, fall = sold(room.own[k], room, k, node, market, rho, powers)
    room.margins[k, node] = min(share / (share + fall), highest) if share > 0.0 else first
    return share


@njit(error_model="numpy", cache=True)
def earned(room, k, first, market, months, rho, powers):
    """Discounted profit of a candidate at its own margins."""
    profit = 0.0
    for node in range(months.size):
        margin = room.margins[k, node]
        rise = (np.log1p(-first) - np.log1p(-margin)) / (1.0 - rho)
        at_price(room.own[k], market[1], rise, room.now)
        profit += months[node] * sold(room.now, room, k, node, market, rho, powers)[0] * margin
    return profit


@njit(error_model="numpy", cache=True)
def search(own, values, log_costs, outlays, market, months, rho, powers, room, found):
    """Fill the profit of the candidates of a provider that may be its best, see `profits`."""
    (base, rivals, first, highest), steepest, nodes = own, market[1].max() / (1.0 - rho), months.size
    grow, most, best = against(rivals, room.top, room.weigh), most_earned(first, highest, steepest), 0.0
    looks, sure = np.zeros(values.size, np.intp), np.zeros(values.size)
    promised = np.full(values.size, np.inf)
    k = np.argmax(promised)
    while promised[k] >= best:
        node = looks[k]
        if node == nodes:
            found[k] = earned(room, k, first, market, months, rho, powers)
            promised[k], best = -np.inf, max(best, found[k] - outlays[k])
        else:
            if node == 0:
                at_start(base, market, rho, values[k], log_costs[k] - np.log1p(-first), room, k)
            share = seen(room, k, node, first, highest, market, rho, powers)
            margin = room.margins[k, node]
            sure[k] += months[node] * share * max(margin, 0.0) * growth(margin, first, steepest)
            rest = most * months[node + 1 :].sum() * (share if grow else 1.0)
            if outlays[k] > 0.0:
                promised[k] = (sure[k] + rest) * (1.0 + ROUNDING) - outlays[k]
            looks[k] += 1
        k = np.argmax(promised)


@njit(error_model="numpy", cache=True)
def profits(own, market, months, rho, values, log_costs, outlays):
    """Discounted profit of the candidates that may be their provider's best, -inf of the others.

    own: base [provider, type], rivals [provider, node, type], Lerner index to start from and highest
    [provider]; market: taste, alpha, weights [type]; months: USD [node]; the rest [provider, candidate].
    The price follows the candidate's own first-order condition at the price to start from, and sales there
    bound its profit. Who promises most after its outlay is looked at for a node more, or after the last is
    priced, while it promises no less than nothing and than what was priced. Without outlay all are priced.
    A product weighs at least exp(-708) of the strongest rivals of all nodes.
    """
    (bases, rivals, lerner, highest), powers = own, tables(rho - 1.0)
    room, found = made(values.shape[1], months.size, bases.shape[1]), np.full(values.shape, -np.inf)
    for p in range(values.shape[0]):
        of_one = bases[p], rivals[p], min(lerner[p], highest[p]), highest[p]
        search(of_one, values[p], log_costs[p], outlays[p], market, months, rho, powers, room, found[p])
    return found
