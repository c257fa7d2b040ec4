r"""What providers believe of a market that nobody has seen at capabilities that nobody has reached.

Symbols: k conviction, n successes (models that have earned their cost), v value map, F highest capability
on sale so far, g growth of the market seen, S spend of those who consider. All assumptions of this project.
"""

import math
from collections.abc import Sequence

import numpy as np

from sim.compiled import kernels
from sim.config.demand import ValueMap
from sim.config.extension import OwnRule
from sim.config.training_rules import Extrapolated
from sim.economics.scaling import Array
from sim.economics.value import KERNEL, coded, value


def conviction(belief: Extrapolated, successes: int) -> float:
    r"""Weight on what has not been seen yet, $k = 1 - (1 - k_0)(1 - \gamma)^n$, in [0, 1]."""
    return 1 - (1 - belief.conviction_at_start) * (1 - belief.conviction_gain) ** successes


def believed_value(kind: ValueMap, capability: Array, reached: float, weight: float) -> Array:
    r"""Value of a capability as believed, same shape as `capability`.

    $$v_b(Q) = v(\min(Q, F)) + k\,[v(Q) - v(F)]^+$$

    Up to the capability reached demand has been seen; beyond it only conviction counts. A `reached` of NaN
    (nothing was ever on sale) is taken as Q = 0, where the scale begins.
    """
    seen = reached if math.isfinite(reached) else 0.0
    if isinstance(kind, OwnRule):
        return plain_belief(kind, capability, seen, weight)
    found: Array = kernels(KERNEL).believed(coded(kind), seen, weight, capability.ravel())
    return found.reshape(capability.shape)


def plain_belief(kind: ValueMap, capability: Array, seen: float, weight: float) -> Array:
    """`believed_value` by its formula, for maps that no kernel knows; the test of the compiled road."""
    worth, of_seen = np.asarray(value(kind, capability)), np.asarray(value(kind, seen))
    return np.where(capability <= seen, worth, of_seen) + weight * np.maximum(worth - of_seen, 0.0)


def growth_seen(revenues: Sequence[float] | Array, months: int) -> float:
    r"""Growth of monthly revenue over the last `months`, nat/month; 0 before there are two months of sales.

    $g = \ln(R_t/R_{t-h})/h$ over the months of that time in which something was sold.
    """
    window = revenues[-months - 1 :]
    sold = [month for month, revenue in enumerate(window) if revenue > 0]
    if len(sold) < 2:
        return 0.0
    first, last = sold[0], sold[-1]
    return math.log(window[last] / window[first]) / (last - first)


def believed_spend(now: float, addressable: float, growth: float, weight: float, ahead: Array) -> Array:
    r"""Spend of those who will consider, USD/month, [node]: $\min(S e^{k g^+ h}, \text{addressable})$.

    ahead: months; addressable: USD/month, what all firms together could spend.
    """
    room = math.log(addressable / now) if now > 0 else 0.0
    return now * np.exp(np.minimum(weight * max(growth, 0.0) * np.asarray(ahead), max(room, 0.0)))
