"""The distribution of a period's harm: many small incidents and a few common failures.

Symbols: lambda expected number of failures [source], x mean harm of one [source], harm in incidents.
"""

from functools import lru_cache

import numpy as np
from scipy.special import gammainc, gammaincc

from sim.compiled import kernels
from sim.economics.scaling import Array

KERNEL = "sim.economics.kernels.harm"
CELLS = 400  # of the lattice
LIMITS = 8192  # at which the limited mean is known; in between it is taken as straight
REACH = 8.0  # standard deviations that the lattice holds on either side


def tail(
    level: float, mean: float, variance: float, rates: Array, sizes: Array, severity_spread: float
) -> tuple[float, float]:
    r"""Harm that is not exceeded with a probability, and the mean of what lies above (expected shortfall).

    Normal harm of many small incidents (mean, variance) plus compound Poisson sums of failures, whose harm is
    gamma with mean x and the given coefficient of variation:

    $$\hat f(\omega) = \exp\Big(-\tfrac12 v \omega^2 + \sum_b \lambda_b (\hat g_b(\omega) - 1)\Big)$$

    inverted on a lattice by a fast Fourier transform, as in Grübel and Hermesmeier (1999).
    The lattice is accurate to about one of its `CELLS` steps.
    """
    spread2 = severity_spread**2
    failures = float(rates @ sizes)
    deviation = float(np.sqrt(variance + (rates * sizes**2).sum() * (1 + spread2)))
    if deviation == 0.0:
        return mean + failures, mean + failures
    below = REACH * float(np.sqrt(variance))
    step = (below + failures + 2 * REACH * deviation) / CELLS
    active = (rates > 0) & (sizes > 0)
    cells = np.fft.rfft(_lattice(step / sizes[active], severity_spread), axis=1)  # [source, frequency]
    frequency = 2 * np.pi * np.arange(CELLS // 2 + 1) / (CELLS * step)
    log_spectrum = (
        rates[active] @ (cells - 1) - variance * frequency**2 / 2
    )  # larger failures leave the lattice
    negative = int(below / step)
    mass = np.roll(np.fft.irfft(np.exp(log_spectrum), CELLS), negative)
    harms = mean + step * (np.arange(CELLS) - negative)
    reached = np.cumsum(mass)
    cell = min(int(np.searchsorted(reached, level)), CELLS - 1)
    within = harms[:cell] @ mass[:cell] + harms[cell] * (level - reached[cell] + mass[cell])
    return float(harms[cell]), float((mean + failures - within) / (1 - level))


def _lattice(steps: Array, spread: float) -> Array:
    r"""Probability of each cell [source, cell], means kept: second differences of the limited mean.

    $$g_k = (2 L(kh) - L((k-1)h) - L((k+1)h))/h, \quad g_0 = 1 - L(h)/h, \quad L(x) = E \min(X, x)$$

    steps: h over the mean harm of a failure [source].
    """
    return np.asarray(kernels(KERNEL).lattice(steps, CELLS, *_limited_mean(spread)))


@lru_cache(maxsize=8)
def _limited_mean(spread: float) -> tuple[Array, Array]:
    """Limits and $E \\min(X, limit)$ of a failure's harm over its mean, finer near zero."""
    shape = 1 / spread**2
    limits = np.linspace(0.0, 1.0, LIMITS) ** 4 * (1 + 40 * spread**2)
    scaled = shape * limits
    return limits, gammainc(shape + 1, scaled) + limits * gammaincc(shape, scaled)
