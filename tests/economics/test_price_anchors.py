"""Closed forms and published cases of price setting."""

import mpmath as mp
import numpy as np
import pytest
from scipy.special import lambertw

from sim.economics.concentration import guppi, hhi, merged_hhi, presumed_harmful, upp
from sim.economics.demand import LogitDemand
from sim.economics.equilibrium import solve_prices
from sim.economics.predation import limit_price, longest_war, value_of_peace, value_of_war


def logit(V0, alpha=1.0, **options):
    return LogitDemand([V0], [alpha], [1.0], "unit_demand", **options)


@pytest.mark.parametrize(
    ("quality", "price"),
    [(2.0, 2.567143290409784), (800.0, 793.326289614614841), (1e-3, None), (-40.0, None), (60.0, None)],
)
def test_monopoly_is_lamberts(quality, price):
    found = solve_prices(logit([quality]), [1.0], ["one"])
    w = float(mp.lambertw(mp.exp(mp.mpf(quality) - 2)).real)
    assert found.status == "equilibrium"
    assert found.prices[0] == pytest.approx(2.0 + w, rel=1e-10)
    assert found.shares[0] == pytest.approx(w / (1.0 + w), rel=1e-8)
    if price is not None:
        assert found.prices[0] == pytest.approx(price, rel=1e-12)


def test_surplus_of_the_monopoly():
    found = solve_prices(logit([2.0]), [1.0], [1])
    assert found.shares[0] == pytest.approx(0.361896256634889, rel=1e-12)
    assert found.consumer_surplus == pytest.approx(0.449254401701112, rel=1e-12)


@pytest.mark.parametrize(("firms", "price"), [(2, 2.0), (5, 1.807055947791029)])
def test_symmetric_logit(firms, price):
    found = solve_prices(logit([3.0] * firms, 1.5), [1.0] * firms, range(firms))
    np.testing.assert_allclose(found.prices, price, rtol=1e-10)


def test_without_an_outside_option_the_margin_is_n_over_n_less_one():
    found = solve_prices(logit([500.0] * 4, 2.0), [1.0] * 4, range(4))
    np.testing.assert_allclose(found.margins, 4 / (3 * 2.0), rtol=1e-10)


def test_a_firms_products_carry_one_margin():
    found = solve_prices(logit([1.0, 2.0, 0.5, 1.5], 1.3), [0.2, 0.9, 0.4, 0.6], [0, 0, 0, 1])
    own = found.shares[:3].sum()
    np.testing.assert_allclose(found.margins[:3], 1.0 / (1.3 * (1.0 - own)), rtol=1e-10)


def test_lerner_of_constant_expenditure():
    demand = LogitDemand([[0.7, 0.2]], [2.2], [3.0], "constant_expenditure")
    found = solve_prices(demand, [1.0, 0.8], [0, 1])
    np.testing.assert_allclose(found.lerner, 1.0 / (1.0 + 2.2 * (1.0 - found.shares)), rtol=1e-10)


def test_margin_of_the_nested_logit():
    rho, alpha = 0.5, 1.4
    found = solve_prices(logit([2.0] * 3, alpha, nesting_ids=[0] * 3, rho=rho), [1.0] * 3, range(3))
    margin = (1 - rho) / (alpha * (1 - rho / 3 - (1 - rho) * found.shares))
    np.testing.assert_allclose(found.margins, margin, rtol=1e-10)


@pytest.mark.parametrize(
    ("firms", "conduct", "price"),
    [
        (2, 0.0, 1.472926660030623),
        (2, 1.0, 1.924980919017762),
        (2, 0.5, 1.7105722270437735),
        (3, 0.0, 1.370162729384164),
        (3, 1.0, 2.0),
    ],
)
def test_published_duopoly_and_triopoly(firms, conduct, price):
    found = solve_prices(logit([8.0] * firms, 4.0), [1.0] * firms, range(firms), conduct=conduct)
    np.testing.assert_allclose(found.prices, price, rtol=1e-10)


