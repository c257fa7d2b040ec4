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


def test_rivals_of_each_are_all_but_one_and_in_the_last_row_all() -> None:
    rng = np.random.default_rng(2)
    taste, values = rng.uniform(0, 2, 30), rng.normal(0, 3, (5, 4))
    there = np.ones((5, 4), dtype=bool)
    there[1, :2] = there[:, 3] = False
    base, prices, alpha = rng.normal(0, 4, (9, 30)), rng.uniform(0.1, 9, 5), rng.uniform(0, 2, 30)
    firms, market = np.array([7, 1, 2, 8, 4]), (taste, alpha)
    known = base[firms] - alpha * np.log(prices)[:, None]
    found = investment.rivals_of_each(base, firms, prices, market, values, there, RHO)
    scaled = (known[:, None] + taste * values[:, :, None]) / (1 - RHO)
    scaled[~there] = -np.inf
    for row in range(6):
        others = investment.log_sum(np.delete(scaled[:, :3], [row] if row < 5 else [], axis=0))
        np.testing.assert_allclose(found[row, :3], others, rtol=1e-12, atol=1e-13)
    assert np.isneginf(found[:, 3]).all()
    for few in range(2):
        some = base, firms[:few], prices[:few], market, values[:few], there[:few]
        assert np.isneginf(investment.rivals_of_each(*some, RHO)[0]).all()


@pytest.mark.parametrize("grow", [True, False])
@pytest.mark.parametrize("unlike", [4.5, 0.5])
@pytest.mark.parametrize("close", [0.01, 0.3, 2.0])
def test_what_is_left_out_unpriced_is_not_the_best(close: float, unlike: float, grow: bool) -> None:
    """Outlays by which gains lie `close` together; some providers have a model in hand, which is told.

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
    plain = np.array(
        [
            investment.plain_profits(*of_one)
            for of_one in zip(each, values, costs, lerner.tolist(), strict=True)
        ]
    )
    outlays = plain * (1 - close * rng.uniform(-0.3, 1, plain.shape))
    outlays[::2, -1], outlays[1::2, -1] = 0.0, np.inf
    together = investment.Prospect(base, *terms, rivals, np.full(nodes, SPEND), months, highest)
    found = investment.profits_of_each(together, values, costs, lerner, outlays)
    out = np.isneginf(found)
    np.testing.assert_allclose(found[~out], plain[~out], rtol=1e-11)
    best = np.maximum((found - outlays).max(axis=1), 0)
    assert ((plain - outlays <= best[:, None]) | ~out).all()
    assert out[1::2, -1].all()
    assert not out[::2, -1].any()
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
