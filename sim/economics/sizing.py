r"""The size of a model that will be served: smaller than the compute optimum, trained on more tokens.

Symbols: N parameters, D training tokens, C = 6ND training FLOP, T tokens served over the model's life,
w cost of a serving FLOP over that of a training FLOP, x = N/N*(C) size over the compute-optimal size.
Source: Sardana et al. (2024), who minimise 6ND + 2NTw at a given loss.
"""

import numpy as np

from sim.compiled import kernels
from sim.config.technology import ScalingLaw
from sim.economics import scaling
from sim.economics.scaling import SERVING_FLOP_PER_PARAM_TOKEN, TRAINING_FLOP_PER_PARAM_TOKEN, Array, Real

KERNEL = "sim.economics.kernels.sizing"


def service_weight(optimal_tokens: Real, served: Real, weight: Real = 1.0) -> Real:
    r"""Serving against training per pass over a token at the compute optimum, $\tau = w 2T/(6D^*(C))$."""
    ratio = SERVING_FLOP_PER_PARAM_TOKEN / TRAINING_FLOP_PER_PARAM_TOKEN
    return weight * ratio * served / optimal_tokens


def size_ratio(law: ScalingLaw, service: Real) -> Array:
    r"""Size over compute-optimal size, x in (0, 1], of the cheapest model over its life.

    $$x^{-(\alpha+\beta)} = 1 + \tau x$$

    for a training compute C: the first-order condition of Sardana et al. (2024) at the loss which the
    run attains, with D eliminated by C = 6ND. Derived for this project. `service` is tau, any shape.
    In ln x the difference of the logs falls and is concave, so that Newton's steps from x = 1 cannot miss.
    """
    tau = np.asarray(service, dtype=float)
    log_x = kernels(KERNEL).log_ratios(tau.ravel(), law.size_exp + law.data_exp)
    return np.exp(log_x).reshape(tau.shape)


def bounded_ratio(tokens_per_param: Real, ratio: Real, most_tokens_per_param: float) -> Real:
    """The size ratio, raised where the run would take more tokens a parameter than has been tried.

    tokens_per_param: of the compute-optimal run.
    """
    return np.maximum(ratio, np.minimum(np.sqrt(tokens_per_param / most_tokens_per_param), 1.0))


def equivalent_flop(law: ScalingLaw, flop: Real, ratio: Real) -> Real:
    r"""Compute of the compute-optimal run with the same loss, FLOP.

    $$C_{equiv} = C \Big(\frac{\beta x^{-\alpha} + \alpha x^{\beta}}{\alpha+\beta}\Big)^{-1/\kappa}$$

    because size and data terms stand as beta to alpha at the optimum. Derived for this project.
    """
    a, b = law.size_exp, law.data_exp
    worse = (b * np.power(ratio, -a) + a * np.power(ratio, b)) / (a + b)
    return flop * worse ** (-1 / scaling.reducible_exponent(law))


def elasticities(law: ScalingLaw, ratio: float) -> tuple[float, float]:
    r"""Growth of size, and of capability, per e-fold of training compute with the tokens served held fixed.

    $$\frac{d\ln x}{d\ln C} = \frac{(1-a)(y-1)}{(\alpha+\beta)y + y - 1}, \quad y = x^{-(\alpha+\beta)}$$

    is added to a = beta/(alpha+beta) for size; capability grows by one less that times the slope of
    the log reducible loss in ln x, over kappa.
    On the compute optimum (x = 1; also for x above 1, which nobody chooses) they are a and 1.
    Derived for this project.
    """
    a, b, share = law.size_exp, law.data_exp, scaling.size_elasticity(law)
    x = min(ratio, 1.0)
    y = x ** -(a + b)
    catch_up = (1 - share) * (y - 1) / ((a + b) * y + y - 1)
    slope = a * b * (x**b - x**-a) / (b * x**-a + a * x**b)
    return share + catch_up, 1 - slope * catch_up / scaling.reducible_exponent(law)
