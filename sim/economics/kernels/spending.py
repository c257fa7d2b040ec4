"""Compiled spending of a month, one pass over the columns of workloads; see `sim.economics.spending`."""

# mypy: allow-untyped-defs
from math import exp

import numpy as np
from numba import njit

LOWEST_CODE = -3  # of a product


@njit(error_model="numpy", cache=True)
def spending(who, what, homes, growth, unit):
    """What budgets are spent on, see `spent`, and whose sales that is, see `sold`."""
    spend, use, took = spent(who, what, homes[1].size, growth, unit)
    return *sold(spend, use, took, what, homes), took.sum()


@njit(error_model="numpy", cache=True)
def spent(who, what, segments, growth, unit):
    """Outlay and users [segment, product], and what hosts took [product].

    Where `unit` is 0 budgets are spent. Who uses none of the products on sale spends nothing.
    """
    segment, product, budget, taken, sensitivity = who
    code, _, price, _, room = what
    products, codes = code.size, room.size - LOWEST_CODE
    place = np.full(codes, products)
    for j in range(products):
        place[code[j] - LOWEST_CODE] = j
    spend, use = np.zeros((segments, products)), np.zeros((segments, products))
    took = np.zeros(products)
    for i in range(product.size):
        j = place[product[i] - LOWEST_CODE]
        if j == products:
            continue
        amount, paid = budget[i] * growth, price[j]
        if taken[i] > 0.0:
            higher = min(taken[i], sensitivity[i] * room[product[i]]) / sensitivity[i]
            paid = paid + higher * unit if unit > 0.0 else paid * exp(higher)
        if unit > 0.0:
            amount = amount * paid / unit
        if paid > price[j]:
            took[j] += amount * (1.0 - price[j] / paid)
        spend[segment[i], j] += amount
        use[segment[i], j] += 1.0
    return spend, use, took


@njit(error_model="numpy", cache=True)
def sold(spend, use, took, what, homes):
    """The outlay [segment, product] by providers, segments, products and governments, and who uses what.

    Sales, their sums and the cost of serving have a last row for what needs no provider (-1), which is no
    trade. The outlay less what hosts took buys tokens at list prices.
    """
    _, provider, price, unit_cost, _ = what
    home, segment_home, size, governments = homes
    sales, earned = np.zeros((home.size + 1, size.size)), np.zeros(home.size + 1)
    serving, revenue = np.zeros(home.size + 1), np.zeros(provider.size)
    trade, using = np.zeros((governments, governments)), np.zeros(size.size)
    share = np.empty((size.size, provider.size))
    for s in range(size.size):
        for j in range(provider.size):
            amount, users = spend[s, j], use[s, j]
            revenue[j] += amount
            sales[provider[j], s] += amount
            using[s] += users
            share[s, j] = users / size[s]
        for f in range(home.size):
            trade[home[f], segment_home[s]] += sales[f, s]
    for j in range(provider.size):
        earned[provider[j]] += revenue[j]
        if revenue[j] > 0.0:
            serving[provider[j]] += (revenue[j] - took[j]) / price[j] * unit_cost[j]
    return sales, earned, serving, revenue, trade, using, share
