"""What governments' motives ask for, how they spread purchases, and what a law makes of budgets and margins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.config.policies import Motives
from sim.economics import investment, motives, progress
from sim.economics.procurement import purchase_shares

BASE = {
    "budget": 1e9,
    "security_value": 2e8,
    "tolerated_lag": 1.0,
    "second_source": 1e8,
    "rents": 0.1,
    "rivalry": 0.5,
}
TRAINING = sim.load("baseline").config.training
QUIET = {"lag": 0.0, "sources": 2, "profit_abroad": 0.0, "most_generous": 0.0}


def asked(change: dict[str, float] | None = None, **seen: float) -> float:
    return motives.grant(Motives(**(BASE | (change or {}))), **(QUIET | seen))  # type: ignore[arg-type]


def test_the_grant_rule_by_hand() -> None:
    assert asked() == 0
    assert asked(lag=1.0) == 0
    assert asked(lag=3.0) == pytest.approx(4e8)
    assert asked(sources=0) == pytest.approx(2e8)
    assert asked(sources=1) == pytest.approx(1e8)
    assert asked(sources=7) == 0
    assert asked(profit_abroad=2e9) == pytest.approx(2e8)
    assert asked(most_generous=6e8) == pytest.approx(3e8)
    assert asked(lag=2.0, sources=1, profit_abroad=1e9, most_generous=1e8) == pytest.approx(4.5e8)
    assert asked(lag=50.0) == 1e9
    assert asked({"budget": 0.0}, lag=50.0) == 0


@given(st.floats(0, 20), st.floats(0, 20), st.floats(0, 1e10), st.floats(0, 1e10))
def test_more_reason_never_pays_less_and_never_beyond_the_budget(
    lag: float, more: float, abroad: float, rival: float
) -> None:
    one = asked(lag=lag, profit_abroad=abroad, most_generous=rival)
    assert one <= asked(lag=lag + more, profit_abroad=2 * abroad, most_generous=2 * rival, sources=0) <= 1e9


def test_purchases_add_up_and_follow_utility() -> None:
    shares = purchase_shares(np.array([800.0, 801.0, 799.0]), 0.5)
    assert shares.sum() == pytest.approx(1)
    assert shares[1] / shares[0] == pytest.approx(np.exp(2.0))


@given(st.floats(1e5, 1e12), st.floats(1e5, 1e9))
def test_the_budget_of_an_effective_budget(budget: float, largest: float) -> None:
    worth = float(progress.effective_budget(TRAINING, budget, largest))
    assert progress.budget_of(TRAINING, worth, largest) == pytest.approx(budget, rel=1e-9)


@pytest.mark.parametrize("highest", [1.0, 0.5, 0.1, 0.0])
def test_a_cap_on_margins_by_two_roads(highest: float) -> None:
    draw = np.random.default_rng(3)
    types, nodes = 12, 4
    prospect = investment.Prospect(
        base=draw.normal(-3, 1, types), taste=draw.uniform(0.3, 0.6, types), sensitivity=draw.uniform(0.2, 0.4, types),
        weights=np.full(types, 1 / types), rho=0.6, rivals=draw.normal(2, 1, (nodes, types)),
        spend=np.full(nodes, 1e8), discounted_months=np.full(nodes, 6.0), highest_lerner=highest,
    )  # fmt: skip
    values, costs = np.array([1.0, 4.0, 8.0]), np.array([0.5, 1.0, 2.0])
    found = investment.expected_profits(prospect, values, costs, 0.7)
    np.testing.assert_allclose(
        found, investment.plain_profits(prospect, values, costs, 0.7), rtol=1e-9, atol=1e-6
    )
    assert (found == 0).all() == (highest == 0)


def test_losses_abroad_ask_for_nothing_and_take_nothing() -> None:
    assert asked(profit_abroad=-1e9) == 0
    assert asked(lag=2.0, profit_abroad=-1e9) == asked(lag=2.0)
