"""Games made from games: other prices given, some products alone; against games made anew."""

import numpy as np
import pytest

from sim.economics.conditions import sales, solve_market
from sim.economics.demand import FORMS, LogitDemand
from sim.economics.game import PriceGame, price_game
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
def test_a_game_with_prices_held_is_the_game_with_these_prices_given(form: str) -> None:
    held = np.full(PRODUCTS, np.nan)
    held[[0, 3, 4]] = [0.9, 2.0, 1.4]
    start = np.full(PRODUCTS, 1.5)
    derived, anew = game(form).holding(held), game(form, fixed=held)
    answers = [solve_market(one, one.bounded(start), TOLERANCE).point for one in (derived, anew)]
    np.testing.assert_allclose(*answers, rtol=1e-9)
    np.testing.assert_array_equal(answers[0][[0, 3, 4]], [0.9, 2.0, 1.4])
    np.testing.assert_allclose(sales(derived, start), anew.demand.mass @ anew.demand.individual_shares(start))


@pytest.mark.parametrize("form", FORMS)
def test_some_products_alone_are_the_market_of_these_products(form: str) -> None:
    kept = [1, 3, 4, 6]
    start = np.full(PRODUCTS, 1.5)[kept]
    found = [search(one, start, TOLERANCE) for one in (game(form).among(np.array(kept)), game(form, kept))]
    assert [candidate.status for candidate in found] == ["equilibrium"] * 2
    np.testing.assert_allclose(found[0].prices, found[1].prices, rtol=1e-9)
