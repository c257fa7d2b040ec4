"""Progress, costs, value maps and diffusion against closed forms and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.config import Adoption
from sim.config.demand import LinearValue, SaturatingValue, ThresholdValue
from sim.economics import diffusion, progress
from sim.economics.value import marginal_value, reward_for_scale, value

CONFIG = sim.load("baseline").config
MAPS = [
    LinearValue(kind="linear"),
    SaturatingValue(kind="saturating", plateau=12.0),
    ThresholdValue(kind="threshold", midpoint=8.0, width=2.0, height=6.0),
]


def test_algorithms_double_compute_in_a_halving_time() -> None:
    tech = CONFIG.technology
    assert progress.algorithmic_progress(tech, 0) == 1
    assert progress.algorithmic_progress(tech, tech.halving_time) == pytest.approx(2)


def test_compute_per_dollar_grows_by_its_factor_in_a_year() -> None:
    tech = CONFIG.technology
    assert progress.flop_per_usd(tech, 12) / progress.flop_per_usd(tech, 0) == pytest.approx(1.35)
    served = progress.serving_flop_per_usd(tech, 12) / progress.serving_flop_per_usd(tech, 0)
    assert served == pytest.approx(1.35 * 1.5)


def test_serving_cost_of_the_first_mega_model() -> None:
    """2 x 175e9 FLOP a token on rented accelerators of mid-2020 cost about 12 USD a million tokens."""
    per_usd = progress.serving_flop_per_usd(CONFIG.technology, 0)
    assert progress.serving_cost(175e9, per_usd) == pytest.approx(2 * 175e9 * 1e6 / (5.6e16 * 0.526))


def test_budgets_beyond_the_knee_buy_less() -> None:
    training = CONFIG.training
    worth = progress.effective_budget(training, np.array([1e6, 3e6, 3e7]), 1e6)
    assert worth == pytest.approx([1e6, 3e6, 3e6 * 10**0.3])


@pytest.mark.parametrize("kind", MAPS, ids=lambda m: m.kind)
def test_marginal_value_is_the_slope(kind: LinearValue) -> None:
    q = np.linspace(-1, 20, 40)
    slope = (value(kind, q + 1e-6) - value(kind, q - 1e-6)) / 2e-6
    assert marginal_value(kind, q) == pytest.approx(slope, abs=1e-8)


def test_saturating_value_never_exceeds_its_plateau_and_starts_like_the_linear_one() -> None:
    assert value(MAPS[1], 1e3) == pytest.approx(12.0)
    assert value(MAPS[1], 1e-6) == pytest.approx(1e-6)


def test_theta_of_the_model_text() -> None:
    assert reward_for_scale(0.45, 1.0, 0.25, 0.51, 0.6) == pytest.approx((0.45 - 0.1275) / 0.4)


@given(start=st.floats(1e-4, 0.9), p=st.floats(1e-4, 0.2), q=st.floats(0.0, 2.0), part=st.floats(0.05, 1.0))
def test_expected_share_solves_the_bass_equation(start: float, p: float, q: float, part: float) -> None:
    adoption = Adoption(considering_at_start=start, innovation=p, imitation=q, local_share=0.5)
    share, step = start, 0.002
    for _ in range(int(24 / 12 / step)):
        share += step * (p + q * part * share) * (1 - share)
    assert diffusion.expected_share(adoption, start, start * part, 24, 1.0) == pytest.approx(share, abs=2e-3)


def test_without_innovation_diffusion_is_logistic() -> None:
    adoption = Adoption(considering_at_start=0.1, innovation=0.0, imitation=1.0, local_share=0.5)
    share = diffusion.expected_share(adoption, 0.1, 0.1, np.array([12.0, 24.0]), 1.0)
    assert share == pytest.approx(1 / (1 + 9 * np.exp(-np.array([1.0, 2.0]))), rel=1e-4)


def test_hazard_rises_with_use_nearby_and_in_the_world() -> None:
    adoption = Adoption(considering_at_start=0.0, innovation=0.12, imitation=1.2, local_share=0.75)
    hazard = diffusion.monthly_hazard(adoption, np.array([0.0, 0.4]), 0.2, np.ones(2))
    expected = [1 - np.exp(-(0.12 + 1.2 * 0.05) / 12), 1 - np.exp(-(0.12 + 1.2 * 0.35) / 12)]
    assert hazard == pytest.approx(expected)
