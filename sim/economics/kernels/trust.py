"""Compiled learning of trust: what use leads to, what is heard of it, what it does to trust.

Symbols: see `sim.economics.trust`, where the formulas are written out.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def experience(use, who, what, rule, lines):
    """Good and bad outcomes by line of the products in use, [good or bad, segment, line]."""
    depth, gain = who
    capability, mode, shallow, line = what
    odds, slope = rule
    found = np.zeros((2, use.shape[0], lines))
    for i in range(use.shape[0]):
        for j in range(use.shape[1]):
            if use[i, j] > 0.0:
                quality = capability[j] + gain[i, mode[j]] - depth[i] * shallow[j]
                good = 1.0 / (1.0 + odds * depth[i] * np.exp(-slope * quality))
                found[0, i, line[j]] += use[i, j] * good
                found[1, i, line[j]] += use[i, j] * (1.0 - good)
    return found


@njit(error_model="numpy", cache=True)
def heard(own, contagion, spill, peers):
    """Own outcomes, a part of those of the peers in a sparse matrix's rows, and a part of other lines'."""
    starts, others, weights = peers
    found = own.copy()
    for i in range(own.shape[0]):
        row = found[i]
        for e in range(starts[i], starts[i + 1]):
            part, other = contagion * weights[e], own[others[e]]
            for j in range(row.size):
                row[j] += part * other[j]
        total = 0.0
        for j in range(row.size):
            total += row[j]
        for j in range(row.size):
            row[j] = (1.0 - spill) * row[j] + spill * total
    return found


@njit(error_model="numpy", cache=True)
def learn(trust, good, bad, rise, fall, largest):
    """Trust after a month of outcomes, [segment, line]; `largest` bounds the change of its log."""
    found = np.empty(trust.shape)
    for i in range(trust.shape[0]):
        for j in range(trust.shape[1]):
            up, down = rise * good[i, j], fall * bad[i, j]
            pace = up + down
            rest = up / pace if pace > 0.0 else trust[i, j]
            found[i, j] = rest + (trust[i, j] - rest) * np.exp(-min(pace, largest))
    return found