def test_best_deviation_from_the_monopoly_and_the_patience_that_stops_it():
    demand = logit([8.0, 8.0], 4.0)
    nash, joint = (solve_prices(demand, [1.0, 1.0], [0, 1], conduct=kappa) for kappa in (0.0, 1.0))
    assert nash.profits[0] == pytest.approx(0.222926660030623, rel=1e-9)
    assert joint.profits[0] == pytest.approx(0.337490459508881, rel=1e-9)
    alone = solve_prices(demand, [1.0, 1.0], [0, 1], fixed_prices=[np.nan, joint.prices[1]])
    w = lambertw(np.exp(4.0 - 1.0) / (1.0 + np.exp((2.0 - joint.prices[1]) / 0.25))).real
    assert alone.prices[0] == pytest.approx(1.0 + 0.25 * (1.0 + w), rel=1e-10)  # 1.66169485...
    patience = (alone.profits[0] - joint.profits[0]) / (alone.profits[0] - nash.profits[0])
    assert patience == pytest.approx(0.393097965229, rel=1e-10)


def test_the_published_merger():
    demand, costs = logit([2.0, 1.8, 2.2, 1.0]), np.array([0.5, 0.4, 0.7, 0.2])
    pre, post = solve_prices(demand, costs, [0, 1, 2, 3]), solve_prices(demand, costs, [0, 0, 2, 3])
    change = 100.0 * (post.prices / pre.prices - 1.0)
    np.testing.assert_allclose(change, [16.74, 19.62, 2.13, 1.70], atol=5e-3)
    inside = pre.shares / pre.shares.sum()
    naive, rise = merged_hhi(inside, 0, 1)
    assert hhi(inside) == pytest.approx(2600.92, abs=5e-3)
    assert rise == pytest.approx(1513.37, abs=5e-3)
    assert naive == pytest.approx(hhi(np.array([inside[0] + inside[1], *inside[2:]])), rel=1e-12)
    assert post.hhi < naive
    slopes, firms = demand.jacobian(pre.prices), np.arange(4)
    index = guppi(slopes, pre.margins, pre.prices, firms, np.array([0, 1]))
    np.testing.assert_allclose(index, [0.197798, 0.228923, 0.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(upp(slopes, pre.margins, firms, np.array([0, 1])), index * pre.prices)


@pytest.mark.parametrize(
    ("after", "rise", "joint", "harmful"),
    [(1801, 101, 0.1, True), (1799, 101, 0.1, False), (1801, 99, 0.5, False), (1000, 101, 0.31, True)],
)
def test_guideline_screens(after, rise, joint, harmful):
    assert presumed_harmful(after, rise, joint) is harmful


def test_limit_price_and_wars():
    assert limit_price(10.0, 2.0, 0.0, 2.0, 0.9) == pytest.approx(6 - 2 * np.sqrt(2), rel=1e-12)
    assert limit_price(10.0, 8.0, 0.0, 2.0, 0.9) == 5.0  # the strong one's monopoly price is low enough
    assert value_of_peace(3.0, 0.95) == pytest.approx(60.0)
    wars = [value_of_war(-2.0, 10.0, 0.95, periods) for periods in (1, 10, 17, 18)]
    np.testing.assert_allclose(wars, [188.0, 103.70, 60.35, 55.33], atol=5e-3)
    assert longest_war(3.0, -2.0, 10.0, 0.95) == 17
    assert value_of_war(-2.0, 10.0, 0.95, np.inf) == pytest.approx(-40.0)
    assert longest_war(3.0, 4.0, 10.0, 0.95) == np.inf
    assert longest_war(3.0, -2.0, 2.0, 0.95) == 0.0
    with pytest.raises(ValueError, match="intercept"):
        limit_price(1.0, 2.0, 0.0, 2.0, 0.9)
