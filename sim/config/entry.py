"""Parameters of entry: who may come, what it costs, and the fringe that never reaches the frontier."""

from typing import Annotated, Literal

from pydantic import Field

from sim.config.base import Group, Name, Named, quantity, setting
from sim.config.extension import OwnRule
from sim.config.training_rules import TrainingRule


class ByWorth(Group):
    """Come if going on is worth more than sunk costs, the chance of a war counted."""

    kind: Literal["worth"] = setting("Come if going on is worth more than the sunk costs.")


EntryRule = Annotated[ByWorth | OwnRule, Field(discriminator="kind")]


class Entry(Group):
    """How potential entrants decide; see `sim.economics.entry`."""

    rule: EntryRule = setting("How a potential entrant decides whether to come.")
    review_interval: int = quantity(
        "month", "Time between a potential entrant's decisions whether to come.", ge=1, le=120
    )
    cost_growth: float = quantity("x/yr", "Factor by which the costs of entry grow in a year.", ge=0.5, le=10)
    belief_spread: float = quantity(
        "1", "Standard deviation of the log of potential entrants' belief in their own worth.", ge=0, le=3
    )


class HeldModel(Group):
    """A trained model that its owner does not sell yet."""

    gap: float = quantity("nat", "Capability by which it trails the frontier when it is sold.", ge=-5, le=20)


class EntrantType(Named):
    """A type of potential entrant; each of its entrants is a provider that sleeps until it enters."""

    description: str = setting("Who this stands for.")
    jurisdiction: Name = setting("The government under which it works.")
    ownership: Literal["corporate", "startup", "champion", "commons"] = setting("Who owns it.")
    rate: float = quantity("1/yr", "Arrivals a year, or a year and organisation of the fringe.", ge=0, le=100)
    source: Literal["world", "fringe"] = setting("Whether arrivals come from nowhere or out of the fringe.")
    most: int = quantity("1", "Most arrivals in a run.", ge=0, le=1000)
    purse: float = quantity("USD", "Median of drawn founding capital.", ge=0, le=1e14)
    purse_spread: float = quantity("1", "Standard deviation of its log.", ge=0, le=3)
    setup_cost: float = quantity("USD", "Median of drawn sunk costs of setting up.", ge=0, le=1e13)
    setup_spread: float = quantity("1", "Standard deviation of its log.", ge=0, le=3)
    data_cost: float = quantity(
        "USD", "Price of private data without which no run is worth it.", ge=0, le=1e13
    )
    specialists_cost: float = quantity("USD", "What it takes to hire those who know how.", ge=0, le=1e13)
    credit_line: float = quantity("USD", "Credit it may draw.", ge=0, le=1e14)
    backing: float = quantity("USD/yr", "New money a year from its owners.", ge=0, le=1e13)
    overhead: float = quantity("USD/yr", "Fixed cost a year while it lives.", ge=0, le=1e13)
    weights: Literal["closed", "open"] = setting("Whether others may run its models.")
    tiers: tuple[Name, ...] = setting("Names of the tiers that it sells.")
    efficiency: float = quantity("1", "Engineering competence: effective over plain compute.", gt=0, le=100)
    largest_budget: float = quantity(
        "USD", "Largest development budget its people have handled.", gt=0, le=1e13
    )
    training: TrainingRule = setting("How it decides on training runs.")
    held_model: HeldModel | None = setting(
        "The trained model it holds and does not sell, if any.", default=None
    )

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the providers that its arrivals become."""
        return tuple(f"{self.name}_{number}" for number in range(1, self.most + 1))


class Fringe(Group):
    """Organisations that train but do not reach the frontier; see `sim.economics.fringe`."""

    at_start: int = quantity("1", "Organisations in the first month.", ge=0, le=10_000)
    entry_rate: float = quantity("1/yr", "Entries a year at the reference revenue.", ge=0, le=1000)
    reference_revenue: float = quantity("USD/yr", "Market revenue at which that rate holds.", gt=0, le=1e15)
    entry_elasticity: float = quantity("1", "Elasticity of entries in market revenue.", ge=0, le=3)
    exit_rate: float = quantity("1/yr", "Hazard at which an organisation stops.", ge=0, le=100)
    renewal_rate: float = quantity("1/yr", "Rate at which members train anew.", ge=0, le=100)
    gap: float = quantity("nat", "Capability by which its new models trail the frontier.", ge=0, le=50)
