"""Markets of many kinds: at the prices found no price wants to move, by an independent road."""

import numpy as np
import pytest

from sim.economics.demand import FORMS, LogitDemand
from sim.economics.equilibrium import solve_prices
from sim.economics.game import Taxes
from tests.economics.independent import slope


def drawn(seed, types=3, firms=3, tiers=2, spread=0.4):
    draw = np.random.default_rng(seed)
    products = firms * tiers
    return {
        "V0": draw.normal(1.0, 0.8, (types, products)),
        "alpha": np.exp(draw.normal(0.3, spread, types)),
        "weights": draw.dirichlet(np.ones(types)),
        "costs": draw.uniform(0.3, 1.2, products),
        "firms": np.repeat(np.arange(firms), tiers).tolist(),
    }


def solve(market, form, taxes=None, **options):
    """Solve, and complete the market for the independent road."""
    firms, conduct = np.array(market["firms"]), options.get("conduct", 0.0)
    market["form"] = form
    market.setdefault("ownership", np.where(firms[:, None] == firms, 1.0, conduct))
    ids = market.get("nesting_ids")
    rho = list(market["rho_by_nest"].values()) if "rho_by_nest" in market else 0.0
    demand = LogitDemand(
        market["V0"], market["alpha"], market["weights"], form, market.get("availability"), ids, rho
    )
    if taxes is not None:
        market.update(unit=taxes.unit, ad_valorem=taxes.ad_valorem)
    return solve_prices(demand, market["costs"], market["firms"], taxes=taxes, **options)


def assert_still(market, found, products):
    assert found.status == "equilibrium"
    assert found.deviation_gain <= 1e-8
    for product in products:
        assert abs(slope(market, found.prices, product)) < 1e-8, product


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


def test_plain_market(form):
    market = drawn(1)
    assert_still(market, solve(market, form), range(6))


def test_nests_with_their_own_rho(form):
    market = drawn(2)
    market["nesting_ids"] = ["big", "small"] * 3
    market["rho_by_nest"] = {"big": 0.65, "small": 0.2}
    assert_still(market, solve(market, form), range(6))


def test_products_that_some_cannot_buy(form):
    market = drawn(3)
    market["availability"] = np.array([[1, 0, 1, 1, 0, 1], [1, 1, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1]], float)
    market["nesting_ids"] = [0, 1, 0, 1, 0, 1]
    market["rho_by_nest"] = {0: 0.5, 1: 0.3}
    assert_still(market, solve(market, form), range(6))


def test_inertia_makes_captives_dearer(form):
    market = drawn(4, types=4)
    market["V0"][:2, :2] += 2.0  # two types are used to the first firm
    assert_still(market, solve(market, form), range(6))


def test_conduct_and_export_bans(form):
    market = drawn(5)
    market["availability"] = np.array([[1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]], float)
    assert_still(market, solve(market, form, conduct=0.35), range(6))


def test_any_ownership_matrix(form):
    market = drawn(6)
    H = np.where(np.eye(6) > 0, 1.0, np.random.default_rng(6).uniform(0.0, 0.6, (6, 6)))
    market["ownership"] = H
    assert_still(market, solve(market, form, ownership=H), range(6))


def test_taxes_stand_inside_the_conditions(form):
    market = drawn(7)
    taxes = Taxes(unit=np.array([0.1, 0, 0, 0.2, 0, 0.05]), ad_valorem=np.array([0.2, 0.1, 0, 0, 0.3, 0.1]))
    found = solve(market, form, taxes=taxes)
    assert_still(market, found, range(6))
    paid = found.quantities @ (taxes.ad_valorem * found.prices + taxes.unit)
    assert found.tax_revenue == pytest.approx(paid, rel=1e-12)
    served = found.quantities @ market["costs"]
    assert sum(found.profits.values()) == pytest.approx(found.revenue.sum() - paid - served, rel=1e-10)


def test_fixed_prices_stay_and_count(form):
    market = drawn(8)
    fixed = np.array([np.nan, 1.1, np.nan, np.nan, 2.0, np.nan])
    found = solve(market, form, fixed_prices=fixed)
    assert_still(market, found, [0, 2, 3, 5])
    assert found.prices[1] == 1.1
    assert found.prices[4] == 2.0


