"""What providers expect: announced plans, the menu, what needs no provider, and the model in hand all count."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.agents.appraisal import Appraisal, appraise
from sim.agents.prospects import market_ahead
from sim.model import Market
from sim.phases.exits import _scrap
from sim.phases.invest import knowledge
from sim.published import Plan, Published

LIVELY = {"adoption.considering_at_start": 0.3, "demand.intercept": 0.0}


@pytest.fixture(scope="module")
def market(small: sim.Scenario) -> Market:
    """A market in which several sell."""
    played = Market(small.amend(LIVELY).config, 16, 3)
    for _ in range(14):
        played.step()
    assert len(played.sellers) > 1
    return played


def judged(market: Market, view: Published, index: int) -> Appraisal:
    return appraise(market.config, view, market_ahead(market.config, view), [knowledge(market, index)])[0]


def test_a_better_model_that_a_rival_has_announced_lowers_what_runs_are_worth(market: Market) -> None:
    own, rival = market.sellers[:2]
    quiet = market.published._replace(plans=())
    told = quiet.capability[rival] + 4.0

    def worth(release: int) -> float:
        return judged(market, quiet._replace(plans=(Plan(rival, told, 1e11, release),)), own).worth

    plain = judged(market, quiet, own).worth
    assert worth(quiet.month + 1) < 0.97 * plain
    assert worth(quiet.month + 1) < worth(quiet.month + 18) < plain
    assert worth(quiet.month + 10**4) == pytest.approx(plain, rel=1e-12)


def test_a_run_is_worth_what_it_brings_over_the_model_in_hand(market: Market) -> None:
    own, view = market.sellers[0], market.published
    ahead = market_ahead(market.config, view)
    (kept,) = appraise(market.config, view, ahead, [knowledge(market, own)])
    nothing = view._replace(selling=np.where(np.arange(len(view.names)) == own, False, view.selling))
    (anew,) = appraise(market.config, nothing, ahead, [knowledge(market, own)])
    assert kept.kept > 1e6
    assert anew.kept == 0
    priced = np.isfinite(kept.gains) & np.isfinite(anew.gains)
    assert priced.any()
    np.testing.assert_allclose(anew.gains[priced] - kept.gains[priced], kept.kept, rtol=1e-6)


def test_what_the_market_expects_is_what_its_view_says(market: Market) -> None:
    expected = market_ahead(market.config, market.published)
    for name, column in vars(expected).items():
        np.testing.assert_array_equal(getattr(market.ahead, name), column)


@pytest.mark.parametrize(("trait", "sign"), [("bonus", 1.0), ("alternatives", -1.0)])
def test_a_menu_adds_to_worth_and_what_needs_no_provider_takes_from_it(
    market: Market, trait: str, sign: float
) -> None:
    own, view = market.sellers[0], market.published
    more = replace(view.panel, **{trait: getattr(view.panel, trait) + 1.0})
    change = judged(market, view._replace(panel=more), own).kept / judged(market, view, own).kept - 1
    assert sign * change > 0.05


def test_what_things_fetch_is_drawn_about_its_mean(market: Market) -> None:
    provider, month = market.providers[0], market.month
    mean = market.config.capital.scrap * provider.largest_budget
    drawn = []
    for other in range(400):
        market.month = other
        drawn.append(_scrap(market, provider) / mean)
    market.month = month
    assert np.mean(drawn) == pytest.approx(1.0, abs=0.15)
    assert np.mean(np.array(drawn) < np.log(2)) == pytest.approx(
        0.5, abs=0.08
    )  # the median of an exponential
