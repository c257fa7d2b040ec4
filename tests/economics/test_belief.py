"""What providers believe, in closed form."""

import math

import numpy as np
import pytest

from sim.config.demand import LinearValue, SaturatingValue, ThresholdValue, ValueMap
from sim.config.training_rules import Extrapolated
from sim.economics import belief
from sim.economics.value import value

RULE = Extrapolated(kind="extrapolated", conviction_at_start=0.3, conviction_gain=0.2, growth_memory=12)
KIND = SaturatingValue(kind="saturating", plateau=20.0)


def test_conviction_grows_with_each_success_and_never_passes_one() -> None:
    seen = [belief.conviction(RULE, n) for n in range(40)]
    assert seen[0] == pytest.approx(0.3)
    assert seen[1] == pytest.approx(0.3 + 0.2 * 0.7)
    assert np.all(np.diff(seen) > 0)
    assert seen[-1] < 1


def test_what_was_reached_is_known_and_what_lies_beyond_counts_by_conviction() -> None:
    q = np.array([-1.0, 2.0, 5.0, 6.0, 12.0])
    believed = np.asarray(belief.believed_value(KIND, q, 5.0, 0.4))
    true = np.asarray(value(KIND, q))
    assert believed[:3] == pytest.approx(true[:3], rel=1e-14)
    assert believed[3:] == pytest.approx(true[2] + 0.4 * (true[3:] - true[2]))
    assert np.asarray(belief.believed_value(KIND, q, 5.0, 1.0)) == pytest.approx(true, rel=1e-14)
    assert np.asarray(belief.believed_value(KIND, q, 5.0, 0.0)).max() == pytest.approx(true[2])
    nothing = np.asarray(belief.believed_value(LinearValue(kind="linear"), np.array([3.0]), math.nan, 0.5))
    assert nothing == pytest.approx([1.5])


@pytest.mark.parametrize(
    "kind",
    [
        KIND,
        LinearValue(kind="linear"),
        ThresholdValue(kind="threshold", midpoint=4.0, width=2.5, height=9.0),
    ],
)
def test_values_believed_are_those_of_the_plain_formula(kind: ValueMap) -> None:
    q = np.linspace(-30.0, 60.0, 91).reshape(7, 13)
    for seen in (-2.0, 4.5, 100.0):
        found = belief.believed_value(kind, q, seen, 0.3)
        np.testing.assert_allclose(found, belief.plain_belief(kind, q, seen, 0.3), rtol=1e-12, atol=1e-13)


def test_growth_is_that_of_the_sales_seen() -> None:
    months = np.arange(30)
    sales = 1e6 * np.exp(0.08 * months)
    assert belief.growth_seen(sales, 12) == pytest.approx(0.08)
    assert belief.growth_seen(np.r_[np.zeros(5), sales[:3]], 12) == pytest.approx(0.08)
    assert belief.growth_seen(np.array([0.0, 0.0, 5.0]), 12) == 0.0
    assert belief.growth_seen(np.empty(0), 12) == 0.0
    bent = np.r_[sales[:18], sales[17] * np.ones(12)]
    assert belief.growth_seen(bent, 12) == pytest.approx(0.0)


def test_expected_spend_extrapolates_growth_but_never_beyond_what_there_is() -> None:
    ahead = np.array([6.0, 12.0, 240.0])
    spend = belief.believed_spend(1e8, 5e9, 0.1, 0.5, ahead)
    assert spend == pytest.approx([1e8 * math.exp(0.3), 1e8 * math.exp(0.6), 5e9])
    assert belief.believed_spend(1e8, 5e9, 0.1, 0.0, ahead) == pytest.approx([1e8] * 3)
    assert belief.believed_spend(1e8, 5e9, -0.1, 1.0, ahead) == pytest.approx([1e8] * 3)
    assert belief.believed_spend(0.0, 5e9, 0.1, 1.0, ahead) == pytest.approx([0.0] * 3)
