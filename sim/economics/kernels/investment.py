"""Compiled sales and margins of candidate products against given rivals.

Symbols: types inside, candidates and nodes outside; V utility, R log-sum of the rivals over 1 - rho,
s share of all, l Lerner index, p price, c unit cost, alpha price sensitivity. With T the larger of V/(1-rho)
and the largest R of all nodes: e = exp(V/(1-rho) - T) and a = exp(R - T) what the product and its rivals
weigh in their nest, x = e + a, and s = e / (x (1 + exp(-(1-rho) T) x^-(1-rho))).
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT, SUMS, exp, log

LARGEST = 600.0  # exponent: beyond it a share is one or nothing in double precision
NO_RIVALS = -1e12  # log-sum of no rivals
EXPONENT = np.uint64(52)  # bits of a number below those of its power of two
FRACTION = np.uint64((1 << 52) - 1)  # these bits
ONE = np.uint64(1023 << 52)  # exponent of the numbers from 1 to 2
PARTS = 128  # of these numbers, each about its middle
PART, PART_OF, MIDDLE = np.uint64(45), np.uint64(127 << 45), np.uint64(1 << 44)


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
    """Fill the largest log-sum of all nodes [type], and what rivals weigh over it [node, type]."""
    top[:] = NO_RIVALS
    for node in range(rivals.shape[0]):
        for i in range(top.size):
            top[i] = max(top[i], rivals[node, i])
    for node in range(rivals.shape[0]):
        for i in range(top.size):
            weigh[node, i] = exp(rivals[node, i] - top[i])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def at_start(base, taste, alpha, keep, value, log_price, top, own, others, outside):
    """Fill what a product and its rivals' top weigh, and exp(-(1-rho) T), at the price to start from."""
    spread = 1.0 / keep
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
def profits(own, market, months, rho, values, log_costs, passes):
    """Discounted profit of each provider's candidates at the prices of their own conditions.

    own: base [provider, type], rivals [provider, node, type], Lerner index to start from and highest
    [provider]; market: taste, alpha, weights [type]; months: USD [node]; the rest [provider, candidate].
    A product weighs at least exp(-708) of the strongest rivals of all nodes.
    """
    (bases, rivals, lerner, highest), (taste, alpha, weights) = own, market
    keep, types = 1.0 - rho, taste.size
    octaves, parts = tables(-keep)
    top, mine, others, outside = np.empty(types), np.empty(types), np.empty(types), np.empty(types)
    now, nest, near = np.empty(types), np.empty(types), np.empty(types)
    weigh = np.empty((months.size, types))
    found = np.zeros(values.shape)
    for p in range(values.shape[0]):
        against(rivals[p], top, weigh)
        first = min(lerner[p], highest[p])
        markup = -np.log1p(-first)
        for k in range(values.shape[1]):
            price = log_costs[p, k] + markup
            at_start(bases[p], taste, alpha, keep, values[p, k], price, top, mine, others, outside)
            for node in range(months.size):
                margin = first
                together(mine, others, weigh[node], nest)
                nearby(nest, octaves, parts, near)
                nest_odds(nest, outside, -keep, near)
                sold, fall = sales(mine, nest, near, weights, alpha, rho)
                for _ in range(passes):
                    margin = min(sold / (sold + fall), highest[p])
                    rise = (-np.log1p(-margin) - markup) / keep
                    at_price(mine, alpha, rise, now)
                    together(now, others, weigh[node], nest)
                    nearby(nest, octaves, parts, near)
                    nest_odds(nest, outside, -keep, near)
                    sold, fall = sales(now, nest, near, weights, alpha, rho)
                found[p, k] += months[node] * sold * margin
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def attractions(known, taste, values, there, top, weigh):
    """Fill the largest utility of firms that are there [type], and exp(V - top) [firm, type], 0 of others."""
    top[:], weigh[:] = -np.inf, 0.0
    for f in range(values.size):
        for i in range(taste.size if there[f] else 0):
            weigh[f, i] = known[f, i] + taste[i] * values[f]
            top[i] = max(top[i], weigh[f, i])
    for f in range(values.size):
        for i in range(taste.size if there[f] else 0):
            weigh[f, i] = exp(weigh[f, i] - top[i])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def all_but_one(weigh, sums, total):
    """Fill the sums of weights [firm, type] over all firms but one, and over all in the last row."""
    firms, types = weigh.shape
    total[:] = 0.0
    for f in range(firms):
        for i in range(types):
            sums[f, i] = total[i]
            total[i] += weigh[f, i]
    sums[firms] = total
    total[:] = 0.0
    for f in range(firms - 1, -1, -1):
        for i in range(types):
            sums[f, i] += total[i]
            total[i] += weigh[f, i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def rivals_of_each(known, taste, values, there):
    """Log-sums of exp(known + taste v) over all firms but one that are there, and over all in the last row.

    known [firm, type], taste [type], values v and there [firm, node]; the sums [firm, node, type].
    """
    (firms, nodes), types = values.shape, taste.size
    sums = np.empty((firms + 1, nodes, types))
    weigh, top, total = np.empty((firms, types)), np.empty(types), np.empty(types)
    for node in range(nodes):
        attractions(known, taste, values[:, node], there[:, node], top, weigh)
        all_but_one(weigh, sums[:, node], total)
        for f in range(firms + 1):
            for i in range(types):
                rest = sums[f, node, i]
                sums[f, node, i] = top[i] + log(rest) if rest > 0.0 else -np.inf
    return sums
