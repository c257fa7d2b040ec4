"""Compiled sizes of models that will be served, and what training budgets buy.

Symbols: tau serving against training, x size over the compute-optimal size, see `sim.economics.sizing`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

STEPS = 40  # Newton steps at most; eight are the most that were seen
TOLERANCE = 1e-13  # of the log of the size


@njit(error_model="numpy", cache=True)
def log_ratio(tau, total):
    """ln x of a tau by Newton's steps from x = 1; `total` of the law's exponents."""
    found = 0.0
    for _ in range(STEPS):
        more = tau * np.exp(found)
        step = (total * found + np.log1p(more)) / (total + more / (1.0 + more))
        found -= step
        if abs(step) < TOLERANCE:
            break
    return found


@njit(error_model="numpy", cache=True)
def log_ratios(tau, total):
    """The same of many."""
    found = np.empty(tau.size)
    for i in range(tau.size):
        found[i] = log_ratio(tau[i], total)
    return found


@njit(error_model="numpy", cache=True)
def bought(budgets, largest, served, stretch, month, training, law):
    """FLOP, size and capability of the runs that budgets buy, three tables [provider, candidate].

    budgets USD [provider, candidate]; largest earlier budget, tokens to be served, and what a FLOP is worth
    over the FLOP of capability 0 [provider]; month: training FLOP of an effective dollar, and serving FLOP of
    a dollar when the model is out; training: knee, its exponent, FLOP of a parameter and token in training
    and in service, most tokens per parameter, 0 for compute-optimal size; law: exponents of size and data, G.
    See `sim.economics.training`.
    """
    (per_usd, serving_per_usd), (knee, bend, six, two, most), (a, b, scale) = month, training, law
    found = np.empty((3, *budgets.shape))
    for p in range(budgets.shape[0]):
        top = knee * largest[p]
        for k in range(budgets.shape[1]):
            budget, x = budgets[p, k], 1.0
            flop = (budget if budget <= top else top * (budget / top) ** bend) * per_usd
            optimum = scale * (flop / six) ** (b / (a + b))
            if most > 0.0:
                tokens = flop / (six * optimum)
                tau = flop / budget / serving_per_usd * (two / six) * served[p] / tokens
                x = max(np.exp(log_ratio(tau, a + b)), min(np.sqrt(tokens / optimum / most), 1.0))
            worse = (b * x**-a + a * x**b) / (a + b)
            found[0, p, k], found[1, p, k] = flop, x * optimum
            found[2, p, k] = np.log(flop * worse ** (-(a + b) / (a * b)) * stretch[p])
    return found
