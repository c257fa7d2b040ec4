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
def bought(budget, largest, served, stretch, month, training, law):
    """FLOP, size and capability of the run that a budget buys, see `choices`."""
    (per_usd, serving_per_usd), (knee, bend, six, two, most), (a, b, scale) = month, training, law
    top, x = knee * largest, 1.0
    flop = (budget if budget <= top else top * (budget / top) ** bend) * per_usd
    optimum = scale * (flop / six) ** (b / (a + b))
    if most > 0.0:
        tokens = flop / (six * optimum)
        tau = flop / budget / serving_per_usd * (two / six) * served / tokens
        x = max(np.exp(log_ratio(tau, a + b)), min(np.sqrt(tokens / optimum / most), 1.0))
    worse = (b * x**-a + a * x**b) / (a + b)
    return flop, x * optimum, np.log(flop * worse ** (-(a + b) / (a * b)) * stretch)


@njit(error_model="numpy", cache=True)
def choices(own, known, months, least, steps, month, training, law):
    """Budget, FLOP, size and capability of runs and, last, of the model in hand, [table, provider, choice].

    own: index among all providers, largest budget within means and largest earlier one (USD), and what a
    FLOP is worth over the FLOP of capability 0 [provider]; known: whether a model is on sale, its size and
    capability, tokens a month [any provider], served for some months; budgets of runs from `least` to the
    largest, evenly in logs; month: training FLOP of an effective dollar, and serving FLOP of a dollar when
    the model is out; training: knee, its exponent, FLOP of a parameter and token in training and in service,
    most tokens per parameter, 0 for compute-optimal size; law: exponents of size and data, G.
    See `sim.economics.training`.
    """
    (which, means, largest, stretch), (there, params, capability, served) = own, known
    found, start = np.empty((4, which.size, steps + 1)), np.log(least)
    for p in range(which.size):
        high, i = max(means[p], least), which[p]
        step = (np.log(high) - start) / max(steps - 1, 1)
        for k in range(steps):
            budget = high if k == steps - 1 else np.exp(start + k * step)
            run = bought(budget, largest[p], served[i] * months, stretch[p], month, training, law)
            found[0, p, k] = budget if means[p] >= least else np.inf
            found[1, p, k], found[2, p, k], found[3, p, k] = run
        found[0, p, steps], found[1, p, steps] = 0.0 if there[i] else np.inf, 0.0
        found[2, p, steps], found[3, p, steps] = (params[i], capability[i]) if there[i] else (1.0, 0.0)
    return found
