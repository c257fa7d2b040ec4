"""Compiled utilities of customers, in blocks of rows.

Symbols: rows are workloads picked from whole columns; e utilities [product, row], products outside and rows
inside; `who` is the table of `utility.Traits`, `ties` are `utility.Ties`, `what` columns of `utility.Goods`,
`offers` who sells them. `sim.economics.utility` and `sim.economics.value` write out what they compute.
"""

# mypy: allow-untyped-defs
from typing import Any, NamedTuple

import numpy as np
from numba import njit, vectorize

from sim.economics.kernels.choice import EXACT, exp
from sim.economics.kernels.nests import BLOCK

LINEAR, SATURATING, THRESHOLD, GIVEN = range(4)  # value maps
LARGEST = 700.0  # exponent
ELSEWHERE = -9  # host of those without a provider
COLUMNS = 8  # numbers of a row that `wants` and `add_ties` keep in hand
BASE, TASTE, DEPTH, ENGINEERING, PRIVACY, SENSITIVITY, GAIN = range(7)  # traits; gains by mode from GAIN on


class Hand(NamedTuple):
    """What is in hand of a block of rows."""

    e: Any  # [product, row]
    rows: Any  # [column, row], numbers of the rows
    gained: Any  # [mode, row]
    feelings: Any  # [line, row]
    lines: Any  # columns of tastes
    of_product: Any  # place among `lines` of each product's line
    now: Any  # [row], code of the product in use
    host: Any  # [row], its provider


@vectorize(["float64(float64)"], cache=True)
def exponential(x):
    """Exponential of every element, relative error below 3e-14; of 700 where x > 700."""
    return exp(min(x, LARGEST))


@njit(error_model="numpy", inline="always")
def worth(form, size, middle, width, q):
    """Value of capability Q: Q, or with z = exp(-(Q - m)/w) P (1 - z) if it saturates, or H/(1 + z)."""
    z = 0.0 if form == LINEAR else exp(min((middle - q) / width, LARGEST))
    return q if form == LINEAR else size * (1.0 - z) if form == SATURATING else size / (1.0 + z)


@njit(error_model="numpy", cache=True)
def believed(rule, seen, weight, q):
    """Values of capabilities: of those seen as they are, of those beyond a `weight` of what they add."""
    form, size, middle, width = rule
    of_seen, found = worth(form, size, middle, width, seen), np.empty(q.size)
    for i in range(q.size):
        value = worth(form, size, middle, width, q[i])
        found[i] = (value if q[i] <= seen else of_seen) + weight * max(value - of_seen, 0.0)
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def qualities(rows, who, capability, mode, shallow):
    """Capability of every product as a row can use it, [row, product]."""
    found = np.empty((rows.size, capability.size))
    for i in range(rows.size):
        own = who[rows[i]]
        for j in range(capability.size):
            found[i, j] = capability[j] + own[GAIN + mode[j]] - own[DEPTH] * shallow[j]
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def curved_worths(e, n, rule, gained, deep, capability, mode, shallow):
    """Fill `e` with values under a map of z = exp(-(Q - m)/w): P (1 - z) if it saturates, else H/(1 + z).

    z is a product of what product, tuning and depth do to it; `gained` [mode, row] is used up.
    """
    form, size, middle, width, _ = rule
    for m in range(gained.shape[0]):
        for i in range(n):
            gained[m, i] = exp(min(-gained[m, i] / width, LARGEST))
    for j in range(capability.size):
        row, factor, z = e[j], gained[mode[j]], exp(min((middle - capability[j]) / width, LARGEST))
        if shallow[j] != 0.0:
            for i in range(n):
                row[i] = factor[i] * exp(min(deep[i] * shallow[j] / width, LARGEST))
            factor = row
        if form == SATURATING:
            for i in range(n):
                row[i] = size * (1.0 - z * factor[i])
        else:
            for i in range(n):
                row[i] = size / (1.0 + z * factor[i])


