"""Compiled learning of trust: what use leads to, what is heard of it, what it does to trust.

Symbols: see `sim.economics.trust`, where the formulas are written out.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def experience(use, who, what, rule, lines):
    """Good and bad outcomes by line, [good or bad, segment, line], of use by product [product, segment]."""
    depth, gain = who
    capability, mode, shallow, line = what
    odds, slope = rule
    found = np.zeros((2, use.shape[1], lines))
    for j in range(use.shape[0]):
        for i in range(use.shape[1]):
            if use[j, i] > 0.0:
                quality = capability[j] + gain[i, mode[j]] - depth[i] * shallow[j]
                good = 1.0 / (1.0 + odds * depth[i] * np.exp(-slope * quality))
                found[0, i, line[j]] += use[j, i] * good
                found[1, i, line[j]] += use[j, i] * (1.0 - good)
    return found


@njit(error_model="numpy", cache=True)
def heard(good, bad, struck, rule, peers):
    """Own outcomes, a part of those of the peers in a sparse matrix's rows, and a part of other lines'.

    Common failures [line] are bad outcomes of all; [good or bad, segment, line].
    """
    contagion, spill = rule
    starts, others, weights = peers
    found, worst = np.empty((2, *good.shape)), 0.0
    for j in range(struck.size):
        worst = max(worst, struck[j])
    for kind, own in enumerate((good, bad)):
        for i in range(own.shape[0]):
            row = found[kind, i]
            for j in range(row.size):
                row[j] = own[i, j]
            for e in range(starts[i], starts[i + 1]):
                part, other = contagion * weights[e], others[e]
                for j in range(row.size):
                    row[j] += part * own[other, j]
            total = 0.0
            for j in range(row.size):
                total += row[j]
            for j in range(row.size):
                row[j] = (1.0 - spill) * row[j] + spill * total
                if kind:
                    row[j] += (1.0 - spill) * struck[j] + spill * worst
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


@njit(error_model="numpy", cache=True)
def standing(trust, good, bad, weight):
    """Means of trust: by line, by segment over what the world uses, over all use; and its lowest in use."""
    of_lines, by_all = np.zeros(trust.shape[1]), np.zeros(trust.shape[1])
    in_use, total, held, lowest = np.zeros(trust.shape[0]), 0.0, 0.0, np.inf
    for i in range(trust.shape[0]):
        own, kept = 0.0, 0.0
        for j in range(trust.shape[1]):
            use = good[i, j] + bad[i, j]
            of_lines[j] += weight[i] * trust[i, j]
            by_all[j] += weight[i] * use
            own += use
            kept += use * trust[i, j]
        total += weight[i] * own
        held += weight[i] * kept
        lowest = min(lowest, kept / own) if own > 0.0 else lowest
    for i in range(trust.shape[0]):
        for j in range(trust.shape[1]):
            in_use[i] += trust[i, j] * by_all[j] / total
    return of_lines, in_use, held / total, lowest if total > 0.0 else np.nan
