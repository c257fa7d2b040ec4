"""Compiled lattice of a failure's harm.

Symbols: h step of the lattice over the mean harm of a failure, L the limited mean, see `sim.economics.harm`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def limited_mean(x, limits, means):
    """L(x), straight between `limits`, which run as the fourth power of their number."""
    last = limits.size - 1
    if x >= limits[last]:
        return means[last]
    k = min(int(np.sqrt(np.sqrt(x / limits[last])) * last), last - 1)
    k -= 1 if x < limits[k] else 0
    k += 1 if x > limits[k + 1] else 0
    return means[k] + (means[k + 1] - means[k]) * (x - limits[k]) / (limits[k + 1] - limits[k])


@njit(error_model="numpy", cache=True)
def lattice(steps, cells, limits, means):
    """Probability of each cell [source, cell]: second differences of L over h."""
    found = np.empty((steps.size, cells))
    for s in range(steps.size):
        h = steps[s]
        before, here = 0.0, limited_mean(h, limits, means) / h
        found[s, 0] = 1.0 - here
        for k in range(1, cells):
            after = limited_mean((k + 1) * h, limits, means) / h
            found[s, k] = 2.0 * here - before - after
            before, here = here, after
    return found
