"""Value maps: what capability is worth.

Symbols: Q capability (nat), v value (nat), v' its slope.
"""

import numpy as np

from sim import extending
from sim.compiled import kernels
from sim.config.demand import LinearValue, SaturatingValue, ValueMap
from sim.config.extension import OwnRule
from sim.economics.scaling import Real

KERNEL = "sim.economics.kernels.customers"


def value(kind: ValueMap, q: Real) -> Real:
    r"""Value of capability Q, in nat at the origin's slope.

    linear $v = Q$; saturating $v = P (1 - e^{-Q/P})$, plateau P; threshold
    $v = H / (1 + e^{-(Q - m)/w})$, midpoint m, width w, height H.
    The saturating map goes on below zero, so that worse models than the reference are worth less.
    Assumption of this project: the map decides the market's end and is to be varied.
    """
    if isinstance(kind, LinearValue):
        return q
    if isinstance(kind, SaturatingValue):
        return kind.plateau * (1 - kernels(KERNEL).exponential(-q / kind.plateau))
    if isinstance(kind, OwnRule):
        return _own(extending.VALUE_MAP, kind, q)
    return kind.height * _logistic((q - kind.midpoint) / kind.width)


def coded(kind: ValueMap) -> tuple[int, float, float, float]:
    """A value map as the kernels know it: number, size, middle and width; of an own rule the number alone."""
    maps = kernels(KERNEL)
    if isinstance(kind, LinearValue):
        return maps.LINEAR, 0.0, 0.0, 1.0
    if isinstance(kind, SaturatingValue):
        return maps.SATURATING, kind.plateau, 0.0, kind.plateau
    if isinstance(kind, OwnRule):
        return maps.GIVEN, 0.0, 0.0, 1.0
    return maps.THRESHOLD, kind.height, kind.midpoint, kind.width


def marginal_value(kind: ValueMap, q: Real) -> Real:
    """Slope v'(Q) of the value map, nat per nat."""
    if isinstance(kind, LinearValue):
        return np.ones_like(np.asarray(q, dtype=float))
    if isinstance(kind, SaturatingValue):
        return np.exp(-q / kind.plateau)
    if isinstance(kind, OwnRule):
        return _own(extending.SLOPE, kind, q)
    share = _logistic((q - kind.midpoint) / kind.width)
    return kind.height * share * (1 - share) / kind.width


def _own(what: str, kind: OwnRule, q: Real) -> Real:
    """What an extension says of capabilities; refused where it is no finite number for each."""
    asked = extending.brought(what, kind.rule)
    said = np.asarray(asked(q), dtype=float)
    if said.shape != np.shape(q) or not np.isfinite(said).all():
        raise asked.refuse(said, "a finite number for each capability")
    return said


def _logistic(x: Real) -> Real:
    return 0.5 * (1 + np.tanh(0.5 * x))


def reward_for_scale(
    taste: float, slope: float, price_sensitivity: float, cost_elasticity: float, rho: float
) -> float:
    r"""Theta: utils over a rival in the same nest per e-fold of training spend, net of dearer serving.

    $$\theta = \frac{a v'(Q) - \alpha \epsilon_c}{1 - \rho}, \quad \epsilon_c = d\ln c / d\ln C$$

    Derived for this project, for constant expenditure. Endogenous sunk costs in the sense of Sutton (1991).
    """
    return (taste * slope - price_sensitivity * cost_elasticity) / (1 - rho)
