"""Demand: slopes, surplus, invariances and refusals, for both forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.economics.choice import nests_of
from sim.economics.demand import FORMS, LogitDemand
from sim.economics.equilibrium import solve_prices

FORM = st.sampled_from(FORMS)
V0 = arrays(float, (2, 4), elements=st.floats(-3, 3))
ALPHA = arrays(float, 2, elements=st.floats(0.8, 2.5))
COSTS = arrays(float, 4, elements=st.floats(0.2, 2.0))
PRICES = arrays(float, 4, elements=st.floats(0.3, 4.0))
RHO = st.floats(0.0, 0.8)
FIRMS, NESTS, WEIGHTS = [0, 0, 1, 2], ["a", "b", "a", "b"], [0.3, 0.7]


@given(FORM, V0, ALPHA, PRICES, RHO)
@settings(max_examples=60, deadline=None)
def test_slopes_are_those_of_the_quantities(form, V0, alpha, prices, rho):
    demand = LogitDemand(V0, alpha, WEIGHTS, form, None, NESTS, rho)
    step = 1e-6
    for k in range(4):
        up, down = prices.copy(), prices.copy()
        up[k] += step
        down[k] -= step
        numeric = (demand.quantities(up) - demand.quantities(down)) / (2 * step)
        np.testing.assert_allclose(demand.jacobian(prices)[:, k], numeric, rtol=1e-5, atol=1e-7)
        surplus = (demand.consumer_surplus(up) - demand.consumer_surplus(down)) / (2 * step)
        assert surplus == pytest.approx(-demand.quantities(prices)[k], rel=1e-5, abs=1e-8)


@given(FORM, V0, ALPHA, PRICES, RHO)
@settings(max_examples=60, deadline=None)
def test_shares_add_up_and_diversion_goes_somewhere(form, V0, alpha, prices, rho):
    demand = LogitDemand(V0, alpha, WEIGHTS, form, None, NESTS, rho)
    assert demand.shares(prices).sum() + demand.outside_share(prices) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(demand.diversion(prices).sum(axis=1), 1.0, rtol=1e-9)
    spent = demand.revenue(prices)
    expected = prices * demand.quantities(prices)
    np.testing.assert_allclose(spent, expected, rtol=1e-12)
    if form == "constant_expenditure":
        np.testing.assert_allclose(spent, demand.shares(prices), rtol=1e-12)


@given(FORM, V0, ALPHA, COSTS, st.floats(0.1, 0.9))
@settings(max_examples=25, deadline=None)
def test_splitting_a_type_changes_nothing(form, V0, alpha, costs, part):
    whole = LogitDemand(V0, alpha, WEIGHTS, form)
    weights = [part * WEIGHTS[0], (1 - part) * WEIGHTS[0], WEIGHTS[1]]
    split = LogitDemand(V0[[0, 0, 1]], alpha[[0, 0, 1]], weights, form)
    one, other = (solve_prices(demand, costs, FIRMS) for demand in (whole, split))
    assert one.status == other.status
    np.testing.assert_allclose(one.prices, other.prices, rtol=1e-8)


@given(FORM, V0, ALPHA, COSTS, st.floats(0.01, 100.0))
@settings(max_examples=25, deadline=None)
def test_the_money_unit_does_not_matter(form, V0, alpha, costs, k):
    base = LogitDemand(V0, alpha, WEIGHTS, form)
    if form == "unit_demand":
        other = LogitDemand(V0, alpha / k, WEIGHTS, form)
    else:
        other = LogitDemand(V0 + alpha[:, None] * np.log(k), alpha, WEIGHTS, form)
    found, scaled = solve_prices(base, costs, FIRMS), solve_prices(other, k * costs, FIRMS)
    np.testing.assert_allclose(scaled.prices, k * found.prices, rtol=1e-8)
    np.testing.assert_allclose(scaled.shares, found.shares, rtol=1e-7)


@given(FORM, V0, ALPHA, COSTS)
@settings(max_examples=25, deadline=None)
def test_without_correlation_nests_are_the_plain_logit(form, V0, alpha, costs):
    plain = solve_prices(LogitDemand(V0, alpha, WEIGHTS, form), costs, FIRMS)
    for rho in (0.0, 1e-9):
        nested = solve_prices(LogitDemand(V0, alpha, WEIGHTS, form, None, NESTS, rho), costs, FIRMS)
        np.testing.assert_allclose(nested.prices, plain.prices, rtol=1e-6)


def test_utilities_of_any_size_are_safe():
    demand = LogitDemand([[900.0, -900.0], [-2000.0, 700.0]], [1.0, 1.0], [1.0, 1.0], "unit_demand")
    prices = np.array([1.0, 1.0])
    assert np.isfinite(demand.shares(prices)).all()
    assert demand.consumer_surplus(prices) == pytest.approx(899.0 + 699.0)


def test_a_nest_out_of_reach_takes_no_share():
    demand = LogitDemand(
        [[1.0, 2.0]], [1.0], [1.0], "unit_demand", [[1.0, 0.0]], ["here", "there"], [0.2, 0.7]
    )
    alone = LogitDemand([[1.0]], [1.0], [1.0], "unit_demand")
    assert demand.shares([1.0, 1.0])[1] == 0.0
    assert demand.shares([1.0, 1.0])[0] == pytest.approx(alone.shares([1.0])[0], rel=1e-14)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"V0": [1.0, 2.0]}, "V0 must be a table"),
        ({"V0": [[np.nan, 1.0]]}, "V0 must be finite"),
        ({"alpha": [0.0]}, "alpha must be finite and above 0"),
        ({"alpha": [1.0, 1.0]}, "one number per customer type"),
        ({"weights": [-1.0]}, "weights must be finite and 0 or more"),
        ({"weights": [0.0]}, "must not all be 0"),
        ({"form": "linear"}, "form must be"),
        ({"availability": [[0.5, 1.0]]}, "availability must hold 0 or 1"),
        ({"rho": 0.5}, "rho needs nesting_ids"),
        ({"nesting_ids": [0, 0], "rho": 1.0}, r"rho must lie in \[0, 1\)"),
        ({"nesting_ids": [0], "rho": 0.5}, "one nest per product"),
        ({"nesting_ids": [0, 1], "rho": [0.5, 0.1, 0.2]}, "one per nest"),
        ({"nesting_ids": nests_of([0], 0.5)}, "one nest per product"),
    ],
)
def test_bad_input_is_told_in_a_sentence(change, words):
    good = {"V0": [[1.0, 2.0]], "alpha": [1.0], "weights": [1.0], "form": "unit_demand"}
    with pytest.raises(ValueError, match=words):
        LogitDemand(**{**good, **change})


def test_nests_serve_as_well_as_their_ids():
    rho = [0.5, 0.2, 0.7]
    by_ids = LogitDemand(np.eye(4), [1.0] * 4, [1.0] * 4, "unit_demand", None, ["a", "b", "a", "c"], rho)
    by_nests = LogitDemand(np.eye(4), [1.0] * 4, [1.0] * 4, "unit_demand", None, by_ids.nests)
    some, prices = np.array([1, 2, 3]), np.linspace(0.5, 2.0, 4)
    np.testing.assert_array_equal(by_nests.shares(prices), by_ids.shares(prices))
    part = LogitDemand(
        np.eye(4)[:, 1:], [1.0] * 4, [1.0] * 4, "unit_demand", None, ["b", "a", "c"], [0.2, 0.5, 0.7]
    )
    for demand in (by_ids, by_nests):
        np.testing.assert_array_equal(demand.among(some).shares(prices[1:]), part.shares(prices[1:]))


def test_prices_are_checked():
    demand = LogitDemand([[1.0, 2.0]], [1.0], [1.0], "constant_expenditure")
    with pytest.raises(ValueError, match="2 finite numbers"):
        demand.shares([1.0])
    with pytest.raises(ValueError, match="above 0"):
        demand.shares([1.0, 0.0])
