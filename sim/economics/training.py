"""What training budgets buy: compute of a run, and the size and the capability of its model.

Symbols: F budget, C training FLOP, N parameters, x size over the compute-optimal size; see
`sim.economics.progress` and `sim.economics.sizing`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels
from sim.config.technology import ComputeOptimal, ScalingLaw, Training
from sim.economics import progress, scaling, sizing
from sim.economics.scaling import SERVING_FLOP_PER_PARAM_TOKEN, TRAINING_FLOP_PER_PARAM_TOKEN, Array


class Means(NamedTuple):
    """What decides on the runs of some providers, [provider]."""

    which: NDArray[np.intp]  # index among all
    budget: Array  # USD, the largest within reach
    largest: Array  # USD, the largest earlier one
    stretch: Array  # what a FLOP is worth by algorithms and engineering, over the FLOP of capability 0


class Known(NamedTuple):
    """What is known of all providers, [provider]."""

    selling: NDArray[np.bool_]
    params: Array  # of the model in hand
    capability: Array  # nat, of the model in hand
    served: Array  # tokens a month that are expected


def choices(
    training: Training, law: ScalingLaw, per_usd: float, serving_per_usd: float,
    own: Means, known: Known, months: float, least: float, steps: int,
) -> Array:  # fmt: skip
    """Budget, FLOP, parameters and capability of what providers can do, four tables [provider, choice].

    First `steps` runs by budget, evenly in logs from the `least`, USD, to what is within reach; last, to go
    on with the model in hand, without budget and FLOP. The budget is inf where a run is out of reach, or no
    model there. per_usd: training FLOP that a dollar rents now, serving_per_usd: serving FLOP when the model
    is out; months: of service over a model's life.
    """
    kind = training.sizing
    most = 0.0 if isinstance(kind, ComputeOptimal) else kind.most_tokens_per_param
    per_pass = TRAINING_FLOP_PER_PARAM_TOKEN, SERVING_FLOP_PER_PARAM_TOKEN
    found = kernels(sizing.KERNEL).choices(
        tuple(own), tuple(known), months, least, steps,
        (progress.run_share(training) * per_usd, serving_per_usd),
        (training.knee, training.knee_exponent, *per_pass, most),
        (law.size_exp, law.data_exp, scaling.optimal_scale(law)),
    )  # fmt: skip
    return np.asarray(found)


def plain_bought(
    training: Training, law: ScalingLaw, per_usd: float, serving_per_usd: float,
    budgets: Array, largest: Array, served: Array, stretch: Array,
) -> Array:  # fmt: skip
    """FLOP, parameters and capability of runs by the formulas of their modules: the test of `choices`.

    budgets: USD [provider, candidate]; served: tokens over the model's life [provider].
    """
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
