"""Wars that pay, runways, recoupment and the price-cost test; published numbers are in test_price_anchors."""

import numpy as np
import pytest

from sim.economics import predation

DELTA, PEACE, WAR, ALONE = 0.95, 3.0, -2.0, 10.0
MOTIVES = ("telser", "benoit")


def pays(motive, own, target, war=WAR):
    waits = predation.value_of_peace(PEACE, DELTA)
    both = np.array(float(own)), np.array(float(target))
    return bool(predation.war_pays(motive, waits, np.array(war), ALONE, DELTA, *both))


def test_the_published_case_in_arrays():
    values = predation.value_of_war(WAR, ALONE, DELTA, np.array([1.0, 10.0, 17.0, 18.0]))
    np.testing.assert_allclose(values, [188.0, 103.70, 60.35, 55.33], atol=5e-3)
    assert predation.value_of_peace(PEACE, DELTA) == pytest.approx(60.0)
    assert predation.longest_war(PEACE, WAR, ALONE, DELTA) == 17


def test_telser_fights_up_to_the_longest_war_that_pays_and_benoit_while_it_outlasts():
    assert [pays("telser", np.inf, t) for t in (1, 17, 18)] == [True, True, False]
    assert [pays("benoit", 1000, t) for t in (1, 17, 18, 1000, 1001)] == [True, True, True, True, False]


@pytest.mark.parametrize("motive", MOTIVES)
def test_who_cannot_outlast_the_target_does_not_fight(motive):
    assert pays(motive, 5, 5)
    assert not pays(motive, 4, 5)


@pytest.mark.parametrize("motive", MOTIVES)
@pytest.mark.parametrize("war", [WAR, PEACE + 1.0])
def test_nobody_fights_a_target_that_lasts_for_ever(motive, war):
    """Not even where war costs nothing or a threat is free: without an end there is nothing to win."""
    assert not pays(motive, np.inf, np.inf, war)


def test_runways():
    found = predation.runway(
        [10.0, 10.0, 10.0, 0.0, -5.0, np.inf, np.inf], [3.0, 0.0, -1.0, 2.0, 2.0, 2.0, -2.0]
    )
    np.testing.assert_array_equal(found, [4.0, np.inf, np.inf, 0.0, 0.0, np.inf, np.inf])


def test_recoupment_is_a_war_that_is_worth_its_cost():
    """Gains after exit pay for the war exactly where the whole war is worth peace."""
    periods = np.arange(1.0, 40.0)
    recouped = predation.recoups(PEACE, np.full(39, WAR), ALONE, DELTA, periods)
    np.testing.assert_array_equal(recouped, periods <= 17)
    assert not predation.recoups(PEACE, np.array(WAR), ALONE, DELTA, np.array(np.inf))
    assert not predation.recoups(PEACE, np.array(PEACE + 1.0), PEACE - 1.0, DELTA, np.array(30.0))
    assert not predation.recoups(PEACE, np.array(WAR), PEACE, DELTA, np.array(1.0))


def test_price_over_average_avoidable_cost():
    ratio = predation.price_cost_ratio(
        np.array([12.0, 9.0, 0.0]), np.array([6.0, 6.0, 0.0]), np.array([4.0, 4.0, 4.0])
    )
    np.testing.assert_allclose(ratio, [1.2, 0.9, np.nan])
