"""The distribution of a period's harm: many small incidents and a few common failures.

Symbols: lambda expected number of failures [source], x mean harm of one [source], harm in incidents.
"""

import math
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
    failures, dispersion = moments(rates, sizes, severity_spread)
    deviation = math.sqrt(variance + dispersion)
    if deviation == 0.0:
        return mean + failures, mean + failures
    below = REACH * math.sqrt(variance)
    step = (below + failures + 2 * REACH * deviation) / CELLS
    compiled = kernels(KERNEL)
    # larger failures leave the lattice
    expected = compiled.failures(rates, sizes, step, CELLS, *_limited_mean(severity_spread))
    spectrum = compiled.characteristic(np.fft.rfft(expected), variance / step**2, CELLS)
    mass = np.fft.irfft(spectrum, CELLS)
    cell, within = compiled.lower_part(mass, -int(below / step), level)
    above = mean + failures - (mean * level + step * within)
    return mean + step * cell, above / (1 - level)


def moments(rates: Array, sizes: Array, severity_spread: float) -> tuple[float, float]:
    r"""Mean and variance of the harm of Poisson events, $\sum \lambda x$ and $\sum \lambda x^2 (1 + c^2)$.

    c coefficient of variation of the harm of one.
    """
    mean, square = kernels(KERNEL).moments(rates, sizes)
    return mean, square * (1 + severity_spread**2)


@lru_cache(maxsize=8)
def _limited_mean(spread: float) -> tuple[float, Array]:
    r"""Highest limit of $L(x) = E \min(X, x)$, X a failure's harm over its mean, and lines through L.

    Rows are intercept and slope in the share of the highest limit, between limits that run as the fourth
    power of their number, finer near zero.
    """
    shape, highest = 1 / spread**2, 1 + 40 * spread**2
    shares = np.linspace(0.0, 1.0, LIMITS) ** 4
    limits = highest * shares
    means = gammainc(shape + 1, shape * limits) + limits * gammaincc(shape, shape * limits)
    slopes = np.diff(means) / np.diff(shares)
    return highest, np.column_stack([means[:-1] - slopes * shares[:-1], slopes])
