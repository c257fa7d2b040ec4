"""Parameters of rivalry: rules by which providers set prices, and wars to be rid of a rival."""

from typing import Annotated, Literal

from pydantic import Field

from sim.config.base import Group, quantity, setting


class Bertrand(Group):
    """Each sets the prices that are best for itself, given the others' (Bertrand 1883; Nash)."""

    kind: Literal["bertrand"] = setting("Prices that are best for itself, given the others'.")


class Conduct(Group):
    """It counts rivals' profits with a weight (Cyert & DeGroot 1973): 0 is Bertrand, 1 for all a cartel."""

    kind: Literal["conduct"] = setting("Prices that are best for itself and, with a weight, for its rivals.")
    weight: float = quantity("1", "Weight kappa on rivals' profits.", ge=0, le=1)


class AtCost(Group):
    """It sells at marginal cost, as a commons does for its members (Hotelling 1938)."""

    kind: Literal["at_cost"] = setting("Every product at its unit cost.")


class Capped(Group):
    """A regulator caps its price of plain tokens (Littlechild 1983); never below cost."""

    kind: Literal["capped"] = setting("Best for itself under a regulator's cap.")
    cap: float = quantity(
        "USD/Mtoken", "Highest price of plain tokens; tiers with a fee may add it.", gt=0, le=1e6
    )


PricingRule = Annotated[Bertrand | Conduct | AtCost | Capped, Field(discriminator="kind")]


class Rivalry(Group):
    """When providers fight to be rid of a rival; see `sim.economics.predation`."""

    motive: Literal["none", "telser", "benoit"] = setting(
        "What a price war aims at: nothing (no wars), outlasting the target, or a threat that makes it leave."
    )
    antitrust: Literal["on", "off"] = setting(
        "Whether prices below average avoidable cost are unlawful where recoupment is plausible."
    )
    market_power: float = quantity(
        "1", "Share of the workloads that use a provider from which it can hope to recoup a war.", ge=0, le=1
    )
    lowest_price: float = quantity("1", "Lowest war price considered, over unit cost.", gt=0, le=1)
    price_steps: int = quantity("1", "War prices considered, evenly spaced in logs.", ge=2, le=50)
    purse_noise: float = quantity(
        "1", "Standard deviation of the log of what a provider believes of a rival's purse.", ge=0, le=3
    )
    review_every: int = quantity("month", "Months between decisions on wars.", ge=1, le=60)
    avoidable_overhead: float = quantity(
        "1", "Share of overhead that could be avoided by not selling.", ge=0, le=1
    )
    backstop: Literal["none", "limited", "unlimited"] = setting(
        "Whether the treasury pays what a champion cannot: never, up to its funds, or always."
    )
    backstop_funds: float = quantity(
        "USD", "What the treasury would pay in all for each champion, where limited.", ge=0, le=1e14
    )
