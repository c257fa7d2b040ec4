"""Measures of concentration.

Symbols: s shares of inside sales, which sum to one.
"""

import numpy as np

from sim.economics.scaling import Array

HHI_SCALE = 10_000.0  # of a monopoly


def hhi(shares: Array) -> float:
    """Herfindahl-Hirschman index, 10,000 times the sum of squared shares."""
    return HHI_SCALE * float(shares @ shares)


def hhi_with_outside(shares: Array, outside: float) -> float:
    """HHI over all potential sales, the outside good being nobody's: inside shares scaled by 1 - outside."""
    return hhi(shares * (1.0 - outside))


def effective_number(shares: Array) -> float:
    """Number of equal firms with the same HHI."""
    return HHI_SCALE / hhi(shares)


def upp(jacobian: Array, margins: Array, firms: Array, partners: Array) -> Array:
    r"""Upward pricing pressure on each product of two merging firms, currency per unit, `[product]`.

    $UPP_j = \sum_k D_{jk} m_k$ over the partner's products k, with diversion
    $D_{jk} = -\frac{\partial q_k/\partial p_j}{\partial q_j/\partial p_j}$; no credit for efficiencies.
    `jacobian` `[j, k]` derivative of quantity j by price k; `firms` `[product]`; `partners` the two
    firms; 0 for others' products. Source: Farrell & Shapiro (2010).
    """
    diversion = -jacobian.T / np.diag(jacobian)[:, None]
    one, other = (firms == partner for partner in partners)
    taken = np.outer(one, other) | np.outer(other, one)
    return np.where(taken, diversion * margins, 0.0).sum(axis=1)


def guppi(jacobian: Array, margins: Array, prices: Array, firms: Array, partners: Array) -> Array:
    """Gross upward pricing pressure index: UPP over the product's price, `[product]`.

    Source: Salop & Moresi (2009).
    """
    return upp(jacobian, margins, firms, partners) / prices


def merged_hhi(shares: Array, one: int, other: int) -> tuple[float, float]:
    """HHI after firms `one` and `other` merge with shares unchanged, and its rise (2 s1 s2).

    The naive figure of merger screens; `shares` `[firm]` sum to one.
    """
    rise = 2.0 * HHI_SCALE * float(shares[one] * shares[other])
    return hhi(shares) + rise, rise


def presumed_harmful(after: float, rise: float, joint_share: float) -> bool:
    """Structural presumption of the 2023 US merger guidelines.

    HHI above 1,800 after the merger and a rise above 100, or a joint share above 30% and a rise above 100.
    """
    return rise > 100.0 and (after > 1_800.0 or joint_share > 0.30)
