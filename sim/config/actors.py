"""Parameters of those who act: providers and governments, and the finance they share."""

from typing import Literal

from sim.config.base import Group, Name, Named, quantity, setting
from sim.config.policies import Motives
from sim.config.rivalry import Bertrand, PricingRule
from sim.config.training_rules import TrainingRule


class FirstModel(Group):
    """A model that a provider has in service in the first month."""

    params: float = quantity("1", "Parameters N.", gt=1e3, le=1e18)
    tokens: float = quantity("token", "Training tokens D.", gt=1e3, le=1e20)
    users: float = quantity(
        "1", "Share of the workloads that consider mega models which use it when the run begins.", ge=0, le=1
    )


class Provider(Named):
    """A provider of mega models at the start of the run."""

    description: str = setting("Who this stands for.")
    jurisdiction: Name = setting("The government under which it works.")
    ownership: Literal["corporate", "startup", "champion", "commons"] = setting("Who owns it.")
    cash: float = quantity("USD", "Cash in the first month.", ge=0, le=1e14)
    credit_line: float = quantity("USD", "Credit it may draw.", ge=0, le=1e14)
    backing: float = quantity(
        "USD/yr", "New money a year from parent, investors, treasury or members.", ge=0, le=1e13
    )
    overhead: float = quantity("USD/yr", "Fixed cost a year while it lives.", ge=0, le=1e13)
    weights: Literal["closed", "open"] = setting("Whether others may run its models.")
    tiers: tuple[Name, ...] = setting("Names of the tiers that it sells.")
    efficiency: float = quantity("1", "Engineering competence: effective over plain compute.", gt=0, le=100)
    largest_budget: float = quantity("USD", "Largest development budget it has handled.", gt=0, le=1e13)
    training: TrainingRule = setting("How it decides on training runs.")
    pricing: PricingRule = setting("How it sets prices.", default=Bertrand(kind="bertrand"))
    first_model: FirstModel | None = setting("The model it sells in the first month, if any.", default=None)


class Government(Named):
    """A jurisdiction and its government."""

    description: str = setting("Which countries this stands for.")
    spend_share: float = quantity("1", "Share of addressable spend; normalised over governments.", gt=0, le=1)
    motives: Motives = setting("Why it pays providers, where the law does not fix how much.")


class Finance(Group):
    """Terms of money."""

    interest_rate: float = quantity("1/yr", "Interest on drawn credit.", ge=0, le=2)