@njit(error_model="numpy", cache=True)
def in_hand(line, who):
    """Room for a block, with the lines as they come along the products, and the place of each product's."""
    modes = who.shape[1] - GAIN
    of_product, count = np.empty(line.size, dtype=np.intp), 0
    for j in range(line.size):
        count += j == 0 or line[j] != line[j - 1]
        of_product[j] = count - 1
    lines = np.empty(count, dtype=np.intp)
    for j in range(line.size):
        lines[of_product[j]] = line[j]
    now, host = np.empty(BLOCK, dtype=np.intp), np.empty(BLOCK, dtype=np.intp)
    rows = np.empty((COLUMNS, BLOCK))
    by_mode, by_line = np.empty((modes, BLOCK)), np.empty((lines.size, BLOCK))
    return Hand(np.empty((line.size, BLOCK)), rows, by_mode, by_line, lines, of_product, now, host)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def wants(hand, rows, low, n, rule, who, what):
    """Fill the utilities of a block of rows without price and what binds the rows.

    `rule`: number of a value map, its size, middle and width, and the values themselves where they are given.
    """
    form, given, e, gained = rule[0], rule[4], hand.e, hand.gained
    capability, mode, own_work, in_house, shallow = what
    start, liking, effort, secret, deep = hand.rows[0], hand.rows[1], hand.rows[2], hand.rows[3], hand.rows[4]
    alpha = hand.rows[5]
    for i in range(n):
        row = rows[low + i]
        start[i], liking[i], deep[i] = who[row, BASE], who[row, TASTE], who[row, DEPTH]
        effort[i], secret[i], alpha[i] = who[row, ENGINEERING], who[row, PRIVACY], who[row, SENSITIVITY]
        for m in range(gained.shape[0]):
            gained[m, i] = who[row, GAIN + m]
    if form == GIVEN:
        for i in range(n):
            for j in range(capability.size):
                e[j, i] = given[low + i, j]
    elif form == LINEAR:
        for j in range(capability.size):
            for i in range(n):
                e[j, i] = capability[j] + gained[mode[j], i] - deep[i] * shallow[j]
    else:
        curved_worths(e, n, rule, gained, deep, capability, mode, shallow)
    for j in range(capability.size):
        row, kept, work = e[j], in_house[j], own_work[j]
        for i in range(n):
            row[i] = start[i] + liking[i] * row[i] + (secret[i] * kept - effort[i] * work)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_ties(hand, rows, low, n, ties, offers, terms):
    """Add what a block of rows feels for lines, what leaving or staying costs, and alpha times `terms`.

    Leaves each row's product in `now`, its provider in `host` and what staying costs in the last of `rows`.
    """
    code, seller, _ = offers
    e, feelings, lines, of_product, now, host = (
        hand.e,
        hand.feelings,
        hand.lines,
        hand.of_product,
        hand.now,
        hand.host,
    )
    bound, alpha, leaving, staying = hand.rows[3], hand.rows[5], hand.rows[6], hand.rows[7]
    for i in range(n):
        row = rows[low + i]
        segment, present = ties.segment[row], ties.present[row]
        for k in range(lines.size):
            feelings[k, i] = ties.trust[segment, lines[k]] + ties.taste[row, lines[k]]
        now[i], host[i], leaving[i], staying[i] = present, ELSEWHERE, 0.0, 0.0
        if present >= 0:
            host[i], leaving[i] = ties.host[present], ties.leaving[present]
            staying[i] = min(ties.asked[present], alpha[i] * ties.room[present])
    for j in range(code.size):
        utility, feeling, provider, term = e[j], feelings[of_product[j]], seller[j], terms[j]
        if j == 0 or provider != seller[j - 1] or of_product[j] != of_product[j - 1]:
            for i in range(n):
                bound[i] = feeling[i] - (leaving[i] if provider != host[i] else 0.0)
        for i in range(n):
            utility[i] += alpha[i] * term + bound[i]
    place = places(code, ties.host.size)
    for i in range(n):
        if now[i] >= 0 and place[now[i]] >= 0:
            e[place[now[i]], i] -= staying[i]


@njit(cache=True)
def places(code, codes):
    """Place of each code from 0 on among the products, [code]; -1 of those that are not there."""
    found = np.full(codes, -1)
    for j in range(code.size):
        if code[j] >= 0:
            found[code[j]] = j
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def without_ties(rows, rule, who, what, trust, line, terms):
    """Utility of every product to a row with `trust` [row, line] and alpha times `terms` [product]."""
    hand, found = in_hand(line, who), np.empty((rows.size, line.size))
    for low in range(0, rows.size, BLOCK):
        n = min(BLOCK, rows.size - low)
        wants(hand, rows, low, n, rule, who, what)
        alpha = hand.rows[5]
        for j in range(line.size):
            for i in range(n):
                hand.e[j, i] += alpha[i] * terms[j] + trust[low + i, line[j]]
        put(hand.e, n, low, found)
    return found


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def with_ties(rows, rule, who, what, ties, offers, terms):
    """The same with feelings for lines, costs of leaving and staying, alpha times `terms`, [product, row]."""
    hand, found = in_hand(offers[2], who), np.empty((what[0].size, rows.size))
    for low in range(0, rows.size, BLOCK):
        n = min(BLOCK, rows.size - low)
        wants(hand, rows, low, n, rule, who, what)
        add_ties(hand, rows, low, n, ties, offers, terms)
        for j in range(found.shape[0]):
            for i in range(n):
                found[j, low + i] = hand.e[j, i]
    return found


@njit(error_model="numpy", cache=True)
def put(e, n, low, table):
    """Lay a block out in a table [row, product], rows outside."""
    for i in range(n):
        for j in range(table.shape[1]):
            table[low + i, j] = e[j, i]
