"""Parameters of customers: who they are, what they value, how they come to consider mega models."""

from typing import Annotated, Literal

from pydantic import Field

from sim.config.base import Group, Named, quantity, setting
from sim.config.extension import OwnRule


class LinearValue(Group):
    """Each nat of capability is worth the same."""

    kind: Literal["linear"] = setting("Each nat of capability is worth the same.")


class SaturatingValue(Group):
    """Value approaches a plateau."""

    kind: Literal["saturating"] = setting("Value approaches a plateau.")
    plateau: float = quantity("nat", "Capability-equivalent value that is never exceeded.", gt=0, le=1000)


class ThresholdValue(Group):
    """Value is the share of tasks that can be automated, logistic in capability."""

    kind: Literal["threshold"] = setting("Value is the share of tasks that can be automated.")
    midpoint: float = quantity("nat", "Capability at which half of the tasks can be done.", ge=-20, le=200)
    width: float = quantity("nat", "Capability over which the share rises.", gt=0, le=100)
    height: float = quantity("nat", "Value of automating all tasks.", gt=0, le=1000)


ValueMap = Annotated[LinearValue | SaturatingValue | ThresholdValue | OwnRule, Field(discriminator="kind")]


class Demand(Group):
    """Customers' workloads, their budgets and their choice among models; see `sim.economics.demand`."""

    form: Literal["constant_expenditure", "unit_demand"] = setting(
        "Whether a customer spends a budget or needs a number of tokens."
    )
    price_unit: float = quantity(
        "USD/Mtoken",
        "Price at which price sensitivity is stated; under unit demand a budget is the cost of the needed "
        "tokens at this price.",
        gt=0,
        le=1e6,
    )
    workloads_per_firm: float = quantity("1", "Mean number of workloads of a firm.", ge=1, le=1000)
    workloads: int = quantity(
        "1", "Simulated workloads, spread over the segments by spend.", ge=100, le=10**7
    )
    addressable_spend: float = quantity(
        "USD/yr", "Spend that mega models could win in the first year, if all considered them.", gt=0, le=1e15
    )
    spend_growth: float = quantity("x/yr", "Factor by which addressable spend grows in a year.", ge=0.5, le=3)
    budget_spread: float = quantity(
        "1", "Standard deviation of the log of budgets within a segment.", ge=0, le=4
    )
    intercept: float = quantity("util", "Utility of a model with Q = 0 at 1 USD/Mtoken.", ge=-100, le=100)
    price_sensitivity: float = quantity(
        "1", "Mean utility alpha lost per unit of log price; the brand elasticity rises with it.", gt=0, le=10
    )
    price_sensitivity_spread: float = quantity(
        "1", "Standard deviation of the log of price sensitivity over workloads.", ge=0, le=2
    )
    capability_taste: float = quantity("util/nat", "Mean utility per nat of capability.", ge=0, le=20)
    capability_taste_spread: float = quantity(
        "1", "Standard deviation of the log of the taste for capability over workloads.", ge=0, le=2
    )
    nest_correlation: float = quantity(
        "1", "Correlation rho of tastes for models against using none; 0 is the plain logit.", ge=0, lt=1
    )
    taste_spread: float = quantity(
        "util", "Standard deviation of persistent tastes for a provider.", ge=0, le=5
    )
    firm_taste_share: float = quantity(
        "1", "Share of the variance of those tastes that the workloads of a firm have in common.", ge=0, le=1
    )
    review_rate: float = quantity("1/yr", "Hazard that a contract comes up for review.", ge=0, le=100)
    switching_cost: float = quantity("util", "Cost of leaving a provider.", ge=0, le=20)
    retuning_cost: float = quantity(
        "util", "Further cost of leaving a provider that hosts the customer's own model.", ge=0, le=20
    )
    own_data: float = quantity(
        "1", "Median data of a customer, in units of the head's half-saturation.", gt=0, le=1e6
    )
    own_data_spread: float = quantity("1", "Standard deviation of the log of customers' data.", ge=0, le=5)
    engineering_cost: float = quantity(
        "util", "Mean cost to a customer of training and serving layers of its own.", ge=0, le=20
    )
    privacy: float = quantity("util", "Mean worth of keeping data in house.", ge=0, le=20)
    trust: float = quantity(
        "1", "Share of people willing to trust the output of a line that they have not seen used.", gt=0, lt=1
    )
    value: ValueMap = setting("How capability turns into value.")


class Adoption(Group):
    """How workloads come to consider mega models at all; see `sim.economics.diffusion`."""

    considering_at_start: float = quantity(
        "1", "Share of workloads that consider mega models in the first month.", ge=0, le=1
    )
    innovation: float = quantity("1/yr", "Hazard of considering them without an example.", ge=0, le=10)
    imitation: float = quantity("1/yr", "Added hazard when all others around use them.", ge=0, le=50)
    local_share: float = quantity(
        "1", "Share of imitation that looks at use in the own segment; the rest at the world.", ge=0, le=1
    )


class Domain(Named):
    """A field of work."""

    description: str = setting("What the work is.")
    spend_share: float = quantity("1", "Share of addressable spend; normalised over domains.", gt=0, le=1)
    depth: float = quantity("1", "Depth of context: multiplies the taste for capability.", gt=0, le=10)
    correctness: float = quantity(
        "util", "Need for correctness chi: multiplies the log of trust in utility.", ge=0, le=20
    )
    specificity: float = quantity(
        "1",
        "How far the domain's data stand from general text, relative to the mean; the tuning tiers read it.",
        ge=0,
        le=10,
    )


class Pricing(Group):
    """How providers learn demand before they set prices."""

    panel_per_segment: int = quantity(
        "1", "Workloads a segment sends to the market-research panel.", ge=1, le=1000
    )
    check_every: int = quantity(
        "month",
        "Months between global checks that no provider gains from another price; the first-order "
        "conditions hold in every month.",
        ge=1,
        le=1200,
    )
