"""Parameters of how providers decide on training runs, and of what they believe while they do."""

from typing import Annotated, Literal

from pydantic import Field

from sim.config.base import Group, Named, NamedTables, quantity, setting
from sim.config.extension import OwnRule


class NetPresentValue(Group):
    """Train the run with the largest expected discounted profit, if it is positive."""

    kind: Literal["npv"] = setting("Train the run with the largest expected discounted profit.")


class ReinvestShare(Group):
    """Put a stated share of the year's gross profit into the next run: the flywheel as a rule of thumb."""

    kind: Literal["reinvest_share"] = setting("Put a share of gross profit into the next run.")
    share: float = quantity("1", "Share of gross profit that goes into training.", ge=0, le=5)
    seed_share: float = quantity(
        "1", "Share of its funds that a provider without sales puts into its first run.", ge=0, le=1
    )


class Race(Group):
    """Match the frontier as it will be at release, times a factor, at the least cost that does it."""

    kind: Literal["race"] = setting("Match the frontier times a factor.")
    factor: float = quantity(
        "1", "Effective compute aimed at, over that expected of the frontier at release.", gt=0, le=1e3
    )
    purse_share: float = quantity("1", "Most that one run may take of the funds at hand.", gt=0, le=1)


class PlannedRun(Named):
    """One run of a fixed plan."""

    month: int = quantity("month", "Month in which it starts, if none is in training.", ge=0, le=1200)
    budget: float = quantity("USD", "Development budget.", gt=0, le=1e13)


class FixedPlan(Group):
    """Start the runs of a list in their months, whatever the market does; for runs of history."""

    kind: Literal["fixed_plan"] = setting("Start the runs of a list in their months.")
    runs: Annotated[tuple[PlannedRun, ...], NamedTables("run")]


class NeverTrain(Group):
    """Do not train: live on the models in service."""

    kind: Literal["never"] = setting("Do not train.")


TrainingRule = Annotated[
    NetPresentValue | ReinvestShare | Race | FixedPlan | NeverTrain | OwnRule, Field(discriminator="kind")
]


class Informed(Group):
    """Providers know how demand answers capability and how adoption will spread."""

    kind: Literal["informed"] = setting("Providers know demand and diffusion as they are.")


class Extrapolated(Group):
    """Providers extrapolate from what has been seen; see `sim.economics.belief`."""

    kind: Literal["extrapolated"] = setting("Providers extrapolate from what has been seen.")
    conviction_at_start: float = quantity(
        "1",
        "Weight given to worth beyond capabilities reached and to growth, before any success.",
        ge=0,
        le=1,
    )
    conviction_gain: float = quantity("1", "Share of the doubt that one more success removes.", ge=0, le=1)
    growth_memory: int = quantity(
        "month", "Time over which the growth of the market is measured.", ge=1, le=120
    )


Belief = Annotated[Informed | Extrapolated, Field(discriminator="kind")]


class Competence(Group):
    """How providers' own engineering efficiency moves; see `sim.economics.competence`."""

    leak_rate: float = quantity(
        "1/yr", "Rate at which the private part of efficiency becomes everybody's.", ge=0, le=100
    )
    discovery: float = quantity(
        "1", "Standard deviation of the change of log efficiency that a finished run brings.", ge=0, le=2
    )
