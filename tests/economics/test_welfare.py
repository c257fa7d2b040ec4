"""Surplus, the planner and public money."""

import numpy as np
import pytest

from sim.economics.concentration import hhi_with_outside
from sim.economics.demand import LogitDemand
from sim.economics.equilibrium import solve_prices
from sim.economics.game import Taxes
from sim.economics.welfare import cost_of_funds, planner_prices, public_outlay_cost, welfare
from tests.economics.test_reference_prices import CASES, market


@pytest.mark.parametrize("case", [c for c in CASES if c["demand"] == "unit_demand"], ids=lambda c: c["name"])
def test_welfare_agrees_with_the_referee(case):
    truth = case["outputs"]
    found = welfare(market(case), truth["prices"], case["inputs"]["costs"])
    np.testing.assert_allclose(found.planner_prices, truth["planner_prices"], rtol=1e-12)
    for name in ("consumer_surplus", "producer_surplus", "total_surplus", "planner_total_surplus"):
        assert getattr(found, name) == pytest.approx(truth[name], rel=1e-8), name
    assert found.deadweight_loss == pytest.approx(truth["deadweight_loss"], rel=1e-6)


def test_nobody_beats_the_planner():
    demand = LogitDemand([[1.0, 2.0], [0.5, 3.0]], [1.0, 2.0], [0.4, 0.6], "unit_demand")
    costs = np.array([0.5, 0.8])
    for prices in np.random.default_rng(0).uniform(0.2, 3.0, (50, 2)):
        assert welfare(demand, prices, costs).deadweight_loss >= 0.0


def test_costs_by_group_are_averaged_for_the_planner():
    demand = LogitDemand([[1.0], [1.0]], [1.0, 1.0], [0.25, 0.75], "unit_demand")
    assert planner_prices(demand, [[1.0], [2.0]])[0] == pytest.approx(1.75)


def test_taxes_cost_more_than_they_raise():
    demand = LogitDemand([[2.0, 1.5]], [1.0], [1.0], "unit_demand")
    costs, firms = [0.5, 0.5], [0, 1]
    before = solve_prices(demand, costs, firms)
    after = solve_prices(demand, costs, firms, taxes=Taxes(ad_valorem=0.2))
    mcf = cost_of_funds(demand, before.prices, after.prices, costs, after.tax_revenue)
    lost = before.consumer_surplus - after.consumer_surplus
    lost += sum(before.profits.values()) - sum(after.profits.values())
    assert mcf == pytest.approx(lost / after.tax_revenue, rel=1e-10)
    assert mcf > 1.0
    with pytest.raises(ValueError, match="raises revenue"):
        cost_of_funds(demand, before.prices, after.prices, costs, 0.0)


def test_public_money_costs_what_it_costs():
    assert public_outlay_cost(100.0, 1.3) == pytest.approx(130.0)
    with pytest.raises(ValueError, match="1 or more"):
        public_outlay_cost(100.0, 0.9)


def test_hhi_with_the_outside_good():
    assert hhi_with_outside(np.array([0.5, 0.5]), 0.2) == pytest.approx(3200.0)
