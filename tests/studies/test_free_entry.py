"""The static game of entry: published counts, other sizes, other timing, and a referee of its own.

tests/reference/free_entry.csv: one product a firm, logit, alpha 1, marginal cost 0, outside utility 0; spend and
price at once; quality theta ln(1 + F); entry costs 2. Counts by an independent search with Lambert's W.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import lambertw

import sim
from sim.economics.static_entry import EntryGame
from sim.studies import entry, free_entry

REFERENCE = Path(__file__).parents[1] / "reference" / "free_entry.csv"
ROWS = list(csv.DictReader(REFERENCE.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['theta']}-{row['market_size']}")
def test_reference_counts(row):
    assert free_entry(float(row["theta"]), float(row["market_size"])) == int(row["firms"])


@pytest.mark.parametrize("theta", [1.04, 1.3, 1.5, 1.9, 2.0, 7.0])
def test_however_large_the_market_the_bound_holds(theta):
    bound = int(np.ceil(theta / (theta - 1.0) - 1e-9)) - 1
    assert [free_entry(theta, size) for size in (1e9, 1e12, 1e15)] == [max(bound, 1)] * 3


def test_without_increasing_returns_the_number_grows_with_the_market():
    """Each sells S/N, keeps 1 - theta of it, and pays 1 more than it spends."""
    assert [free_entry(0.7, size) for size in (1e2, 1e4, 1e6, 1e9)] == [31, 3001, 300001, 300000001]


def test_nobody_enters_a_market_that_is_too_small():
    assert free_entry(0.5, 1.0) == 0


def by_lambert(theta: float, size: float) -> int:
    """The same game by another road: roots in the share, replies by W over a grid of spends."""
    for firms in range(int(size / 2) + 2, 0, -1):
        if any(_holds(theta, size, firms, share) for share in _shares(theta, size, firms)):
            return firms
    return 0


def _shares(theta: float, size: float, firms: int) -> list[float]:
    def gap(log_share: float) -> float:
        s = np.exp(log_share)
        return log_share - np.log1p(-firms * s) - theta * np.log(max(1.0, theta * size * s)) + 1 / (1 - s)

    small = np.geomspace(1e-9, 0.5 / firms, 1500)
    grid = np.log(np.concatenate([small, 1 / firms - np.geomspace(0.5 / firms, 1e-13 / firms, 1500)[1:]]))
    values = np.array([gap(at) for at in grid])
    turns = np.flatnonzero(np.sign(values[:-1]) != np.sign(values[1:]))
    return [float(np.exp(brentq(gap, grid[k], grid[k + 1], xtol=1e-14))) for k in turns]


def _holds(theta: float, size: float, firms: int, share: float) -> bool:
    spend = max(0.0, theta * size * share - 1.0)
    profit = size * share / (1 - share) - spend
    rest = 1 + (firms - 1) * np.exp(theta * np.log1p(spend) - 1 / (1 - share))
    spends = np.concatenate([[0.0], np.geomspace(1e-6, 3 * theta * size + 10, 40_001)])
    replies = size * lambertw(np.exp(theta * np.log1p(spends) - 1) / rest).real - spends
    return bool(profit >= 2.0 and replies.max() <= profit + 1e-6)


@pytest.mark.parametrize(
    ("theta", "size"), [(0.83, 41.7), (1.12, 77.3), (1.45, 23.9), (0.37, 9.1), (2.2, 18.4)]
)
def test_another_road_gives_the_same_number(theta, size):
    assert free_entry(theta, size) == by_lambert(theta, size)


def without_losses(theta: float, firms: int, **options: object) -> bool:
    return bool(entry._points(EntryGame(theta, 1e9, firms, timing="spend_first", **options), 2.0))


@pytest.mark.parametrize(("firms", "limit"), [(2, 3.0), (3, 7 / 4), (4, 13 / 9), (5, 21 / 16)])
def test_spend_first_unit_demand_has_its_published_limits(firms, limit):
    assert [without_losses(limit + d, firms) for d in (-1e-4, 1e-4)] == [True, False]


@pytest.mark.parametrize(("firms", "limit"), [(2, 2.5), (3, 1.625), (4, 1.388889), (5, 1.28125)])
def test_spend_first_constant_expenditure_has_its_derived_limits(firms, limit):
    kind = {"form": "constant_expenditure"}
    assert [without_losses(limit + d, firms, **kind) for d in (-1e-4, 1e-4)] == [True, False]


def test_two_who_spend_first_may_part_before_they_lose():
    """At theta 2.9 both would earn, but each earns more by spending far less and selling a cheap product."""
    assert without_losses(2.9, 2)
    assert free_entry(2.9, 1e9, timing="spend_first") == 1
    assert free_entry(2.3, 1e9, timing="spend_first") == 2


def test_sensitive_customers_bring_constant_expenditure_to_unit_demand():
    keen = {"timing": "spend_first", "form": "constant_expenditure", "alpha": 400.0}
    assert [free_entry(1.75 + d, 1e9, **keen) for d in (-0.02, 0.02)] == [3, 2]


def test_a_nest_counts_through_theta_alone_in_a_large_market():
    assert free_entry(1.2, 1e9, rho=0.6) == free_entry(1.2, 1e9) == 5


def test_deviations_decide(monkeypatch):
    """Where the best reply is another spend, the symmetric point does not count."""
    game, point = EntryGame(3.5, 1e4, 1), entry.Point(-1.0, 0.0)
    assert not entry._holds(game, point)
    (best,) = entry._points(game, 2.0)
    assert entry._holds(game, best)


def test_absurd_numbers_are_refused_together():
    with pytest.raises(sim.UserError) as told:
        free_entry(-1.0, float("nan"), form="cournot", rho=1.0)
    assert len(told.value.problems) == 4
    assert "theta is -1.0; expected a number from 1e-6 to 1000" in told.value.problems[0]
