"""Expected profit of a training run against the demand system it stands for."""

from dataclasses import replace

import numpy as np
import pytest

from sim.economics import investment
from sim.economics.demand import LogitDemand
from sim.economics.equilibrium import solve_prices

RHO, SPEND = 0.6, 1e9
BASE = np.array([-3.0, -2.0, -2.5])
TASTE = np.array([0.4, 0.5, 0.3])
ALPHA = np.array([0.2, 0.3, 0.5])
WEIGHTS = np.array([0.5, 0.3, 0.2])


def prospect(rival_utilities: np.ndarray) -> investment.Prospect:
    return investment.Prospect(
        base=BASE,
        taste=TASTE,
        sensitivity=ALPHA,
        weights=WEIGHTS,
        rho=RHO,
        rivals=investment.log_sum(np.moveaxis(rival_utilities, -1, 0) / (1 - RHO)),
        spend=np.array([SPEND]),
        discounted_months=np.array([1.0]),
    )


def logit(values: np.ndarray) -> LogitDemand:
    return LogitDemand(
        BASE[:, None] + TASTE[:, None] * values, ALPHA, WEIGHTS, "constant_expenditure",
        nesting_ids=["mega"] * len(values), rho=RHO,
    )  # fmt: skip


def test_shares_are_those_of_the_demand_system() -> None:
    values, prices = np.array([6.0, 5.0, 7.0]), np.array([8.0, 5.0, 12.0])
    utilities = BASE[:, None] + TASTE[:, None] * values - ALPHA[:, None] * np.log(prices)
    shares, within = investment.own_shares(prospect(utilities[None, :, 1:]), utilities[None, None, :, 0])
    whole = logit(values).individual_shares(prices)
    assert shares[0, 0] == pytest.approx(whole[:, 0], rel=1e-12)
    assert within[0, 0] == pytest.approx(whole[:, 0] / whole.sum(axis=1), rel=1e-12)


def test_expected_profit_is_the_best_reply_in_price() -> None:
    """Against fixed rivals the evaluation earns what the price solver's best reply earns."""
    values, costs = np.array([6.0, 5.0, 7.0]), np.array([3.0, 2.0, 5.0])
    fixed = np.array([np.nan, 5.0, 12.0])
    reply = solve_prices(logit(values), costs, ["me", "b", "c"], fixed_prices=fixed)
    rivals = BASE[:, None] + TASTE[:, None] * values[1:] - ALPHA[:, None] * np.log(fixed[1:])
    profit = investment.expected_profits(prospect(rivals[None]), values[:1], costs[:1], 0.5)
    best = reply.revenue[0] * reply.lerner[0] * SPEND
    assert profit[0] == pytest.approx(best, rel=2e-3)
    assert profit[0] <= best * (1 + 1e-12)


def test_without_rivals_the_candidate_faces_no_ai_alone() -> None:
    empty = prospect(np.empty((1, 3, 0)))
    shares, within = investment.own_shares(empty, np.zeros((1, 1, 3)))
    assert shares == pytest.approx(np.full((1, 1, 3), 0.5))
    assert within == pytest.approx(np.ones((1, 1, 3)))


def test_better_rivals_lower_and_cheaper_serving_raises_expected_profit() -> None:
    def profit(rival: float, cost: float) -> float:
        rivals = np.full((1, 3, 1), rival)
        return float(investment.expected_profits(prospect(rivals), np.array([6.0]), np.array([cost]), 0.5)[0])

    assert profit(0.0, 3.0) < profit(-1.0, 3.0)
    assert profit(0.0, 2.0) > profit(0.0, 3.0)


@pytest.mark.parametrize(
    ("rho", "lonely"), [(0.0, 0), (0.3, 1), (0.6, 0), (0.8, slice(2)), (0.95, slice(None))]
)
def test_the_compiled_road_gives_what_the_formulas_give(rho: float, lonely: int | slice) -> None:
    rng = np.random.default_rng(5)
    types, nodes, rivals = 90, 4, 6
    outlook = investment.Prospect(
        base=rng.normal(-2, 2, types),
        taste=rng.uniform(0.1, 0.8, types),
        sensitivity=rng.uniform(0.1, 2.0, types),
        weights=rng.dirichlet(np.ones(types)),
        rho=rho,
        rivals=investment.log_sum(rng.normal(0, 4, (rivals, nodes, types)) / (1 - rho)),
        spend=rng.uniform(1e8, 1e9, nodes),
        discounted_months=rng.uniform(1, 6, nodes),
    )
    outlook.rivals[lonely, :9], outlook.base[5:12] = -np.inf, -1e6
    values, costs = rng.uniform(-2, 20, 17), rng.uniform(0.01, 50, 17)
    compiled = investment.expected_profits(outlook, values, costs, 0.4)
    assert compiled == pytest.approx(investment.plain_profits(outlook, values, costs, 0.4), rel=1e-12)
    alone = prospect(np.empty((1, 3, 0)))
    one = investment.expected_profits(alone, values, costs, 0.4)
    assert one == pytest.approx(investment.plain_profits(alone, values, costs, 0.4), rel=1e-12)


