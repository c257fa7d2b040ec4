"""Points called an equilibrium survive an independent search; the first solution often does not."""

import numpy as np
import pytest

from sim.economics.equilibrium import solve_prices
from sim.studies.mixed_markets import independent_gain, random_market, run


@pytest.fixture(scope="module")
def table():
    told = []
    table = run(markets=14, seed=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (14, 14)
    return table


def test_no_equilibrium_is_refuted(table):
    assert not table["refuted"].any()
    claimed = table[table["status"] == "equilibrium"]
    assert len(claimed) >= 10
    assert (claimed["deviation_gain"] <= 1e-8).all()


def test_the_first_solution_is_no_equilibrium_in_many_of_these_markets(table):
    assert not table["first_point_kept"].all()


def test_the_independent_search_has_teeth():
    found = []
    for number in range(6):
        draw = np.random.default_rng([1, number])
        market = random_market(draw)
        first = solve_prices(market.demand, market.costs, market.firm_ids.tolist(), check=False)
        found.append(independent_gain(market, first.prices, draw))
    assert max(found) > 1e-3


def test_the_same_seed_gives_the_same_markets(table):
    again = run(markets=2, seed=1)
    assert again.equals(table.head(2))
