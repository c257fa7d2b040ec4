"""The distribution of a period's harm: many small incidents and a few common failures.

Symbols: lambda expected number of failures, x mean harm of one [period, source], harm in incidents.
"""

from functools import lru_cache

import numpy as np
from scipy.special import gammainc, gammaincc

from sim.compiled import kernels
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array

KERNEL = "sim.economics.kernels.harm"
TAIL = 0.95  # level of the tail of a year's harm
CELLS = 400  # of the lattice
LIMITS = 8192  # at which the limited mean is known; in between it is taken as straight
REACH = 8.0  # standard deviations that the lattice holds on either side


def bad_years(expected: Array, harm: Array, severity_spread: float) -> tuple[Array, Array]:
    """Harm of a year at each month's rates: exceeded with five per cent, and the mean beyond, each [month].

    expected, harm: events of a month and mean harm of one [month, kind, source]; of single events there are
    so many that their harm is as good as normal, common failures are few.
    """
    (single, rate), (each, size) = (np.ascontiguousarray(one.swapaxes(0, 1)) for one in (expected, harm))
    mean, variance = moments(single, each, severity_spread)
    return tails(TAIL, MONTHS * mean, MONTHS * variance, MONTHS * rate, size, severity_spread)


def tails(
    level: float, mean: Array, variance: Array, rates: Array, sizes: Array, severity_spread: float
) -> tuple[Array, Array]:
    r"""Harm that is not exceeded with a probability, and the mean of what lies above (expected shortfall).

    Each [period]. Normal harm of many small incidents (mean, variance [period]) plus compound Poisson sums of
    failures (rates, sizes [period, source]), whose harm is gamma with mean x and the given coefficient of
    variation:

    $$\hat f(\omega) = \exp\Big(-\tfrac12 v \omega^2 + \sum_b \lambda_b (\hat g_b(\omega) - 1)\Big)$$

    inverted on a lattice by a fast Fourier transform, as in Grübel and Hermesmeier (1999).
    The lattice is accurate to about one of its `CELLS` steps; without chance any step is as good.
    """
    failures, dispersion = moments(rates, sizes, severity_spread)
    deviation, below = np.sqrt(variance + dispersion), REACH * np.sqrt(variance)
    step = np.where(deviation > 0.0, (below + failures + 2 * REACH * deviation) / CELLS, 1.0)
    compiled = kernels(KERNEL)
    # larger failures leave the lattice
    expected = compiled.failures(rates, sizes, step, CELLS, *_limited_mean(severity_spread))
    spectra = compiled.characteristic(np.fft.rfft(expected), variance / step**2, CELLS)
    masses = np.fft.irfft(spectra, CELLS)
    cell, within = compiled.lower_parts(masses, -(below / step).astype(np.intp), level)
    return mean + step * cell, mean + (failures - step * within) / (1 - level)


def moments(rates: Array, sizes: Array, severity_spread: float) -> tuple[Array, Array]:
    r"""Mean and variance of the harm of Poisson events, $\sum \lambda x$ and $\sum \lambda x^2 (1 + c^2)$.

    Sums over sources [period, source]; c coefficient of variation of the harm of one.
    """
    harm = rates * sizes
    return harm.sum(axis=1), (harm * sizes).sum(axis=1) * (1 + severity_spread**2)


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
