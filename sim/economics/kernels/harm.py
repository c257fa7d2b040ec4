"""Compiled lattices of failures' harm, and what distributions on them say; arrays run over periods first.

Symbols: h step of the lattice over the mean harm of a failure, L the limited mean, see `sim.economics.harm`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def failures(rates, sizes, steps, cells, limit, lines):
    """Expected number of failures of each harm [period, cell].

    Sums of rates times second differences of L, over h; at no harm it is what is added there less all
    failures. rates, sizes: [period, source]; lines: intercept and slope of L in the share of `limit`, whose
    fourth root is in proportion to the row.
    One short loop a step: together they would wait for each other.
    """
    found, means, roots = np.zeros((steps.size, cells)), np.zeros(cells + 1), np.zeros(cells + 1)
    row, last = np.zeros(cells + 1, dtype=np.int32), lines.shape[0] - 1.0
    for k in range(cells + 1):
        roots[k] = np.sqrt(np.sqrt(k))
    for t in range(steps.size):
        for s in range(rates.shape[1]):
            if rates[t, s] > 0.0 and sizes[t, s] > 0.0:
                h = steps[t] / sizes[t, s]
                rate, share = rates[t, s] / h, h / limit
                rows = np.sqrt(np.sqrt(share)) * (last + 1.0)
                reached = int(min(float(cells), 1.0 / share + 2.0))  # beyond it L is flat
                for k in range(reached + 1):
                    row[k] = np.int32(min(roots[k] * rows, last))
                for k in range(1, reached + 1):
                    means[k] = lines[row[k], 0] + lines[row[k], 1] * min(k * share, 1.0)
                found[t, 0] -= rate * means[1]
                for k in range(1, reached):
                    found[t, k] += rate * (2.0 * means[k] - means[k - 1] - means[k + 1])
    return found


@njit(error_model="numpy", cache=True)
def characteristic(failures, variances, cells):
    """Exponential of the failures' transform less half the variance, in steps, times squared frequencies."""
    found = np.empty_like(failures)
    for t in range(variances.size):
        for k in range(failures.shape[1]):
            frequency = 2.0 * np.pi * k / cells
            size = np.exp(failures[t, k].real - 0.5 * variances[t] * frequency * frequency)
            found[t, k] = complex(size * np.cos(failures[t, k].imag), size * np.sin(failures[t, k].imag))
    return found


@njit(error_model="numpy", cache=True)
def lower_parts(masses, first, level):
    """Cell where the sum of the masses reaches a level, and the sum of cell times mass up to it [period].

    The masses are in a circle: cells `first` to -1, which stand at the end, come before 0 and on.
    """
    cells, within = np.empty((2, first.size))
    for t in range(first.size):
        mass, k, reached = masses[t], first[t], 0.0
        below, last = 0.0, mass.size + first[t] - 1
        while k < last and reached + mass[k] < level:
            reached += mass[k]
            below += k * mass[k]
            k += 1
        cells[t], within[t] = k, below + k * (level - reached)
    return cells, within
