"""How workloads come to consider mega models at all.

Symbols: F share considering, u share using, p innovation, q imitation (hazards a year).
"""

import numpy as np

from sim.config.demand import Adoption
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array, Real


def monthly_hazard(adoption: Adoption, local_use: Array, world_use: float, eagerness: Array) -> Array:
    r"""Probability that a workload begins to consider mega models this month, by segment.

    $$h = 1 - \exp(-\epsilon\,(p + q\,[\lambda u_{segment} + (1-\lambda) u_{world}])/12)$$

    Form: Bass (1969), with use in the place of past adoption; epsilon is the pull of trust (assumption).
    """
    around = adoption.local_share * local_use + (1 - adoption.local_share) * world_use
    return -np.expm1(-eagerness * (adoption.innovation + adoption.imitation * around) / MONTHS)


def expected_share(
    adoption: Adoption, considering: float, using: float, months: Real, eagerness: float
) -> Real:
    r"""Share considering after some months if use among them and trust stay (closed form of Bass).

    $$F(h) = \frac{1 - B e^{-(p+q')h}}{1 + (q'/p) B e^{-(p+q')h}}, \quad
      B = \frac{1 - F_0}{1 + F_0 q'/p}, \quad q' = q u_0/F_0$$

    With p = 0 the logistic limit is taken by a p of a millionth of q'.
    """
    imitation = adoption.imitation * using / considering if considering > 0 else 0.0
    innovation = max(adoption.innovation, 1e-6 * imitation, 1e-12)
    ratio = imitation / innovation
    start = (1 - considering) / (1 + considering * ratio)
    fade = start * np.exp(-eagerness * (innovation + imitation) * np.asarray(months) / MONTHS)
    return (1 - fade) / (1 + ratio * fade)
