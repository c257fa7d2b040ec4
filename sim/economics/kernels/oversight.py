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
    back = migration * caught if missed > 0.0 else 0.0
    bad, left = np.zeros(use.size), 0.0
    for j in range(use.size):
        own = use[j] * (1.0 - screening[j])
        if own > 0.0:
            bad[j] = share * (own + back * (own / missed))
            left += bad[j]
    kept_out = max(0.0, 1.0 - (missed + back) / total) if total > 0.0 else 0.0
    unwatched = unseen / missed if left > 0.0 else np.nan
    return bad, kept_out, unwatched


@njit(error_model="numpy", cache=True)
def risks(products, lineage, bases, misused, audited, hazards, shares):
    """Use exposed to each base; events expected of a month and mean harm of one, [single or common, base].

    What they come from: the share found [base], NaN where there is no model, and `misuse`. And the total of
    use, the share found by use, the largest share of use exposed to one base and the harm expected in all.
    """
    use, capability = products
    base, visible, repaired, screening = lineage
    top, hazard, effort = bases
    scale, tax = audited
    usual, slope, worsening = hazards
    common, tuned, meant, interval = shares
    bad, kept_out, unwatched = misuse(use, screening, *misused)
    exposed, found = np.zeros((2, hazard.size))
    expected, harm = np.zeros((2, 2, hazard.size))
    total, seen, widest, feared = 0.0, 0.0, 0.0, 0.0
    for b in range(hazard.size):
        if top[b] > -np.inf:
            found[b] = -np.expm1(-effort[b] / (scale * np.exp(tax * top[b])))
    for j in range(base.size):
        b, average, worse = base[j], usual * np.exp(slope * capability[j]), np.exp(worsening * capability[j])
        exposed[b] += use[j] * visible[j]
        inherited = use[j] * visible[j] * hazard[b] * (1.0 - found[b] * repaired[j])
        added = use[j] * (1.0 - visible[j]) * tuned * average * (1.0 - screening[j])
        single = (1.0 - common) * inherited + added + bad[j] * meant * average
        expected[0, b] += single
        expected[1, b] += inherited
        harm[0, b] += single * worse
        harm[1, b] += inherited * worse
        total += use[j]
        seen += use[j] * found[b]
    usual *= interval
    for b in range(hazard.size):
        for kind in range(2):
            harm[kind, b] = harm[kind, b] / expected[kind, b] if expected[kind, b] > 0.0 else 0.0
        harm[1, b] *= common * usual * exposed[b]
        left = expected[1, b] / exposed[b] if exposed[b] > 0.0 else 0.0
        expected[1, b] = left / usual if usual > 0.0 else 0.0
        feared += expected[0, b] * harm[0, b] + expected[1, b] * harm[1, b]
        widest = max(widest, exposed[b])
        found[b] = found[b] if top[b] > -np.inf else np.nan
    known = found, bad, kept_out, unwatched, total, seen / total, widest / total, feared
    return exposed, expected, harm, *known
