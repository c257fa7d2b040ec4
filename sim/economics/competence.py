r"""How providers' own engineering efficiency moves.

Symbols: e efficiency (effective over plain compute); m mean of ln e over those who have a model on sale.
"""

import math

from sim.economics.progress import MONTHS


def leaked(log_efficiency: float, mean: float, rate: float, months: float = 1.0) -> float:
    r"""Log efficiency of a provider after some months of leakage.

    $$\ln e_f(t) - m = (\ln e_f(0) - m)\,e^{-\lambda t}$$

    The private part fades at the rate lambda for whoever is ahead, and whoever is behind catches up by as
    much: relative to the mean, because what has leaked to all is part of public algorithmic progress, which
    is counted there. lambda = 0: secrets for ever; lambda large: a level field. Assumption of this project.
    """
    return mean + (log_efficiency - mean) * math.exp(-rate * months / MONTHS)
