"""How many incidents happen, how much they harm, and the tail of harm."""

import numpy as np
import pytest
from scipy.special import gammainc, gammaincc
from scipy.stats import gamma, poisson

import sim
from sim.config.oversight import Oversight
from sim.economics import harm, oversight
from sim.economics.scaling import Array


@pytest.fixture(name="rule", scope="module")
def _rule() -> Oversight:
    return sim.load("baseline").config.oversight


def test_counts_and_harms_follow_their_distributions(rule: Oversight) -> None:
    luck = np.random.default_rng(3).random((2, 40_000))
    for expected in (0.003, 0.8, 40.0):
        number = oversight.count(luck[0], np.full(40_000, expected))
        assert number.mean() == pytest.approx(expected, rel=0.2 if expected < 0.1 else 0.03)
        assert number.var() == pytest.approx(expected, rel=0.2 if expected < 0.1 else 0.03)
    total = oversight.weight(rule, luck[1], np.full(40_000, 5.0))
    assert total.mean() == pytest.approx(5.0, rel=0.03)
    assert total.var() == pytest.approx(5.0 * rule.severity_spread**2, rel=0.06)
    assert (oversight.weight(rule, luck[1][:2], np.zeros(2)) == 0).all()
    assert (oversight.count(luck[0], np.zeros(40_000)) == 0).all()


def test_counts_and_harms_are_quantiles(rule: Oversight) -> None:
    draw = np.random.default_rng(8)
    expected = np.exp(draw.uniform(-7, 13, (2, 3000)))
    luck = np.append(
        draw.random(5990), [1e-12, 1e-9, 1e-6, 1e-3, 0.5, 0.999, *(1 - 10.0 ** -np.arange(6, 14, 2))]
    )
    luck = luck.reshape(2, 3000)
    number = oversight.count(luck, expected)
    assert (number == poisson.ppf(luck, expected)).all()
    events, few = np.arange(12.0), np.full(12, 4.0)
    assert (oversight.count(poisson.cdf(events, few), few) == events).all()  # just as many, and none more
    spread, some = rule.severity_spread**2, number > 0
    harms = np.where(some, gamma.ppf(luck, np.where(some, number, 1.0) / spread, scale=spread), 0.0)
    np.testing.assert_allclose(oversight.weight(rule, luck, number), harms, rtol=1e-12)


def tail(mean: float, variance: float, rates: Array, sizes: Array, spread: float) -> tuple[float, float]:
    """The tail of one period."""
    periods = np.array([mean]), np.array([variance]), rates[None, :], sizes[None, :]
    level, worst = harm.tails(0.95, *periods, spread)
    return float(level[0]), float(worst[0])


@pytest.mark.parametrize("spread", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("rates", [[0.05, 0.02], [0.5, 1.5], [6.0, 3.0]])
def test_the_tail_of_harm_is_that_of_a_simulation(rates: list[float], spread: float) -> None:
    rng, draws = np.random.default_rng(4), 400_000
    sizes, mean, variance = np.array([300.0, 50.0]), 1000.0, 900.0
    shape = 1 / spread**2
    total = mean + np.sqrt(variance) * rng.standard_normal(draws)
    for rate, size in zip(rates, sizes, strict=True):
        number = rng.poisson(rate, draws)
        total += np.where(number, rng.gamma(np.maximum(number, 1) * shape) * size / shape, 0.0)
    found, worst = tail(mean, variance, np.array(rates), sizes, spread)
    level = np.quantile(total, 0.95)
    assert found - mean == pytest.approx(level - mean, rel=0.03, abs=8)
    assert worst - mean == pytest.approx(total[total >= level].mean() - mean, rel=0.03)


@pytest.mark.parametrize("spread", [0.5, 2.0, 5.0])
def test_the_tail_of_harm_is_that_of_the_spectrum_written_out(spread: float) -> None:
    rates, sizes = np.array([0.02, 0.4, 0.0, 1.5]), np.array([900.0, 70.0, 50.0, 4.0])
    mean, variance, cells, shape = 100.0, 400.0, harm.CELLS, 1 / spread**2
    failures, below = rates @ sizes, harm.REACH * np.sqrt(variance)
    deviation = np.sqrt(variance + rates @ sizes**2 * (1 + spread**2))
    step = (below + failures + 2 * harm.REACH * deviation) / cells

    def limited(x: Array) -> Array:
        return gammainc(shape + 1, shape * x) + x * gammaincc(shape, shape * x)

    h = step / sizes[:, None]
    known = limited(h * np.arange(cells + 1))
    middle = 2 * known[:, 1:-1] - known[:, :-2] - known[:, 2:]
    lattice = np.hstack([1 - known[:, 1:2] / h, middle / h])
    frequency = 2 * np.pi * np.arange(cells // 2 + 1) / (cells * step)
    spectrum = np.exp(rates @ (np.fft.rfft(lattice) - 1) - variance * frequency**2 / 2)
    first = int(below / step)
    mass, harms = np.roll(np.fft.irfft(spectrum, cells), first), mean + step * (np.arange(cells) - first)
    reached = np.cumsum(mass)
    cell = int(np.searchsorted(reached, 0.95))
    within = harms[:cell] @ mass[:cell] + harms[cell] * (0.95 - reached[cell - 1])
    found = tail(mean, variance, rates, sizes, spread)
    assert found == pytest.approx((harms[cell], (mean + failures - within) / 0.05), rel=1e-6)


def test_failures_that_harm_nobody_change_nothing() -> None:
    one = tail(100.0, 100.0, np.array([0.2]), np.array([500.0]), 1.0)
    assert tail(100.0, 100.0, np.array([0.2, 9.0]), np.array([500.0, 0.0]), 1.0) == one


def test_harm_without_chance_is_its_mean() -> None:
    assert tail(7.0, 0.0, np.zeros(2), np.zeros(2), 2.0) == (7.0, 7.0)


def test_fewer_larger_failures_of_the_same_expectation_have_a_worse_tail() -> None:
    one = tail(100.0, 100.0, np.array([0.2]), np.array([500.0]), 1.0)
    five = tail(100.0, 100.0, np.full(5, 0.2), np.full(5, 100.0), 1.0)
    assert one[0] > 1.3 * five[0]
    assert one[1] > 1.3 * five[1]


def test_bad_years_are_those_of_each_month_alone(rule: Oversight) -> None:
    draw, spread = np.random.default_rng(5), rule.severity_spread
    expected, size = draw.random((2, 9, 2, 4)) * [[[[20.0], [0.2]]], [[[1.0], [90.0]]]]
    expected[3] = 0.0  # a month without use
    expected[4, 1] = 0.0
    found = harm.bad_years(expected, size, spread)
    for month, ((single, rate), (each, failure)) in enumerate(zip(expected, size, strict=True)):
        variance = 12 * single @ each**2 * (1 + spread**2)
        alone = tail(12 * single @ each, variance, 12 * rate, failure, spread)
        assert (found[0][month], found[1][month]) == pytest.approx(alone, rel=1e-12)
    assert (found[0][3], found[1][3]) == (0.0, 0.0)
