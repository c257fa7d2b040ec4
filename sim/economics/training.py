"""What training budgets buy: compute of a run, and the size and the capability of its model.

Symbols: F budget, C training FLOP, N parameters, x size over the compute-optimal size; see
`sim.economics.progress` and `sim.economics.sizing`.
"""

import numpy as np

from sim.compiled import kernels
from sim.config.technology import ComputeOptimal, ScalingLaw, Training
from sim.economics import progress, scaling, sizing
from sim.economics.scaling import SERVING_FLOP_PER_PARAM_TOKEN, TRAINING_FLOP_PER_PARAM_TOKEN, Array


def bought(
    training: Training, law: ScalingLaw, per_usd: float, serving_per_usd: float,
    budgets: Array, largest: Array, served: Array, stretch: Array,
) -> Array:  # fmt: skip
    """FLOP, parameters and capability of runs, three tables [provider, candidate].

    per_usd: training FLOP that a dollar rents now, serving_per_usd: serving FLOP when the model is out;
    budgets: USD [provider, candidate]; largest: earlier budget, USD; served: tokens over the model's life;
    stretch: what a FLOP is worth by algorithms and engineering, over the FLOP of capability 0 [provider].
    """
    kind = training.sizing
    most = 0.0 if isinstance(kind, ComputeOptimal) else kind.most_tokens_per_param
    per_pass = TRAINING_FLOP_PER_PARAM_TOKEN, SERVING_FLOP_PER_PARAM_TOKEN
    found = kernels(sizing.KERNEL).bought(
        budgets, largest, served, stretch, (progress.run_share(training) * per_usd, serving_per_usd),
        (training.knee, training.knee_exponent, *per_pass, most),
        (law.size_exp, law.data_exp, scaling.optimal_scale(law)),
    )  # fmt: skip
    return np.asarray(found)


def plain_bought(
    training: Training, law: ScalingLaw, per_usd: float, serving_per_usd: float,
    budgets: Array, largest: Array, served: Array, stretch: Array,
) -> Array:  # fmt: skip
    """The same by the formulas of their modules: the test of the compiled road."""
    worth = progress.effective_budget(training, budgets, largest[:, None])
    flop = np.asarray(progress.physical_flop(training, worth, per_usd))
    optimum = np.asarray(scaling.optimal_params(law, flop))
    ratio, kind = np.ones_like(flop), training.sizing
    if not isinstance(kind, ComputeOptimal):
        tokens, weight = scaling.optimal_tokens(law, flop), flop / budgets / serving_per_usd
        wanted = sizing.size_ratio(law, sizing.service_weight(tokens, served[:, None], weight))
        ratio = np.asarray(sizing.bounded_ratio(tokens / optimum, wanted, kind.most_tokens_per_param))
    effective = sizing.equivalent_flop(law, flop, ratio) * stretch[:, None]
    return np.stack([flop, ratio * optimum, np.log(effective)])
