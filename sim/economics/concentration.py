"""Measures of concentration.

Symbols: s shares of inside sales, which sum to one.
"""

import numpy as np

from sim.economics.scaling import Array

HHI_SCALE = 10_000.0  # of a monopoly


def hhi(shares: Array) -> float:
    """Herfindahl-Hirschman index, 10,000 times the sum of squared shares."""
    return float(HHI_SCALE * np.square(shares).sum())


def effective_number(shares: Array) -> float:
    """Number of equal firms with the same HHI."""
    return HHI_SCALE / hhi(shares)


def concentration_ratio(shares: Array, largest: int) -> float:
    """Joint share of the `largest` firms (CRn)."""
    return float(np.sort(shares)[::-1][:largest].sum())
