r"""How providers' own engineering efficiency moves.

Symbols: e efficiency (effective over plain compute), x = ln e less the mean of ln e over the living.
"""

import numpy as np

from sim.economics.progress import MONTHS
from sim.economics.scaling import Array


def leaked(log_efficiency: Array, rate: float, months: float = 1.0) -> Array:
    r"""Log efficiency of the living after some months of leakage, [provider].

    $$x_f(t) = x_f(0)\,e^{-\lambda t}$$

    The private part fades at the rate lambda for whoever is ahead, and whoever is behind catches up by as
    much: relative to the mean, because what has leaked to all is part of public algorithmic progress, which
    is counted there. lambda = 0: secrets for ever; lambda large: a level field. Assumption of this project.
    """
    mean = log_efficiency.mean()
    return mean + (log_efficiency - mean) * np.exp(-rate * months / MONTHS)
