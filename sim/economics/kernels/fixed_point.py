"""Compiled extrapolation of the past steps of an iteration (Anderson 1965).

Symbols: x points and f = g(x) - x steps, both [memory, n], the latest last of those filled.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

MEMORY = 5  # past differences that are extrapolated from
REACH = 10.0  # longest extrapolation, in lengths of the last plain step


@njit(cache=True)
def remember(points, steps, filled, point, image):
    """Put a point and its step behind the `filled` ones, dropping the oldest; returns how many there are."""
    if filled == points.shape[0]:
        points[:-1] = points[1:].copy()
        steps[:-1] = steps[1:].copy()
        filled -= 1
    points[filled] = point
    steps[filled] = image - point
    return filled + 1


@njit(cache=True)
def extrapolated(points, steps, filled):
    """Point whose step, were the map linear, would be shortest; a plain step without a history."""
    last = filled - 1
    plain = points[last] + steps[last]
    if last < 1:
        return plain
    changed = steps[1:filled] - steps[:last]
    moved = points[1:filled] - points[:last] + changed
    size = np.sqrt((changed * changed).sum(axis=1)) + 1e-300
    gram, right = np.empty((last, last)), np.empty(last)
    for a in range(last):
        right[a] = (changed[a] * steps[last]).sum() / size[a]
        for b in range(last):
            gram[a, b] = (changed[a] * changed[b]).sum() / (size[a] * size[b])
    mix = solved(gram, right) / size
    away = np.zeros(plain.size)
    for a in range(last):
        away -= mix[a] * moved[a]
    far, reach = np.abs(away).max(), REACH * np.abs(steps[last]).max()
    return plain + away * min(1.0, reach / far) if far > 0.0 else plain


@njit(cache=True)
def solved(gram, right):
    """Solution of a small positive semidefinite system, leaving out directions seen before.

    The latest differences come first, so that they are the ones kept.
    """
    n = right.size
    solution, lower, known = np.zeros(n), np.zeros((n, n)), np.zeros(n)
    for a in range(n - 1, -1, -1):
        for b in range(n - 1, a - 1, -1):
            value = gram[a, b]
            for c in range(n - 1, b, -1):
                value -= lower[a, c] * lower[b, c]
            if a == b:
                lower[a, a] = np.sqrt(value) if value > 1e-12 else 0.0
            else:
                lower[a, b] = value / lower[b, b] if lower[b, b] > 0.0 else 0.0
    for a in range(n - 1, -1, -1):
        value = right[a]
        for c in range(n - 1, a, -1):
            value -= lower[a, c] * known[c]
        known[a] = value / lower[a, a] if lower[a, a] > 0.0 else 0.0
    for a in range(n):
        value = known[a]
        for c in range(a):
            value -= lower[c, a] * solution[c]
        solution[a] = value / lower[a, a] if lower[a, a] > 0.0 else 0.0
    return solution
