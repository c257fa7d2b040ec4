"""What trails the frontier: its capability some months ago."""

import math

import pytest

from sim.economics.open_frontier import lag, lagged


@pytest.mark.parametrize(("months", "expected"), [(0, 6.0), (1, 4.0), (0.25, 5.5), (1.5, 2.5), (3, 0.0)])
def test_the_frontier_some_months_ago_lies_between_the_months(months: float, expected: float) -> None:
    assert lagged([0.0, 1.0, 4.0, 6.0], months, 0.5) == pytest.approx(expected)


def test_before_the_first_month_it_rose_as_expected() -> None:
    assert lagged([2.0, 3.0], 4, 0.5) == pytest.approx(2.0 - 3 * 0.5)


def test_a_month_without_a_frontier_does_not_spoil_the_months_beside_it() -> None:
    assert lagged([1.0, math.nan, 3.0], 2, 0.5) == 1.0
    assert lagged([1.0, math.nan, 3.0], 0, 0.5) == 3.0


def test_returned_activations_shorten_the_lag() -> None:
    assert lag(10.0, 0.5, 0.4) == pytest.approx(8.0)
