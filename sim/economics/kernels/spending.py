"""Compiled spending of a month, one pass over the columns of workloads; see `sim.economics.spending`."""

# mypy: allow-untyped-defs
from math import exp

import numpy as np
from numba import njit

LOWEST_CODE = -3  # of a product


@njit(error_model="numpy", cache=True)
def spending(who, what, homes, growth, unit):
    """What budgets are spent on, see `spent`, and whose sales that is, see `sold`."""
    spend, use, tokens, took = spent(who, what, homes[1].size, growth, unit)
    sales, serving, revenue, trade = sold(spend, tokens, what, homes)
    return sales, serving, revenue, trade, use, took


@njit(error_model="numpy", cache=True)
def spent(who, what, segments, growth, unit):
    """Outlay and users [product, segment], tokens [product], what hosts took.

    Where `unit` is 0 budgets are spent. Who uses none of the products on sale spends nothing.
    """
    segment, product, budget, taken, sensitivity = who
    code, _, price, _, room = what
    products, codes, took = code.size, room.size - LOWEST_CODE, 0.0
    place = np.full(codes, products)
    for j in range(products):
        place[code[j] - LOWEST_CODE] = j
    spend, use = np.zeros((products, segments)), np.zeros((products, segments))
    tokens = np.zeros(products)
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
        took += amount * (1.0 - price[j] / paid) if paid > price[j] else 0.0
        spend[j, segment[i]] += amount
        use[j, segment[i]] += 1.0
        tokens[j] += amount / paid
    return spend, use, tokens, took


@njit(error_model="numpy", cache=True)
def sold(spend, tokens, what, homes):
    """The outlay [product, segment] by provider and segment, product, and governments of seller and buyer.

    Sales and the cost of serving have a last row for what needs no provider, which is no trade.
    """
    _, provider, _, unit_cost, _ = what
    home, segment_home, governments = homes
    sales, serving = np.zeros((home.size + 1, segment_home.size)), np.zeros(home.size + 1)
    revenue, trade = np.zeros(provider.size), np.zeros((governments, governments))
    for j in range(provider.size):
        seller = provider[j] if provider[j] >= 0 else home.size
        serving[seller] += tokens[j] * unit_cost[j]
        for s in range(segment_home.size):
            revenue[j] += spend[j, s]
            sales[seller, s] += spend[j, s]
    for f in range(home.size):
        for s in range(segment_home.size):
            trade[home[f], segment_home[s]] += sales[f, s]
    return sales, serving, revenue, trade
