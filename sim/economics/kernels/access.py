"""Compiled inequality, see `sim.economics.access`."""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def gini(amounts, order, weights):
    """Gini coefficient of amounts [product] held by shares of people [group, product], by group.

    order: of the amounts, rising. Twice the area below the curve is added up by its trapezoids,
    beginning with those who are missing to a whole and have nothing.
    """
    found = np.full(weights.shape[0], np.nan)
    for i in range(weights.shape[0]):
        held, area, some = 0.0, 0.0, 0.0
        for j in range(weights.shape[1]):
            some += weights[i, j]
        people = max(0.0, 1.0 - some)
        for j in order:
            own = weights[i, j]
            area += own * (2.0 * held + own * amounts[j])
            held += own * amounts[j]
            people += own
        if held > 0.0:
            found[i] = 1.0 - area / (held * people)
    return found
