"""Compiled sums."""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def summed(places, amounts, size):
    """Sum of the amounts at each of `size` places; those below 0 are nowhere."""
    sums = np.zeros(size)
    for i in range(places.size):
        if places[i] >= 0:
            sums[places[i]] += amounts[i]
    return sums
