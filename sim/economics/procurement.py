"""How a government spreads its purchases over providers."""

import numpy as np

from sim.economics.scaling import Array


def purchase_shares(utilities: Array, rho: float) -> Array:
    r"""Shares of a sum that is spent in any case, $s_j = e^{u_j/(1-\rho)} / \sum_k e^{u_k/(1-\rho)}$.

    `utilities` [provider] hold capability, price and the bias for home; rho as in private demand.
    The nested logit within its nest (McFadden 1978).
    """
    weights = np.exp((utilities - utilities.max()) / (1 - rho))
    shares: Array = weights / weights.sum()
    return shares
