"""Parameters of technology: scaling law, progress, compute, serving."""

from typing import Annotated, Literal

from pydantic import Field

from sim.config.base import Group, quantity, setting
from sim.config.research import Progress


class ScalingLaw(Group):
    """Coefficients of the loss surface L(N, D); see `sim.economics.scaling`."""

    floor: float = quantity("nat/token", "Irreducible loss E of the text itself.", ge=0, le=10)
    size_coef: float = quantity("1", "Coefficient A of the model's size.", gt=0, le=1e6)
    data_coef: float = quantity("1", "Coefficient B of the training tokens.", gt=0, le=1e6)
    size_exp: float = quantity("1", "Exponent alpha of the model's size.", gt=0, lt=1)
    data_exp: float = quantity("1", "Exponent beta of the training tokens.", gt=0, lt=1)


class Technology(Group):
    """Public trends that all providers share."""

    reference_flop: float = quantity(
        "FLOP", "Compute-optimal training run at which capability Q is zero.", gt=1e15, le=1e30
    )
    halving_time: float = quantity(
        "month", "Time in which algorithmic progress halves the compute for a fixed loss.", gt=0.5, le=600
    )
    flop_per_usd: float = quantity(
        "FLOP/USD", "Training compute that one dollar rents in the first month.", gt=1e12, le=1e24
    )
    flop_per_usd_growth: float = quantity(
        "x/yr", "Factor by which compute per dollar grows in a year.", ge=0.5, le=10
    )
    serving_utilisation: float = quantity(
        "1",
        "Hardware utilisation in serving relative to training, times what serving had gained by the first "
        "month.",
        gt=0,
        le=100,
    )
    serving_growth: float = quantity(
        "x/yr",
        "Factor by which tokens served per dollar grow in a year at fixed size and hardware "
        "(batching, quantisation, sparsity).",
        ge=0.5,
        le=10,
    )
    runaway_growth: float = quantity(
        "x/yr",
        "Growth of the frontier's effective compute above which a run counts as runaway.",
        gt=1,
        le=1e12,
    )
    progress: Progress = setting("What moves algorithms.")


class ComputeOptimal(Group):
    """The size with the lowest loss for the training compute, whatever will be served."""

    kind: Literal["compute_optimal"] = setting("The size with the lowest loss for the training compute.")


class InferenceAware(Group):
    """The size with the lowest cost of training and serving together; see `sim.economics.sizing`."""

    kind: Literal["inference_aware"] = setting("The size that costs least over training and serving.")
    most_tokens_per_param: float = quantity(
        "token", "Most training tokens a parameter that are considered.", ge=20, le=1e6
    )


Sizing = Annotated[ComputeOptimal | InferenceAware, Field(discriminator="kind")]


class Training(Group):
    """What a training run costs and brings."""

    compute_share: float = quantity("1", "Share of a development budget that buys compute.", gt=0, le=1)
    experiments: float = quantity(
        "1", "Compute for research and experiments as a multiple of the run's own.", ge=0, le=100
    )
    duration: int = quantity("month", "Time from the decision to the release.", ge=1, le=60)
    luck: float = quantity("1", "Standard deviation of the log of a run's effective compute.", ge=0, le=3)
    knee: float = quantity(
        "1", "Multiple of the largest earlier budget above which money buys less.", ge=1, le=1000
    )
    knee_exponent: float = quantity("1", "Exponent of effective spending above the knee.", gt=0, le=1)
    smallest_budget: float = quantity("USD", "Smallest budget that providers consider.", gt=0, le=1e12)
    model_life: int = quantity("month", "Time over which a decision counts a model's profit.", ge=1, le=240)
    discount_rate: float = quantity("1/yr", "Rate at which providers discount profit.", ge=0, le=2)
    expected_progress: float = quantity(
        "nat/yr", "Rise of rivals' capability expected before the market has a history.", ge=0, le=10
    )
    sizing: Sizing = setting("How the size of a model is chosen.")
