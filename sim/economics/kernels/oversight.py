"""Compiled misuse and risks of a month, product by product, added up by the base model it rests on.

Symbols: see `sim.economics.oversight`, where the formulas are written out.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def misuse(use, screening, share, migration):
    """Use meant to harm [product], the share of it kept out, and that of the rest that nobody screens."""
    total, missed, caught, unseen = 0.0, 0.0, 0.0, 0.0
    for j in range(use.size):
        total += use[j]
        missed += use[j] * (1.0 - screening[j])
        caught += use[j] * screening[j]
        unseen += use[j] if screening[j] == 0.0 else 0.0
    back = 1.0 + migration * caught / missed if missed > 0.0 else 1.0
    bad = np.empty(use.size)
    for j in range(use.size):
        bad[j] = share * back * use[j] * (1.0 - screening[j])
    kept_out = max(0.0, 1.0 - missed * back / total) if total > 0.0 else 0.0
    unwatched = unseen / missed if share * missed > 0.0 else np.nan
    return bad, kept_out, unwatched


@njit(error_model="numpy", cache=True)
def risks(uses, worth, lineage, bases, rule):
    """Events expected in a month, and the mean harm of one, each [single or common, base]."""
    use, bad = uses
    average, worse = worth
    base, visible, repaired, screening = lineage
    hazard, found, exposed = bases
    common, tuned, meant, usual = rule
    expected, harm = np.zeros((2, hazard.size)), np.zeros((2, hazard.size))
    for j in range(base.size):
        b = base[j]
        inherited = use[j] * visible[j] * hazard[b] * (1.0 - found[b] * repaired[j])
        added = use[j] * (1.0 - visible[j]) * tuned * average[j] * (1.0 - screening[j])
        single = (1.0 - common) * inherited + added + bad[j] * meant * average[j]
        expected[0, b] += single
        expected[1, b] += inherited
        harm[0, b] += single * worse[j]
        harm[1, b] += inherited * worse[j]
    for b in range(hazard.size):
        for kind in range(2):
            harm[kind, b] = harm[kind, b] / expected[kind, b] if expected[kind, b] > 0.0 else 0.0
        harm[1, b] *= common * usual * exposed[b]
        left = expected[1, b] / exposed[b] if exposed[b] > 0.0 else 0.0
        expected[1, b] = left / usual if usual > 0.0 else 0.0
    return expected, harm