def test_ceilings_and_floors_bind_and_the_rest_adjusts(form):
    market = drawn(9)
    free = solve(market, form).prices
    ceilings, floors = np.full(6, np.inf), np.full(6, -np.inf)
    ceilings[0], floors[3] = 0.9 * free[0], 1.2 * free[3]
    found = solve(market, form, ceilings=ceilings, floors=floors)
    assert_still(market, found, [1, 2, 4, 5])
    assert found.prices[0] == ceilings[0]
    assert found.prices[3] == floors[3]
    assert slope(market, found.prices, 0) > 0.0
    assert slope(market, found.prices, 3) < 0.0


def test_costs_by_customer_group(form):
    market = drawn(10)
    market["costs"] = np.random.default_rng(10).uniform(0.3, 1.2, (3, 6))
    market["nesting_ids"] = [0, 0, 0, 1, 1, 1]
    market["rho_by_nest"] = {0: 0.4, 1: 0.0}
    assert_still(market, solve(market, form), range(6))


@pytest.mark.parametrize("depth", [-30.0, -300.0, -900.0])
def test_tiny_shares_still_have_a_price(form, depth):
    market = drawn(11, spread=0.2)
    market["V0"][:, 5] = depth
    assert_still(market, solve(market, form), range(6))


def test_fifty_firms(form):
    market = drawn(12, types=2, firms=50, tiers=1)
    assert_still(market, solve(market, form), range(0, 50, 7))


def test_a_product_nobody_can_buy_leaves_the_others_alone(form):
    market = drawn(13)
    with_it = {**market, "availability": np.tile([1.0, 1, 1, 1, 1, 0], (3, 1))}
    found = solve(with_it, form)
    without = {key: market[key] for key in ("alpha", "weights")}
    without.update(V0=market["V0"][:, :5], costs=market["costs"][:5], firms=market["firms"][:5])
    assert found.status == "equilibrium"
    np.testing.assert_allclose(found.prices[:5], solve(without, form).prices, rtol=1e-9)
    assert np.isfinite(found.prices[5])


def test_all_prices_fixed_is_a_report(form):
    market = drawn(14)
    found = solve(market, form, fixed_prices=np.full(6, 1.5))
    assert found.status == "equilibrium"
    assert found.foc_residual == 0.0


@pytest.mark.parametrize("start", [1e-3, 1.0, 30.0])
def test_the_start_does_not_matter(form, start):
    market = drawn(15)
    np.testing.assert_allclose(
        solve(market, form, start=np.full(6, start)).prices, solve(market, form).prices, rtol=1e-9
    )


def test_a_large_panel_is_solved_like_a_small_one(form):
    market = drawn(16, types=3)
    many = {**market, "V0": np.repeat(market["V0"], 400, axis=0), "alpha": np.repeat(market["alpha"], 400)}
    many["weights"] = np.repeat(market["weights"] / 400, 400)
    found = solve(many, form)
    assert not found.deviation_checked
    np.testing.assert_allclose(found.prices, solve(market, form).prices, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"costs": [1.0]}, "costs must be"),
        ({"firm_ids": [0, 1, 2]}, "firm_ids must name"),
        ({"conduct": 1.5}, "conduct must lie"),
        ({"ownership": np.eye(3)}, "ownership must be"),
        ({"ownership": np.full((2, 2), 0.5)}, "1 on its diagonal"),
        ({"fixed_prices": [1.0, np.inf]}, "fixed_prices must be finite"),
        ({"taxes": Taxes(ad_valorem=1.0)}, "below 1"),
        ({"floors": 2.0, "ceilings": 1.0}, "floors must not"),
        ({"costs": [0.0, 1.0]}, "above 0 under constant"),
        ({"start": [0.0, 1.0]}, "prices must be above 0"),
    ],
)
def test_bad_input_is_told_in_a_sentence(change, words):
    demand = LogitDemand([[1.0, 1.0]], [2.0], [1.0], "constant_expenditure")
    with pytest.raises(ValueError, match=words):
        solve_prices(demand, **{"costs": [1.0, 1.0], "firm_ids": [0, 1], **change})
