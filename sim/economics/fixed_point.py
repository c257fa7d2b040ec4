"""Fixed points of a map, by the plain iteration with a guarded extrapolation of its past steps.

Symbols: x the point, g the map, f = g(x) - x its step.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.compiled import kernels
from sim.economics.choice import Array


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
    compiled = kernels("sim.economics.kernels.fixed_point")
    points, steps = np.empty((compiled.MEMORY + 1, start.size)), np.empty((compiled.MEMORY + 1, start.size))
    point, filled, best, left = start, 0, np.inf, np.inf
    for count in range(1, most + 1):
        image = step_to(point)
        left = error(point, image)
        if left <= tol:
            return FixedPoint(image, left, count, True)
        filled = compiled.remember(points, steps, 0 if left > 2.0 * best else filled, point, image)
        best = min(best, left)
        point = compiled.extrapolated(points, steps, filled)
    return FixedPoint(point, left, most, False)
