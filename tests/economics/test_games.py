"""Games made from games: other prices given, some products alone; against games made anew."""

import numpy as np
import pytest

from sim.economics.conditions import TINY, sales_and_surplus, solve_conditions, solve_market, solve_rows
from sim.economics.demand import FORMS, LogitDemand
from sim.economics.game import PriceGame, firms_of, price_game
from sim.economics.search import search

PRODUCTS, TYPES, TOLERANCE = 7, 600, 1e-10
FIRMS = ["a", "a", "b", "c", "c", "d", "d"]
NESTS = ["x", "y", "y", "x", "z", "z", "y"]
RHO = {"x": 0.2, "y": 0.6, "z": 0.4}


def game(form: str, kept: list[int] | None = None, fixed: np.ndarray | None = None) -> PriceGame:
    """A random market, or some of its products, with some prices given."""
    draw = np.random.default_rng(4)
    rows = list(range(PRODUCTS)) if kept is None else kept
    V0, costs = draw.normal(1, 1, (TYPES, PRODUCTS)), draw.uniform(0.3, 1.2, PRODUCTS)
    nests = [NESTS[j] for j in rows]
    demand = LogitDemand(
        V0[:, rows], draw.uniform(0.6, 2.0, TYPES), draw.dirichlet(np.ones(TYPES)), form,
        draw.random((TYPES, PRODUCTS))[:, rows] < 0.8, nests, [RHO[n] for n in dict.fromkeys(nests)],
    )  # fmt: skip
    return price_game(demand, costs[rows], [FIRMS[j] for j in rows], fixed_prices=fixed)


@pytest.mark.parametrize("form", FORMS)
def test_some_prices_move_as_in_the_game_with_the_others_given(form: str) -> None:
    held = np.full(PRODUCTS, np.nan)
    held[[0, 3, 4]] = [0.9, 2.0, 1.4]
    moving, start = np.isnan(held), np.where(np.isnan(held), 1.5, held)
    found = solve_conditions(game(form), start, moving, TOLERANCE)
    anew = solve_market(game(form, fixed=held), start, TOLERANCE)
    np.testing.assert_allclose(found.point, anew.point, rtol=1e-9)
    np.testing.assert_array_equal(found.point[~moving], held[~moving])


@pytest.mark.parametrize("form", FORMS)
def test_sales_and_surplus_are_those_of_demand(form: str) -> None:
    market, prices = game(form), np.linspace(0.9, 2.4, PRODUCTS)
    sold, surplus = sales_and_surplus(market, prices)
    np.testing.assert_allclose(sold, market.demand.mass @ market.demand.individual_shares(prices), rtol=1e-12)
    assert surplus == pytest.approx(market.demand.consumer_surplus(prices), rel=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_a_solution_knows_the_sales_and_the_surplus_there(form: str) -> None:
    market = game(form)
    found = solve_market(market, np.full(PRODUCTS, 1.5), TOLERANCE)
    demand, prices = market.demand, found.point
    np.testing.assert_allclose(found.sales, demand.mass @ demand.individual_shares(prices), rtol=1e-12)
    assert found.surplus == pytest.approx(demand.consumer_surplus(prices), rel=1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("moving", [[1, 2], [], range(PRODUCTS)])
def test_rows_are_solved_as_if_each_were_alone(form: str, moving: list[int]) -> None:
    market, free = game(form), np.isin(np.arange(PRODUCTS), moving)
    starts = np.random.default_rng(2).uniform(0.8, 3.0, (4, PRODUCTS)) * [[1.0], [1.01], [1e4], [1.0]]
    points, sales = solve_rows(market, starts, free, TOLERANCE)
    for start, point, sold in zip(starts, points, sales, strict=True):
        alone = solve_conditions(market, start, free, TOLERANCE)
        np.testing.assert_allclose(point, alone.point, rtol=1e-9)
        np.testing.assert_allclose(sold, sales_and_surplus(market, point)[0], rtol=1e-12)


def test_rows_in_which_sales_all_but_vanish_are_solved_by_the_plain_formulas() -> None:
    demand = LogitDemand([[3.0, -900.0], [2.0, -800.0]], [1.0, 2.0], [0.5, 0.5], "unit_demand")
    market, starts = price_game(demand, [1.0, 1.0], [0, 1]), np.array([[2.0, 3.0], [2.5, 2.0]])
    points, sales = solve_rows(market, starts, market.free, TOLERANCE)
    assert (sales[:, 1] < TINY).all()
    np.testing.assert_allclose(points[:, 1], 1.5, rtol=1e-9)  # alone with its rare buyers of the second type


@pytest.mark.parametrize("form", FORMS)
def test_some_products_alone_are_the_market_of_these_products(form: str) -> None:
    kept = [1, 3, 4, 6]
    start = np.full(PRODUCTS, 1.5)[kept]
    found = [search(one, start, TOLERANCE) for one in (game(form).among(np.array(kept)), game(form, kept))]
    assert [candidate.status for candidate in found] == ["equilibrium"] * 2
    np.testing.assert_allclose(found[0].prices, found[1].prices, rtol=1e-9)


@pytest.mark.parametrize("conduct", [0.0, 0.3])
def test_firms_serve_as_well_as_their_ids(conduct: float) -> None:
    demand, costs = game(FORMS[0]).demand, np.linspace(0.3, 1.2, PRODUCTS)
    by_ids, by_firms = (price_game(demand, costs, ids, conduct=conduct) for ids in (FIRMS, firms_of(FIRMS)))
    one_firm = np.array([[a == b for b in FIRMS] for a in FIRMS])
    np.testing.assert_array_equal(by_firms.weights, np.where(one_firm, 1.0, conduct))
    np.testing.assert_array_equal(by_firms.weights, by_ids.weights)
    np.testing.assert_array_equal(by_firms.players, [0, 0, 1, 2, 2, 3, 3])
    with pytest.raises(ValueError, match=r"one firm per product \(7\), 6 given"):
        price_game(demand, costs, firms_of(FIRMS[1:]))
