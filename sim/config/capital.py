"""Parameters of capital: rounds, dividends, exits, mergers."""

from sim.config.base import Group, Name, Named, quantity, setting


class Capital(Group):
    """How owners give and take money; see `sim.economics.finance`."""

    round_interval: int = quantity("month", "Time between a startup's funding rounds.", ge=1, le=120)
    chance_after_poor: float = quantity(
        "1", "Probability beta_1 of a round after a year of poor profit.", ge=0, le=1
    )
    chance_after_good: float = quantity(
        "1", "Probability beta_2 of a round after a year of good profit.", ge=0, le=1
    )
    good_profit: float = quantity(
        "1", "Gross profit of the year over training and overhead from which a year is good.", ge=0, le=10
    )
    revenue_multiple: float = quantity("1", "Size of a round over the revenue of the year.", ge=0, le=100)
    payout: float = quantity(
        "1", "Share of a year's profit that a corporate provider pays to its parent.", ge=0, le=1
    )
    review_interval: int = quantity(
        "month", "Time between a provider's decisions whether to stay.", ge=1, le=120
    )
    patience: int = quantity(
        "month", "Time after its birth before a provider's owners think of leaving.", ge=0, le=1200
    )
    scrap: float = quantity(
        "1", "Mean of drawn scrap values, over the provider's largest development budget.", ge=0, le=5
    )


class MergerControl(Group):
    """Which mergers are allowed."""

    screen: bool = setting("Whether mergers presumed harmful by the 2023 US guidelines are blocked.")
    failing_firm: bool = setting("Whether the rescue of a provider that cannot pay is allowed in any case.")
    rescue: bool = setting("Whether providers take over others that cannot pay.")


class Merger(Named):
    """A merger that is tried in a stated month."""

    buyer: Name = setting("The provider that buys.")
    target: Name = setting("The provider that is bought.")
    month: int = quantity("month", "Month in which it is tried.", ge=0, le=1200)
