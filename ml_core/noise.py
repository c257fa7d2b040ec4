r"""Noise between like customers: how far two who have as much of the same domain's text fare apart.

Symbols: D tokens of a customer, D_0 half-saturation, $\sigma$ standard deviation of the logarithm of a gain.
"""

import numpy as np
from scipy.special import stdtrit

from ml_core.config import Array
from ml_core.gains import Gains
from ml_core.law import ValueLaw, domain_levels
from ml_core.uncertainty import COVERAGE, Interval, numbered

Noise = dict[int, tuple[float, float]]  # tokens -> standard deviation, in the gain's unit and relative


def seed_noise(rows: Gains, law: ValueLaw) -> Noise:
    """By customer's tokens: standard deviation between like customers, in the gain's unit and relative.

    Pooled over cells of equal domain, size, tokens and way of adapting; relative to the law's gain
    with the domain's own level. Empty with one seed a cell.
    """
    relative = rows.gain / law.predict_known(rows, domain_levels(law, rows))
    _, cell = numbered(rows.domain, rows.size, rows.tokens, rows.variant)
    noise = {}
    for tokens in np.unique(rows.tokens):
        cells = [np.flatnonzero(cell == c) for c in np.unique(cell[rows.tokens == tokens])]
        pairs = [members for members in cells if len(members) > 1]
        if pairs:
            variances = [(rows.gain[pair].var(ddof=1), relative[pair].var(ddof=1)) for pair in pairs]
            level, share = np.sqrt(np.mean(variances, axis=0))
            noise[int(tokens)] = float(level), float(share)
    return noise


def noise_law(noise: Noise, half_data: float) -> tuple[float, float]:
    r"""Relative noise $\sigma(D) = \sigma_0 (D/D_0)^{-h}$: (sigma_0, h), by least squares in logarithms."""
    tokens = np.array(list(noise), float)
    relative = np.array([pair[1] for pair in noise.values()])
    if len(tokens) < 2:
        return float(relative.mean()), 0.0
    slope, level = np.polyfit(np.log(tokens / half_data), np.log(relative), 1)
    return float(np.exp(level)), float(-slope)


def noise_intervals(rows: Gains, law: ValueLaw) -> tuple[Interval, Interval]:
    """Intervals of both constants of the noise law, by leaving out one domain after the other (jackknife)."""
    domains = np.unique(rows.domain)
    left = [noise_law(seed_noise(rows.where(rows.domain != name), law), law.half_data) for name in domains]
    sd, exponent = np.array(left).T
    whole = noise_law(seed_noise(rows, law), law.half_data)
    around = np.log(whole[0]) + np.array([-1, 1]) * _jackknife_reach(np.log(sd))
    ends = whole[1] + np.array([-1, 1]) * _jackknife_reach(exponent)
    return (float(np.exp(around[0])), float(np.exp(around[1]))), (float(ends[0]), float(ends[1]))


def _jackknife_reach(values: Array) -> float:
    """Half width of the interval of `COVERAGE` from values [n] with one cluster left out each."""
    n = len(values)
    error = np.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum())
    return float(stdtrit(max(n - 1, 1), (1 + COVERAGE) / 2) * error)
