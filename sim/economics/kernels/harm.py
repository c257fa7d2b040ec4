"""Compiled moments and lattice of failures' harm, and what a distribution on it says.

Symbols: h step of the lattice over the mean harm of a failure, L the limited mean, see `sim.economics.harm`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def moments(rates, sizes):
    """Sums of rates times sizes, and of rates times the squares of sizes."""
    mean, square = 0.0, 0.0
    for s in range(rates.size):
        mean += rates[s] * sizes[s]
        square += rates[s] * sizes[s] * sizes[s]
    return mean, square


@njit(error_model="numpy", cache=True)
def failures(rates, sizes, step, cells, limit, lines):
    """Expected number of failures of each harm [cell]: sums of rates times second differences of L, over h.

    At no harm it is what is added there less all failures. lines: intercept and slope of L in the share
    of `limit`, whose fourth root is in proportion to the row.
    One short loop a step: together they would wait for each other.
    """
    found, means, roots = np.zeros(cells), np.zeros(cells + 1), np.zeros(cells + 1)
    row, last = np.zeros(cells + 1, dtype=np.int32), lines.shape[0] - 1.0
    for k in range(cells + 1):
        roots[k] = np.sqrt(np.sqrt(k))
    for s in range(rates.size):
        if rates[s] > 0.0 and sizes[s] > 0.0:
            h = step / sizes[s]
            rate, share = rates[s] / h, h / limit
            rows = np.sqrt(np.sqrt(share)) * (last + 1.0)
            reached = int(min(float(cells), 1.0 / share + 2.0))  # beyond it L is flat
            for k in range(reached + 1):
                row[k] = np.int32(min(roots[k] * rows, last))
            for k in range(1, reached + 1):
                means[k] = lines[row[k], 0] + lines[row[k], 1] * min(k * share, 1.0)
            found[0] -= rate * means[1]
            for k in range(1, reached):
                found[k] += rate * (2.0 * means[k] - means[k - 1] - means[k + 1])
    return found


@njit(error_model="numpy", cache=True)
def characteristic(failures, variance, cells):
    """Exponential of the failures' transform less half the variance, in steps, times squared frequencies."""
    found = np.empty_like(failures)
    for k in range(failures.size):
        frequency = 2.0 * np.pi * k / cells
        size = np.exp(failures[k].real - 0.5 * variance * frequency * frequency)
        found[k] = complex(size * np.cos(failures[k].imag), size * np.sin(failures[k].imag))
    return found


@njit(error_model="numpy", cache=True)
def lower_part(mass, first, level):
    """Cell where the sum of the masses reaches a level, and the sum of cell times mass up to the level.

    The masses are in a circle: cells `first` to -1, which stand at the end, come before 0 and on.
    """
    reached, below, last = 0.0, 0.0, mass.size + first - 1
    for k in range(first, last):
        own = mass[k]
        if reached + own >= level:
            return k, below + k * (level - reached)
        reached += own
        below += k * own
    return last, below + last * (level - reached)
