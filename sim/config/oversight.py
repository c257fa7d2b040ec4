"""Parameters of oversight: hazards of models, audits, what derivatives inherit, screening, incidents."""

from typing import Literal

from sim.config.base import Group, Name, quantity, setting


class Oversight(Group):
    """Audits, hazards and incidents; see `sim.economics.oversight`."""

    public_capacity: float = quantity(
        "auditor-month/month", "Audit capacity that governments pay for in the first month.", ge=0, le=1e9
    )
    public_growth: float = quantity("x/yr", "Growth of that capacity in a year.", ge=0.5, le=10)
    paid_share: float = quantity("1", "Share of revenue that providers pay for audits.", ge=0, lt=1)
    auditor_cost: float = quantity("USD/auditor-month", "Cost of an auditor, tools included.", gt=0, le=1e9)
    allocation: Literal["use", "equal", "frontier", "unfound"] = setting(
        "How auditors are spread over the live base models: by use, equally, all on the most capable, or by "
        "use times what has not been found."
    )
    effort_scale: float = quantity(
        "auditor-month", "Effort that finds 1 - 1/e of the hazard of a model of Q = 0.", gt=0, le=1e12
    )
    effort_slope: float = quantity("1/nat", "Rise of the log of that effort in capability.", ge=0, le=5)
    hazard: float = quantity(
        "1/month", "Incidents of an average unaudited model of Q = 0, if all workloads used it.", ge=0, le=1e9
    )
    hazard_slope: float = quantity("1/nat", "Rise of the log of that number in capability.", ge=-2, le=2)
    severity_slope: float = quantity(
        "1/nat", "Rise of the log of the harm of an incident in capability.", ge=-2, le=2
    )
    severity_spread: float = quantity("1", "Coefficient of variation of the harm of incidents.", gt=0, le=10)
    hazard_spread: float = quantity(
        "1", "Standard deviation of the log of latent hazards over base models.", ge=0, le=3
    )
    hazard_correlation: float = quantity(
        "1", "Correlation of the logs of hazards of models that are released together.", ge=0, le=1
    )
    hazard_memory: float = quantity(
        "month", "Time over which what models have in common fades.", gt=0, le=1200
    )
    tuned_hazard: float = quantity(
        "1", "Hazard that tuning brings, over that of an average base of like capability.", ge=0, le=100
    )
    common_share: float = quantity(
        "1",
        "Share of a base model's harm that comes as failures of all that rests on it at once.",
        ge=0,
        le=1,
    )
    failure_interval: float = quantity(
        "month", "Mean time between common failures of an average unaudited model of Q = 0.", gt=0, le=1e5
    )
    misuse_share: float = quantity("1", "Share of all use that is meant to harm.", ge=0, le=1)
    misuse_hazard: float = quantity(
        "1", "Incidents per such use, over those of other use of an average base.", ge=0, le=1e6
    )
    migration: float = quantity("1", "Share of users cut off for misuse who find another way in.", ge=0, le=1)
    unscreened: tuple[Name, ...] = setting("Names of the providers that do not screen their users.")
    hold_up: float = quantity(
        "1",
        "Share of what leaving a tuned model costs that its host takes by a higher price at renewal.",
        ge=0,
        lt=1,
    )


class Lineage(Group):
    """What a derivative shares with its base, by way of making it; between 0 and 1."""

    hosted_visible: float = quantity("1", "Behaviour visible in the base: few altered layers.", ge=0, le=1)
    activations_visible: float = quantity("1", "The same: layers trained outside.", ge=0, le=1)
    full_visible: float = quantity("1", "The same: full tuning.", ge=0, le=1)
    economy_visible: float = quantity("1", "The same: the provider's distilled small model.", ge=0, le=1)
    hosted_repaired: float = quantity(
        "1", "Found behaviour that is gone when the base is repaired: few altered layers.", ge=0, le=1
    )
    activations_repaired: float = quantity("1", "The same: layers trained outside.", ge=0, le=1)
    full_repaired: float = quantity("1", "The same: full tuning.", ge=0, le=1)
    economy_repaired: float = quantity("1", "The same: the provider's distilled small model.", ge=0, le=1)
    open_repaired: float = quantity("1", "The same: weights that others run.", ge=0, le=1)
    api_screening: float = quantity(
        "1", "Bad use that a screening host catches: models as they are.", ge=0, le=1
    )
    hosted_screening: float = quantity("1", "The same, and share of added hazards: few layers.", ge=0, le=1)
    full_screening: float = quantity("1", "The same, and share of added hazards: full tuning.", ge=0, le=1)
