"""Compiled random numbers of `sim.streams`: a counter hash."""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit, vectorize

ONE, GOLDEN = np.uint64(1), np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SHIFT_1, SHIFT_2, SHIFT_3, SPARE = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)


@njit(error_model="numpy", inline="always")
def hashed(stream, number):
    """A number in (0, 1) for a number under a stream's key (SplitMix64, Steele et al. 2014)."""
    x = stream + (number + ONE) * GOLDEN
    x = (x ^ (x >> SHIFT_1)) * MIX_1
    x = (x ^ (x >> SHIFT_2)) * MIX_2
    x ^= x >> SHIFT_3
    return (np.float64(np.int64(x >> SPARE)) + 0.5) * 2.0**-52


@vectorize(["float64(uint64, uint64)"], cache=True)
def uniform(stream, number):
    """`hashed` of every element."""
    return hashed(stream, number)
