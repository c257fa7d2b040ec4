"""Compiled misuse and risks of a month, added up by the base model that products rest on, and what happens.

Symbols: see `sim.economics.oversight`, where the formulas are written out.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.streams import hashed


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
def seen(top, effort, scale, tax):
    """What audits have found by base model, 0 without one, and of the best model; what they understand, nat.

    scale, tax: effort that finds 1 - 1/e at Q = 0, and the rise of its log in capability.
    """
    found, best, frontier, understood = np.zeros(top.size), -np.inf, np.nan, -np.inf
    for b in range(top.size):
        if top[b] > -np.inf:
            found[b] = -np.expm1(-effort[b] / (scale * np.exp(tax * top[b])))
            margin = np.log(effort[b]) - np.log(scale * np.log(2.0))
            half = margin / tax if tax > 0.0 else (np.inf if margin >= 0.0 else -np.inf)
            understood = max(understood, min(top[b], half))
            if top[b] > best:
                best, frontier = top[b], found[b]
    return found, frontier, understood


@njit(error_model="numpy", cache=True)
def risks(products, lineage, bases, misused, audited, hazards, shares):
    """Use exposed to each base; events expected of a month and mean harm of one, [single or common, base].

    What they come from: the share found and the hazard that is left [base], NaN where there is no model, and
    `misuse`. And the total of use, the share found by use and of the most capable, what is understood, the
    largest share of use exposed to one base and the harm expected in all.
    """
    use, capability = products
    base, visible, repaired, screening = lineage
    top, hazard, effort = bases
    usual, slope, worsening = hazards
    common, tuned, meant, interval = shares
    bad, kept_out, unwatched = misuse(use, screening, *misused)
    found, frontier, understood = seen(top, effort, *audited)
    exposed, left = np.zeros((2, hazard.size))
    expected, harm = np.zeros((2, 2, hazard.size))
    total, covered, widest, feared = 0.0, 0.0, 0.0, 0.0
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
        covered += use[j] * found[b]
    usual *= interval
    for b in range(hazard.size):
        for kind in range(2):
            harm[kind, b] = harm[kind, b] / expected[kind, b] if expected[kind, b] > 0.0 else 0.0
        harm[1, b] *= common * usual * exposed[b]
        rate = expected[1, b] / exposed[b] if exposed[b] > 0.0 else 0.0
        expected[1, b] = rate / usual if usual > 0.0 else 0.0
        feared += expected[0, b] * harm[0, b] + expected[1, b] * harm[1, b]
        widest = max(widest, exposed[b])
        found[b] = found[b] if top[b] > -np.inf else np.nan
        left[b] = hazard[b] * (1.0 - found[b])
    known = total, covered / total, frontier, understood, widest / total, feared
    return exposed, expected, harm, found, left, bad, kept_out, unwatched, *known


@njit(error_model="numpy", cache=True)
def happening(streams, names, expected, harm):
    """Events of which one or more happen: kind and base [what, event], and four columns [what, event].

    Those are luck and expectation of their number, luck and mean of their harm. streams: keys of the luck of
    numbers, then of harm, each [kind]; names: keys of the bases; expected, harm: [kind, base].
    """
    place, found = np.empty((2, expected.size), dtype=np.intp), np.empty((4, expected.size))
    count, kinds = 0, expected.shape[0]
    for kind in range(kinds):
        for b in range(names.size):
            luck = hashed(streams[kind], names[b])
            if luck > np.exp(-expected[kind, b]):
                place[0, count], place[1, count] = kind, b
                found[0, count], found[1, count] = luck, expected[kind, b]
                found[2, count], found[3, count] = hashed(streams[kinds + kind], names[b]), harm[kind, b]
                count += 1
    return place[:, :count], found[:, :count]
