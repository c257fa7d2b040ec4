"""Research that makes algorithms better: calibration, exact steps, automation, a runaway that stays finite."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.config.research import EndogenousProgress
from sim.economics import research

TECHNOLOGY = sim.load("baseline").config.technology
MADE = TECHNOLOGY.progress
assert isinstance(MADE, EndogenousProgress)
NOTHING_ON_SALE = math.nan  # then nothing is automated: f = 0


def path_seen(
    progress: EndogenousProgress, months: int, scale: float = 1.0, step: float = 0.25
) -> np.ndarray:
    """Log of A by month where outlay and compute per dollar grow as they were seen to."""
    log_a, path = 0.0, [0.0]
    for month in range(months):
        for part in np.arange(month, month + 1, step):
            years = (part + step / 2) / 12
            outlay = scale * progress.outlay_at_start * progress.outlay_growth**years
            hardware = TECHNOLOGY.flop_per_usd_growth**years
            inputs = research.log_input(progress, outlay, hardware, NOTHING_ON_SALE)
            log_a = research.advance(progress, TECHNOLOGY, log_a, inputs, step)
        path.append(log_a)
    return np.array(path)


@pytest.mark.parametrize("labour", [0.2, 0.4, 0.7])
@pytest.mark.parametrize("compute", [0.0, 0.3, 0.6])
def test_published_halving_time_on_the_inputs_seen(labour: float, compute: float) -> None:
    """Whatever the exponents, compute for a fixed loss halves every eight months while nothing is automated."""
    progress = MADE.model_copy(update={"labour_exp": labour, "compute_exp": compute})
    path = path_seen(progress, 96)
    assert path == pytest.approx(np.arange(97) * math.log(2) / 8, abs=2e-3)


def test_inputs_seen_are_the_published_growth_of_compute() -> None:
    assert 4 <= MADE.outlay_growth * TECHNOLOGY.flop_per_usd_growth <= 5


def test_drag_is_where_input_grows_as_fast_as_ideas_get_harder() -> None:
    """Growth of R/R0 on the path seen is b gamma, A's own part in R included."""
    gamma = math.log(2) / 8 * 12  # nat/yr
    outlay, hardware = math.log(3.33), math.log(1.35)
    growth = 0.4 * outlay + 0.3 * (outlay + hardware + gamma)
    assert research.drag_of_ideas(MADE, TECHNOLOGY) == pytest.approx(growth / gamma, rel=1e-12)
    assert research.drag_of_ideas(MADE, TECHNOLOGY) == pytest.approx(1.197, abs=1e-3)


@given(log_a=st.floats(0, 12), inputs=st.floats(-5, 15))
def test_the_step_solves_the_equation_of_motion(log_a: float, inputs: float) -> None:
    """Against many small Euler steps of d ln A/dt = gamma (R/R0) A^-b."""
    drag, gamma = research.drag_of_ideas(MADE, TECHNOLOGY), math.log(2) / 8
    slow, steps = log_a, 4000
    for _ in range(steps):
        slow += gamma * math.exp(min(inputs + MADE.compute_exp * slow - drag * slow, 50)) / steps
        if slow > 27:
            return
    if research.drag(MADE, TECHNOLOGY) * (slow - log_a) < 1:  # Euler keeps up
        assert research.advance(MADE, TECHNOLOGY, log_a, inputs) == pytest.approx(slow, rel=2e-3, abs=2e-3)


def test_two_half_months_are_a_month() -> None:
    half = research.advance(MADE, TECHNOLOGY, 2.0, 3.0, 0.5)
    whole = research.advance(MADE, TECHNOLOGY, 2.0, 3.0)
    assert research.advance(MADE, TECHNOLOGY, half, 3.0, 0.5) == pytest.approx(whole, rel=1e-13)


def test_poorer_laboratories_fall_behind_by_a_constant_number_of_nats() -> None:
    behind = path_seen(MADE, 240) - path_seen(MADE, 240, scale=0.5)
    expected = math.log(2) * 0.7 / research.drag(MADE, TECHNOLOGY)
    assert behind[-1] == pytest.approx(expected, rel=1e-3)
    assert (np.diff(behind) > 0).all()


def test_automation_relieves_researchers() -> None:
    middle = MADE.automation_midpoint
    assert research.automated_share(MADE, middle) == pytest.approx(0.5)
    assert research.automated_share(MADE, NOTHING_ON_SALE) == 0
    with_models = research.log_input(MADE, 1e9, 1.0, middle)
    without = research.log_input(MADE, 1e9, 1.0, NOTHING_ON_SALE)
    assert with_models - without == pytest.approx(MADE.labour_exp * math.log(2))
    assert research.automated_share(MADE, middle + 2.5 * math.log(4)) == pytest.approx(0.8)


@pytest.mark.parametrize(("width", "escapes"), [(2.5, False), (0.6, False), (0.3, True)])
def test_automation_runs_away_when_returns_beat_the_drag(width: float, escapes: bool) -> None:
    """At constant outlays and with Q rising one for one with ln A, growth speeds up or dies down."""
    progress = MADE.model_copy(update={"automation_width": width, "limit": 1e60})
    assert research.can_run_away(progress, TECHNOLOGY) is escapes
    log_a, steps = 10.0, []
    for _ in range(360):
        frontier = progress.automation_midpoint + 5 + log_a - 10.0
        inputs = research.log_input(progress, 1e10, 1.0, frontier)
        after = research.advance(progress, TECHNOLOGY, log_a, inputs)
        steps.append(after - log_a)
        log_a = after
    assert (log_a == pytest.approx(math.log(1e60))) is escapes
    assert escapes or steps[-1] < steps[0]


def test_numbers_stay_finite_at_absurd_automation() -> None:
    sharp = MADE.model_copy(update={"automation_width": 0.011})
    inputs = research.log_input(sharp, 1e13, 1e6, 500.0)
    assert research.advance(sharp, TECHNOLOGY, 0.0, inputs) == math.log(MADE.limit)
    assert research.automated_share(sharp, 500.0) == 1


def test_a_year_above_the_bound_is_a_runaway() -> None:
    bound = 1000.0
    calm = [0.0] * 12 + [math.log(bound) - 1e-9]
    assert not research.ran_away(calm, bound)
    assert research.ran_away([0.0] * 12 + [math.log(bound) + 1e-9], bound)
    assert not research.ran_away([0.0, 100.0], bound)
    assert not research.ran_away([NOTHING_ON_SALE] + [50.0] * 12, bound)


def test_what_was_reached_and_given_up_is_no_growth() -> None:
    fell = [10.0] * 6 + [0.0] * 12 + [10.0]
    assert not research.ran_away(fell, 1000.0)
    assert research.ran_away([*fell[:-1], 10.0 + math.log(1000.0) + 1e-9], 1000.0)
