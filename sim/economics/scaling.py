"""The scaling law of pre-training: loss, compute optimum and capability.

Symbols: N parameters, D training tokens, C training FLOP, L loss (nat/token), Q capability (nat).
"""

import numpy as np
from numpy.typing import NDArray

from sim.config.technology import ScalingLaw

Array = NDArray[np.float64]
Real = float | Array

TRAINING_FLOP_PER_PARAM_TOKEN = 6.0  # FLOP, forward and backward pass (Hoffmann et al. 2022)
SERVING_FLOP_PER_PARAM_TOKEN = 2.0  # FLOP, forward pass (Sardana et al. 2024)


def training_flop(params: Real, tokens: Real) -> Real:
    """Training compute $C = 6 N D$, FLOP."""
    return TRAINING_FLOP_PER_PARAM_TOKEN * params * tokens


def loss(law: ScalingLaw, params: Real, tokens: Real) -> Real:
    r"""Pre-training loss of a model, nat/token.

    $$L(N, D) = E + A N^{-\alpha} + B D^{-\beta}$$

    Source: Hoffmann et al. (2022), eq. 10; constants refitted by Besiroglu et al. (2024).
    Fitted for 7e7 < N < 1.6e10; beyond that it is an extrapolation.
    """
    return law.floor + law.size_coef * params**-law.size_exp + law.data_coef * tokens**-law.data_exp


def optimal_params(law: ScalingLaw, flop: Real) -> Real:
    r"""Size of the model with the lowest loss for a training compute, parameters.

    $$N^* = G (C/6)^{\beta/(\alpha+\beta)}, \quad G = (\alpha A / \beta B)^{1/(\alpha+\beta)}$$

    Source: Hoffmann et al. (2022), eq. 4.
    """
    return optimal_scale(law) * (flop / TRAINING_FLOP_PER_PARAM_TOKEN) ** size_elasticity(law)


def optimal_scale(law: ScalingLaw) -> float:
    """The G of `optimal_params`."""
    coefs = law.size_exp * law.size_coef / (law.data_exp * law.data_coef)
    return float(coefs ** (1 / (law.size_exp + law.data_exp)))


def optimal_tokens(law: ScalingLaw, flop: Real) -> Real:
    """Training tokens that go with `optimal_params`: $D^* = (C/6)/N^*$."""
    return flop / TRAINING_FLOP_PER_PARAM_TOKEN / optimal_params(law, flop)


def optimal_loss(law: ScalingLaw, flop: Real) -> Real:
    """Lowest loss that a training compute can buy, nat/token."""
    return loss(law, optimal_params(law, flop), optimal_tokens(law, flop))


def size_elasticity(law: ScalingLaw) -> float:
    r"""Growth of the optimal size, and so of the serving cost, with compute: $\beta/(\alpha+\beta)$."""
    return law.data_exp / (law.size_exp + law.data_exp)


def reducible_exponent(law: ScalingLaw) -> float:
    r"""Exponent kappa of reducible loss in compute on the optimum: $\alpha\beta/(\alpha+\beta)$."""
    return law.size_exp * law.data_exp / (law.size_exp + law.data_exp)


def capability(law: ScalingLaw, loss_value: Real, reference_flop: float) -> Real:
    r"""Capability Q of a model, nat of effective compute over the optimal run of `reference_flop`.

    $$Q = -\frac{1}{\kappa} \ln\frac{L - E}{L_{ref} - E}$$

    Derived for this project; equals $\ln(C/C_{ref})$ for compute-optimal runs.
    """
    reference = optimal_loss(law, reference_flop) - law.floor
    return -np.log((loss_value - law.floor) / reference) / reducible_exponent(law)


def effective_flop(q: Real, reference_flop: float) -> Real:
    """Compute of the compute-optimal run of the first month's algorithms that has capability Q, FLOP."""
    return reference_flop * np.exp(q)
