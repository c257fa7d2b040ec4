"""Prices, welfare and slopes against markets solved by outside referees."""

import json
from pathlib import Path

import numpy as np
import pytest

from sim.economics.demand import LogitDemand
from sim.economics.equilibrium import solve_prices

CASES = json.loads((Path(__file__).parents[1] / "reference" / "price_equilibria.json").read_text())["cases"]


def market(case):
    given = case["inputs"]
    weights = given.get("weights") or given.get("budgets")
    nests = {"nesting_ids": given["nesting_ids"], "rho": given["rho"]} if given.get("nesting_ids") else {}
    return LogitDemand(given["V0"], given["alpha_i"], weights, case["demand"], given["availability"], **nests)


def solved(case, **options):
    given = case["inputs"]
    return solve_prices(market(case), given["costs"], given["firm_ids"], given.get("ownership"), **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_prices_agree_with_the_referee(case):
    found, truth = solved(case), case["outputs"]
    assert found.status == "equilibrium"
    np.testing.assert_allclose(found.prices, truth["prices"], rtol=1e-8)
    np.testing.assert_allclose(found.hhi, truth.get("hhi_inside_shares", truth.get("hhi")), rtol=1e-8)
    named = {str(firm): profit for firm, profit in found.profits.items()}
    assert named == pytest.approx(truth["firm_profits"], rel=1e-7)


@pytest.mark.parametrize("case", [c for c in CASES if c["demand"] == "unit_demand"], ids=lambda c: c["name"])
def test_slopes_and_surplus_agree_with_the_referee(case):
    demand, truth = market(case), case["outputs"]
    prices = np.array(truth["prices"])
    np.testing.assert_allclose(demand.shares(prices), truth["shares"], rtol=1e-8)
    np.testing.assert_allclose(demand.outside_share(prices), truth["outside_share"], rtol=1e-8)
    np.testing.assert_allclose(demand.consumer_surplus(prices), truth["consumer_surplus"], rtol=1e-8)
    np.testing.assert_allclose(demand.elasticities(prices), truth["elasticities"], rtol=1e-8)
    np.testing.assert_allclose(demand.diversion(prices), truth["diversion_ratios"], rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("case", [c for c in CASES if c["demand"] != "unit_demand"], ids=lambda c: c["name"])
def test_sales_under_constant_expenditure_agree_with_the_referee(case):
    found, truth = solved(case), case["outputs"]
    np.testing.assert_allclose(found.revenue, truth["revenue"], rtol=1e-8)
    np.testing.assert_allclose(found.quantities, truth["quantity"], rtol=1e-8)
    np.testing.assert_allclose(found.lerner, truth["lerner"], rtol=1e-8)


def test_a_start_where_shares_vanish_is_no_trap():
    case = next(c for c in CASES if c["name"] == "stress_large_utility")
    found = solved(case, start=np.full(3, 800.0))
    assert found.status == "equilibrium"
    np.testing.assert_allclose(found.prices, case["outputs"]["prices"], rtol=1e-10)
