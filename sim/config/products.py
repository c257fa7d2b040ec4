"""Parameters of what is sold: tiers, distilled models, the worth of tuning; and of what competes with it."""

from typing import Literal

from sim.config.base import Group, Named, quantity, setting


class Tier(Named):
    """A way in which providers sell a model."""

    description: str = setting("What the customer gets.")
    tuning: Literal["none", "hosted", "activations", "full"] = setting("How the customer's own data is used.")
    model: Literal["flagship", "economy"] = setting("Which of the provider's models is behind it.")
    fee: float = quantity("1", "Wedge on price and cost of a token for tuning and hosting.", ge=0, le=100)
    engineering: float = quantity("1", "Multiple of the customer's engineering cost.", ge=0, le=10)
    privacy: float = quantity("1", "Multiple of the worth of keeping data in house.", ge=0, le=10)
    lock_in: float = quantity("1", "Multiple of the cost of leaving a host of one's own model.", ge=0, le=10)


class Economy(Group):
    """The provider's own distilled small model, behind the economy tier."""

    size_ratio: float = quantity("1", "Its size over the flagship's.", gt=0, le=1)
    capability_gap: float = quantity("nat", "Capability lost in distillation.", ge=0, le=20)


class Finetuning(Group):
    """What tuning is worth: the value law, measured or published; see `sim.economics.finetuning`."""

    removable_share: float = quantity(
        "1",
        "Share of reducible loss that full tuning on endless data removes at the reference gap.",
        ge=0,
        lt=1,
    )
    gap_elasticity: float = quantity("1", "Elasticity of that share in the domain's specificity.", ge=0, le=3)
    size_elasticity: float = quantity("1", "Its elasticity in parameters; a record only.", ge=-1, le=1)
    head_factor: float = quantity("1", "Share of full tuning's worth: head only, endless data.", ge=0, le=2)
    hosted_factor: float = quantity("1", "The same: few altered layers.", ge=0, le=2)
    activations_factor: float = quantity("1", "The same: layers trained outside on activations.", ge=0, le=2)
    full_factor: float = quantity("1", "The same: full tuning; one by definition.", ge=0, le=2)
    head_half_data: float = quantity("1", "Data for half of it: head; one by definition.", gt=0, le=1e6)
    hosted_half_data: float = quantity("1", "The same over the head's: few altered layers.", gt=0, le=1e6)
    activations_half_data: float = quantity("1", "The same over the head's: outside.", gt=0, le=1e6)
    full_half_data: float = quantity("1", "The same over the head's: full tuning.", gt=0, le=1e6)
    half_data_tokens: float = quantity("token", "The head's half-saturation; a record only.", gt=0, le=1e15)
    domain_spread: float = quantity(
        "1", "Standard deviation of the log of that share between domains of equal gap.", ge=0, le=3
    )
    reference_gap: float = quantity("bit/byte", "Gap at specificity one; a record only.", gt=0, le=10)
    noise_sd: float = quantity(
        "1", "Standard deviation of the log of realised gains at data of one.", ge=0, le=3
    )
    noise_exponent: float = quantity("1", "Fall of that deviation in data.", ge=0, le=3)
    gain_cap: float = quantity("nat", "Largest compute-equivalent gain of tuning.", ge=0, le=10)


class OpenFrontier(Group):
    """What runs without a provider: on a single machine after compression, or from open weights."""

    local_lag: float = quantity("month", "Time by which a single machine trails the frontier.", ge=0, le=240)
    local_params: float = quantity(
        "1", "Largest model that fits on a single machine in the first month.", gt=1e6, le=1e15
    )
    local_growth: float = quantity("x/yr", "Factor by which that size grows in a year.", ge=0.5, le=10)
    depth_penalty: float = quantity(
        "nat", "Capability that a single machine loses per unit of a domain's depth of context.", ge=0, le=20
    )
    leap: float = quantity("nat", "Capability that a step in compression brings to machines.", ge=0, le=20)
    leap_month: int = quantity("month", "Month in which that step comes.", ge=0, le=1200)
    open_lag: float = quantity(
        "month", "Time by which the best open weights trail the frontier.", ge=0, le=240
    )
    local_engineering: float = quantity(
        "1", "Multiple of the customer's engineering cost to run a single machine.", ge=0, le=10
    )
    open_engineering: float = quantity(
        "1", "Multiple of the customer's engineering cost to run and tune open weights.", ge=0, le=10
    )
    leakage: float = quantity(
        "1", "Share of those lags that would disappear if all use were of returned activations.", ge=0, le=1
    )
    cost_ratio: float = quantity(
        "1", "Cost of serving a model without a provider's scale, over a provider's cost.", gt=0, le=100
    )
