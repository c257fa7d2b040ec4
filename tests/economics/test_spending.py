"""What customers spend: the compiled pass against one workload at a time, in plain Python."""

import math

import numpy as np
import pytest

from sim.economics.spending import Homes, Spenders, Spending, Supply, spending

CODES = [4, 5, 0, 2, -2, -3]  # two tiers a provider; 1 and 3 are not sold
PROVIDERS = [2, 2, 0, 1, -1, -1]
SEGMENTS, WORKLOADS, GROWTH = 5, 400, 1.3
HOMES = Homes(np.array([1, 0, 1]), np.array([0, 0, 1, 2, 1]), np.array([80, 70, 90, 100, 60]), 3)


@pytest.fixture
def who() -> Spenders:
    """Random workloads; some use nothing, some what is not sold, some took over a tuned model."""
    draw = np.random.default_rng(4)
    product = draw.integers(-3, 6, WORKLOADS)
    taken = np.where((product >= 0) & (draw.random(WORKLOADS) < 0.4), draw.exponential(0.5, WORKLOADS), 0.0)
    budget, alpha = draw.exponential(1e4, WORKLOADS), draw.uniform(0.2, 2, WORKLOADS)
    return Spenders(np.repeat(np.arange(SEGMENTS), HOMES.size), product, budget, taken, alpha)


@pytest.fixture
def what() -> Supply:
    """Random products; room under ceilings for some codes."""
    draw = np.random.default_rng(5)
    cost = draw.uniform(1, 9, len(CODES))
    room = np.array([0.2, math.inf, 0.0, math.inf, math.inf, 0.5])
    return Supply(np.array(CODES), np.array(PROVIDERS), cost * draw.uniform(1, 3, len(CODES)), cost, room)


def one_by_one(who: Spenders, what: Supply, unit: float | None) -> Spending:
    """The sums, workload by workload."""
    price, cost = what.price.tolist(), what.unit_cost.tolist()
    sales, serving, revenue = np.zeros((4, SEGMENTS)), np.zeros(4), np.zeros(len(CODES))
    trade, use, took = np.zeros((3, 3)), np.zeros((SEGMENTS, len(CODES))), 0.0
    for segment, code, budget, taken, alpha in zip(*(column.tolist() for column in who), strict=True):
        if code not in CODES:
            continue
        j = CODES.index(code)
        rise = min(taken / alpha, what.room[code]) if taken else 0.0
        paid = price[j] * math.exp(rise) if unit is None else price[j] + rise * unit
        outlay = GROWTH * budget * (1.0 if unit is None else paid / unit)
        seller = PROVIDERS[j]
        sales[seller, segment] += outlay
        serving[seller] += outlay / paid * cost[j]
        revenue[j] += outlay
        use[segment, j] += 1
        took += outlay - outlay * price[j] / paid
        if seller >= 0:
            trade[HOMES.provider[seller], HOMES.segment[segment]] += outlay
    share = use / HOMES.size[:, None]
    return Spending(sales, sales.sum(axis=1), serving, revenue, trade, use.sum(axis=1), share, took)


@pytest.mark.parametrize("unit", [None, 20.0], ids=["constant expenditure", "unit demand"])
def test_all_at_once_is_one_by_one(who: Spenders, what: Supply, unit: float | None) -> None:
    found, expected = spending(who, what, HOMES, GROWTH, unit), one_by_one(who, what, unit)
    for name in Spending._fields:
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12, err_msg=name)
    assert found.took > 0
    assert found.using.sum() == np.isin(who.product, CODES).sum() < WORKLOADS
    assert found.sales[:-1].sum() == pytest.approx(found.trade.sum())


def test_without_products_nobody_spends(who: Spenders) -> None:
    none, numbers = np.empty(0), np.empty(0, dtype=np.intp)
    found = spending(who, Supply(numbers, numbers, none, none, np.full(6, np.inf)), HOMES, GROWTH, None)
    assert (found.sales.sum(), found.serving.sum(), found.took) == (0.0, 0.0, 0.0)
    assert found.use.shape == (SEGMENTS, 0)