def test_rivals_of_each_are_all_others_who_are_there() -> None:
    rng = np.random.default_rng(2)
    taste, values = rng.uniform(0, 2, 30), rng.normal(0, 3, (6, 4))
    there = np.ones((6, 4), dtype=bool)
    there[1, :2] = there[4] = there[:, 3] = False
    base, prices, alpha = rng.normal(0, 4, (6, 30)), rng.uniform(0.1, 9, 6), rng.uniform(0, 2, 30)
    prices[4] = np.nan
    market, which = (taste, alpha), np.array([5, 0, 4, 1])
    found = investment.rivals_of_each(which, base, prices, market, values, there, RHO)
    known = base - alpha * np.log(prices)[:, None]
    scaled = (known[:, None] + taste * values[:, :, None]) / (1 - RHO)
    scaled[~there] = -np.inf
    for row, provider in enumerate(which):
        others = investment.log_sum(np.delete(scaled[:, :3], provider, axis=0))
        np.testing.assert_allclose(found[row, :3], others, rtol=1e-12, atol=1e-13)
    assert np.isneginf(found[:, 3]).all()
    one = which[1:2], base[:1], prices[:1], market, values[:1], there[:1]
    assert np.isneginf(investment.rivals_of_each(*one, RHO)).all()


def test_paths_follow_the_trend_or_a_better_model_that_is_announced() -> None:
    capability, months, none = np.array([3.0, np.nan, np.nan, 5.0]), np.array([2.0, 6.0, 10.0]), np.nan
    plans = [(0, 3.5, 6), (1, -2.0, 10), (3, 4.0, 2)]
    found, there = investment.expected_paths(capability, 0.05, plans, months)
    expected = np.array([[3.1, 3.5, 3.5], [none, none, -2.0], [none] * 3, [5.1, 5.3, 5.5]])
    np.testing.assert_array_equal(there, np.isfinite(expected))
    np.testing.assert_allclose(found, np.nan_to_num(expected), rtol=1e-15)
    unplanned = investment.expected_paths(capability, 0.05, [], months)[0]
    np.testing.assert_allclose(unplanned[0], [3.1, 3.3, 3.5], rtol=1e-15)
    assert not unplanned[1:3].any()


@pytest.mark.parametrize("grow", [True, False])
@pytest.mark.parametrize("unlike", [4.5, 0.5])
@pytest.mark.parametrize("close", [0.01, 0.3, 2.0])
def test_what_is_left_out_unpriced_is_not_the_best(close: float, unlike: float, grow: bool) -> None:
    """Budgets by which gains lie `close` together; some providers have a model in hand, which is told.

    Values and costs lie as far from their middle as candidates are `unlike`.
    """
    rng = np.random.default_rng(7)
    providers, candidates, nodes = 60, 12, 3
    base, rivals = rng.normal(-2, 2, (providers, 3)), rng.normal(0, 5, (providers, nodes, 3))
    if grow:
        rivals[:, 1:] = rivals[:, :1] + rng.uniform(0, 0.1, (providers, nodes - 1, 3)).cumsum(axis=1)
    months = np.array([1e-6, 3.0, 5.0])  # little is known after the first node
    highest, lerner = rng.choice([1.0, 0.8, 0.3], providers), rng.choice([0.2, 0.7, 0.995], providers)
    values, costs = 4.5 + unlike * rng.uniform(-1, 1, (2, providers, candidates))
    terms = (TASTE, ALPHA, WEIGHTS, RHO)
    each = [
        investment.Prospect(base[i], *terms, rivals[i], np.full(nodes, SPEND), months, float(highest[i]))
        for i in range(providers)
    ]
    left = 0.9
    plain = left * np.array(
        [
            investment.plain_profits(one, value, cost / left, start)
            for one, value, cost, start in zip(each, values, costs, lerner.tolist(), strict=True)
        ]
    )
    budgets = plain * (1 - close * rng.uniform(-0.3, 1, plain.shape))
    budgets[::2, -1], budgets[1::2, -1] = 0.0, np.inf
    together = investment.Prospect(base, *terms, rivals, np.full(nodes, SPEND), months, highest)
    gains, kept, best = investment.gains_of_each(together, values, costs, lerner, budgets, left)
    np.testing.assert_allclose(kept[::2], plain[::2, -1], rtol=1e-11)
    assert (kept[1::2] == 0).all()
    runs, out = (plain - kept[:, None] - budgets)[:, :-1], np.isneginf(gains)
    size = (plain + kept[:, None] + budgets)[:, :-1]
    assert (np.abs(gains - runs)[~out] < 1e-11 * size[~out]).all()
    largest = runs.max(axis=1)
    assert (best == gains.argmax(axis=1)).all()
    assert (best[largest > 0] == runs.argmax(axis=1)[largest > 0]).all()
    assert ((runs <= np.maximum(largest, 0)[:, None]) | ~out).all()
    assert (largest > 0).any()
    assert out.any()


def test_a_margin_to_start_from_is_held_at_the_highest_that_the_law_allows() -> None:
    outlook = prospect(np.array([[[3.0], [2.0], [1.0]]]))
    bound = replace(outlook, highest_lerner=0.9)
    one = np.array([6.0]), np.array([3.0])
    free, held, there = (
        investment.expected_profits(some, *one, lerner)[0]
        for some, lerner in ((outlook, 0.99), (bound, 0.99), (bound, 0.9))
    )
    assert held == there
    assert held == investment.expected_profits(outlook, *one, 0.9)[0]  # the law does not bind what follows
    assert abs(free / held - 1) > 1e-6


def test_who_may_sell_to_nobody_expects_nothing() -> None:
    nowhere = replace(prospect(np.full((1, 3, 1), -60.0)), base=np.full(3, -1e6))
    assert investment.expected_profits(nowhere, np.array([6.0]), np.array([3.0]), 0.5)[0] == 0
