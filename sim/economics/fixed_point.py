"""Fixed points of a map, by the plain iteration with a guarded extrapolation of its past steps.

Symbols: x the point, g the map, f = g(x) - x its step.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.economics.choice import Array

MEMORY = 5  # past steps that are extrapolated from
REACH = 10.0  # longest extrapolation, in lengths of the last plain step


class FixedPoint(NamedTuple):
    """Where an iteration ended."""

    point: Array  # [n]
    error: float  # largest step left, in the caller's scale
    iterations: int  # evaluations of the map
    converged: bool


def iterate(
    step_to: Callable[[Array], Array],
    start: Array,
    error: Callable[[Array, Array], float],
    tol: float,
    most: int = 1_000,
) -> FixedPoint:
    """Iterate x -> g(x) until `error(x, g(x)) <= tol`, at most `most` evaluations.

    Steps are Anderson's (1965) combination of the last ones; where that did not bring the error down
    the plain step is taken and the memory is dropped, so that it is never worse than plain.
    """
    point = start
    points: list[Array] = []
    steps: list[Array] = []
    best, left = np.inf, np.inf
    for count in range(1, most + 1):
        image = step_to(point)
        left = error(point, image)
        if left <= tol:
            return FixedPoint(image, left, count, True)
        if left > 2.0 * best:
            points, steps = [], []
        best = min(best, left)
        points, steps = [*points[-MEMORY:], point], [*steps[-MEMORY:], image - point]
        point = _extrapolated(points, steps)
    return FixedPoint(point, left, most, False)


def _extrapolated(points: list[Array], steps: list[Array]) -> Array:
    """Point whose step, were the map linear, would be shortest; a plain step without a history."""
    plain = points[-1] + steps[-1]
    if len(points) < 2:
        return plain
    moved, changed = np.diff(points, axis=0).T, np.diff(steps, axis=0).T
    mix = np.linalg.lstsq(changed, steps[-1], rcond=1e-10)[0]
    guess = plain - (moved + changed) @ mix
    reach = REACH * np.abs(steps[-1]).max()
    far = np.abs(guess - plain).max()
    return guess if far <= reach else plain + (guess - plain) * (reach / far)
