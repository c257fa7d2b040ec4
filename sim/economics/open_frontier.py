"""What can be run without a provider: a single machine, or open weights.

Symbols: N parameters, Q capability (nat), A algorithmic progress, E floor of the loss.
"""

import numpy as np

from sim.config.products import OpenFrontier
from sim.config.technology import ScalingLaw
from sim.economics.progress import MONTHS
from sim.economics.scaling import capability


def machine_params(frontier: OpenFrontier, month: float) -> float:
    """Largest model that fits on a single machine, parameters."""
    return float(frontier.local_params * frontier.local_growth ** (month / MONTHS))


def ceiling(law: ScalingLaw, params: float, progress: float, reference_flop: float) -> float:
    r"""Capability of a model of N parameters trained on endless data, nat.

    $$Q_{max}(N) = -\frac{1}{\kappa} \ln\frac{A N^{-\alpha}}{L_{ref} - E} + \ln A(t)$$

    Derived for this project: progress raises what a size can hold; distilling does not.
    """
    best = law.floor + law.size_coef * params**-law.size_exp
    return float(capability(law, best, reference_flop) + np.log(progress))


def lag(months: float, leakage: float, activations_share: float) -> float:
    """Months by which others trail the frontier, shorter the more activations leave the providers.

    Assumption of this project: linear in the share of use that returns activations.
    """
    return months * (1 - leakage * activations_share)


def lagged(history: list[float], months: float, rise_before: float) -> float:
    """Frontier some months ago, nat; before the first month it rose by `rise_before` a month."""
    past = len(history) - 1 - months
    if past < 0:
        return history[0] + rise_before * past
    before = int(past)
    share = past - before
    return history[before] + (share * (history[before + 1] - history[before]) if share else 0.0)
