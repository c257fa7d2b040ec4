"""Compiled Newton steps for the size of a model that will be served.

Symbols: tau serving against training, x size over the compute-optimal size, see `sim.economics.sizing`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def log_ratios(tau, total, tolerance, most):
    """ln x of each tau by Newton's steps from x = 1, `most` of them at most."""
    found = np.zeros(tau.size)
    for i in range(tau.size):
        for _ in range(most):
            more = tau[i] * np.exp(found[i])
            step = (total * found[i] + np.log1p(more)) / (total + more / (1.0 + more))
            found[i] -= step
            if abs(step) < tolerance:
                break
    return found
