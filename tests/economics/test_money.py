"""Entry, exit, rounds, dividends, the fringe and competence, in closed form."""

import math

import numpy as np
import pytest

import sim
from sim.economics import competence, entry, finance, fringe

CONFIG = sim.load("baseline").config
CAPITAL, FRINGE = CONFIG.capital, CONFIG.fringe


def test_an_annuity_is_the_integral_of_discounted_dollars() -> None:
    years = (np.arange(24_000) + 0.5) / 12_000
    assert entry.annuity(0.12, 24) == pytest.approx(np.mean(1.12**-years) * 2, rel=1e-8)
    assert entry.annuity(0.0, 30) == 2.5


def test_a_chain_of_models_is_worth_its_discounted_links() -> None:
    link = 7e8 - 5e7 * entry.annuity(0.12, 24)
    chain = sum(link * 1.12 ** (-2 * k) for k in range(200))
    assert entry.going_concern(7e8, 5e7, 0.12, 24) == pytest.approx(chain, rel=1e-9)
    assert entry.going_concern(7e8, 5e7, 0.0, 24) == pytest.approx(7e8 - 1e8)


def test_war_takes_the_budget_and_the_overhead_until_money_or_model_is_gone() -> None:
    assert entry.war_losses(4e8, 1e8, 5e8, 0.12, 24) == pytest.approx(4e8 + 1e8 * entry.annuity(0.12, 12))
    assert entry.war_losses(4e8, 1e8, 9e9, 0.12, 24) == pytest.approx(4e8 + 1e8 * entry.annuity(0.12, 24))
    assert entry.war_losses(9e8, 1e8, 5e8, 0.12, 24) == pytest.approx(5e8)
    assert entry.war_losses(4e8, 0.0, 5e8, 0.12, 24) == 4e8


def test_the_entry_rule() -> None:
    assert entry.enters(1.01e8, 1e9, 0.0, 1e8)
    assert not entry.enters(1.0e8, 1e9, 0.0, 1e8)  # indifferent: stays away
    assert entry.enters(3e8, 1e8, 0.4, 1e8)
    assert not entry.enters(3e8, 1e8, 0.6, 1e8)
    assert not entry.enters(3e8, 6e8, 0.2, 1.5e8)


def test_rounds_follow_performance() -> None:
    good, poor = 0.31 * 1e9, 0.29 * 1e9
    assert finance.round_chance(CAPITAL, good, 1e9) == CAPITAL.chance_after_good
    assert finance.round_chance(CAPITAL, poor, 1e9) == CAPITAL.chance_after_poor
    assert finance.round_chance(CAPITAL, 0.0, 0.0) == CAPITAL.chance_after_poor
    assert finance.round_size(CAPITAL, 4e9, 1e9) == pytest.approx(1e10)
    assert finance.round_size(CAPITAL, 1e6, 1e9) == pytest.approx(1e9)
    assert finance.needs_money(1.0, 2.0)
    assert finance.needs_money(0.0, 0.0)
    assert not finance.needs_money(2.0, 1.0)


def test_dividends_come_out_of_profit_and_cash() -> None:
    assert finance.dividend(CAPITAL, 1e9, 5e9) == pytest.approx(3e8)
    assert finance.dividend(CAPITAL, 1e9, 1e8) == 1e8
    assert finance.dividend(CAPITAL, -1e9, 5e9) == 0
    assert finance.dividend(CAPITAL, 1e9, -1e8) == 0


def test_an_acquisition_is_worth_its_profit_over_a_models_life() -> None:
    assert finance.acquisition_worth(1e9, 0.12, 24) == pytest.approx(1e9 * entry.annuity(0.12, 24))
    assert finance.acquisition_worth(-1e9, 0.12, 24) == 0


def test_the_fringe_grows_with_revenue_and_ages() -> None:
    at_reference = fringe.expected_entries(FRINGE, FRINGE.reference_revenue)
    assert at_reference == pytest.approx(FRINGE.entry_rate / 12)
    ratio = fringe.expected_entries(FRINGE, 32 * FRINGE.reference_revenue) / at_reference
    assert ratio == pytest.approx(32**FRINGE.entry_elasticity)
    assert fringe.expected_entries(FRINGE, 0.0) == 0
    assert fringe.exit_chance(FRINGE) == pytest.approx(1 - math.exp(-FRINGE.exit_rate / 12))


def test_the_quality_of_the_fringe_is_the_average_of_old_and_new() -> None:
    new = 10.0 - FRINGE.gap
    assert fringe.mean_quality(FRINGE, math.nan, 10.0, 0, 4) == pytest.approx(new)
    assert math.isnan(fringe.mean_quality(FRINGE, 3.0, 10.0, 0, 0))
    renewed = 1 - math.exp(-FRINGE.renewal_rate / 12)
    old = 3.0 + renewed * (new - 3.0)
    assert fringe.mean_quality(FRINGE, 3.0, 10.0, 6, 2) == pytest.approx((6 * old + 2 * new) / 8)
    assert fringe.mean_quality(FRINGE, 9.0, 10.0, 5, 0) == 9.0


def test_secrets_leak_at_their_rate_to_leaders_and_laggards_alike() -> None:
    for log in map(math.log, (1.5, 1.0, 0.7)):
        assert competence.leaked(log, 0.1, 0.6) - 0.1 == pytest.approx((log - 0.1) * math.exp(-0.05))
        year = log
        for _ in range(12):
            year = competence.leaked(year, 0.1, 0.6)
        assert year == pytest.approx(competence.leaked(log, 0.1, 0.6, months=12))
        assert competence.leaked(log, 0.1, 0.0) == pytest.approx(log)
