r"""How many equal firms a large market keeps where quality is bought: the lines of theory.

Free entry, one customer type, a flat serving cost, no improving outside option [derived for this project].

Symbols: theta utils over a rival per e-fold of spend; N firms, s = 1/N; l Lerner index; a = alpha/(1 - rho).
"""

import numpy as np
from numpy.typing import ArrayLike

from sim.economics.choice import Array
from sim.economics.demand import Form


def simultaneous_bound(theta: ArrayLike) -> Array:
    r"""Most firms where price and spend are chosen together, $N = \theta/(\theta-1)$; no bound below 1."""
    values = np.asarray(theta, dtype=float)
    over = np.where(values > 1.0, values - 1.0, 1.0)
    return np.where(values > 1.0, values / over, np.inf)


def two_stage_theta(firms: ArrayLike, form: Form, alpha: float = 1.0, rho: float = 0.0) -> Array:
    r"""The theta at which N firms just earn their spend, where prices are set after it; N above 1.

    Unit demand: $\theta_N = (N^2-N+1)/(N-1)^2$. Constant expenditure:
    $\theta_N = \frac{1 + s a l/(1-s)}{(1-s)(1 + s a l)}$ with $l = 1/(1 + a(1-s))$.
    """
    n = np.asarray(firms, dtype=float)
    if form == "unit_demand":
        return (n**2 - n + 1.0) / (n - 1.0) ** 2
    share, slope = 1.0 / n, alpha / (1.0 - rho)
    answer = share * slope / (1.0 + slope * (1.0 - share))
    return (1.0 + answer / (1.0 - share)) / ((1.0 - share) * (1.0 + answer))


def two_stage_bound(theta: float, form: Form, alpha: float = 1.0, rho: float = 0.0) -> float:
    """Most firms at a theta by the same condition; no bound at 1 and below."""
    if theta <= 1.0:
        return float("inf")
    low, high = 1.0, 2.0
    while float(two_stage_theta(high, form, alpha, rho)) > theta:
        low, high = high, 2.0 * high
    for _ in range(80):
        middle = 0.5 * (low + high)
        above = middle > 1.0 and float(two_stage_theta(middle, form, alpha, rho)) <= theta
        low, high = (low, middle) if above else (middle, high)
    return high
