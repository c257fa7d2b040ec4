"""Public trends: algorithms, hardware, serving; and the costs that follow from them.

Symbols: t month, A algorithmic progress (1 at t = 0), C FLOP, N parameters, F budget (USD).
"""

import numpy as np

from sim.config.technology import Technology, Training
from sim.economics.scaling import SERVING_FLOP_PER_PARAM_TOKEN, Real

MONTHS = 12.0  # a year
MTOKEN = 1e6  # tokens


def algorithmic_progress(technology: Technology, month: float) -> float:
    """Factor 2^(t / halving time) by which algorithms stretch compute. Source: Ho et al. (2024)."""
    return float(2 ** (month / technology.halving_time))


def flop_per_usd(technology: Technology, month: float) -> float:
    """Training compute that a dollar rents, FLOP/USD. Source: Hobbhahn & Besiroglu (2022)."""
    return float(technology.flop_per_usd * technology.flop_per_usd_growth ** (month / MONTHS))


def serving_flop_per_usd(technology: Technology, month: float) -> float:
    """Serving compute that a dollar rents, in FLOP of the first month's serving methods."""
    progress = technology.serving_growth ** (month / MONTHS)
    return float(flop_per_usd(technology, month) * technology.serving_utilisation * progress)


def serving_cost(params: Real, flop_per_dollar: Real) -> Real:
    """Cost of serving a million tokens, $2 N 10^6$ / (FLOP per USD), USD/Mtoken."""
    return SERVING_FLOP_PER_PARAM_TOKEN * params * MTOKEN / flop_per_dollar


def effective_budget(training: Training, budget: Real, largest_budget: Real) -> Real:
    r"""What a budget is worth to an organisation that grows too fast, USD.

    $$F_{eff} = F \;\text{ up to } k F_-, \quad k F_- (F / k F_-)^{x} \;\text{ above}$$

    with F- the largest earlier budget, k the knee, x its exponent. Assumption of this project.
    """
    knee = training.knee * largest_budget
    return np.where(
        np.asarray(budget) <= knee, budget, knee * (np.asarray(budget) / knee) ** training.knee_exponent
    )


def budget_of(training: Training, effective_usd: float, largest_budget: float) -> float:
    """Budget that is worth so much: the inverse of `effective_budget`, USD."""
    knee = training.knee * largest_budget
    if effective_usd <= knee:
        return effective_usd
    return float(knee * (effective_usd / knee) ** (1 / training.knee_exponent))


def run_share(training: Training) -> float:
    """Share of a development budget that buys the run itself; the rest pays staff and experiments.

    Cottier et al. (2024): staff and compute share development costs, and compute includes experiments.
    """
    return training.compute_share / (1 + training.experiments)


def physical_flop(training: Training, effective_usd: Real, flop_per_dollar: float) -> Real:
    """Training compute of the run that an effective budget buys, FLOP."""
    return run_share(training) * effective_usd * flop_per_dollar
