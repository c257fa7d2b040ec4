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
        filled -= 1
        for a in range(filled):
            for i in range(point.size):
                points[a, i], steps[a, i] = points[a + 1, i], steps[a + 1, i]
    for i in range(point.size):
        points[filled, i], steps[filled, i] = point[i], image[i] - point[i]
    return filled + 1


@njit(cache=True)
def shift_steps(steps, filled, last):
    """Move the `filled` steps all by what brings the last of them to `last`."""
    for i in range(last.size):
        shift = last[i] - steps[filled - 1, i]
        for a in range(filled):
            steps[a, i] += shift


@njit(fastmath={"reassoc", "contract", "nsz"}, cache=True)
def dot(a, b):
    """Inner product of two rows."""
    whole = 0.0
    for i in range(a.size):
        whole += a[i] * b[i]
    return whole


@njit(cache=True)
def extrapolated(points, steps, filled):
    """Point whose step, were the map linear, would be shortest; a plain step without a history."""
    last, n = filled - 1, points.shape[1]
    plain = points[last] + steps[last]
    if last < 1:
        return plain
    changed, size = np.empty((last, n)), np.empty(last)
    gram, right = np.empty((last, last)), np.empty(last)
    for a in range(last):
        for i in range(n):
            changed[a, i] = steps[a + 1, i] - steps[a, i]
        size[a] = np.sqrt(dot(changed[a], changed[a])) + 1e-300
        right[a] = dot(changed[a], steps[last]) / size[a]
        for b in range(a + 1):
            gram[a, b] = gram[b, a] = dot(changed[a], changed[b]) / (size[a] * size[b])
    mix, away = solved(gram, right), np.zeros(n)
    far, reach = 0.0, 0.0
    for i in range(n):
        for a in range(last):
            away[i] -= mix[a] / size[a] * (points[a + 1, i] - points[a, i] + changed[a, i])
        far, reach = max(far, abs(away[i])), max(reach, REACH * abs(steps[last, i]))
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
