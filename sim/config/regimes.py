"""Thresholds by which the end of a run gets its name; see `sim.regimes`."""

from sim.config.base import Group, quantity


class Regimes(Group):
    """Where one market outcome ends and the next begins; they name results and change none."""

    window: int = quantity("month", "Last months of a run that are looked at.", ge=1, le=600)
    monopoly_below: float = quantity(
        "1", "Effective number of providers below which one rules.", ge=1, le=100
    )
    duopoly_below: float = quantity("1", "Effective number below which two do.", ge=1, le=100)
    oligopoly_up_to: float = quantity("1", "Effective number up to which a handful does.", ge=1, le=1000)
    stall_below: float = quantity(
        "nat/yr", "Rise of frontier capability below which it has stalled.", ge=0, le=100
    )
    saturated_above: float = quantity(
        "1",
        "Share of addressable spend from which a market with a stalled frontier is no plateau.",
        ge=0,
        le=1,
    )
    stillborn_below: float = quantity(
        "1", "Share of addressable spend below which no market came to be.", ge=0, le=1
    )
    state_backed_above: float = quantity(
        "1", "Share of revenue with state champions from which an outcome is called state-backed.", ge=0, le=1
    )
    churning_from: int = quantity(
        "1", "Changes of the largest provider in the window that count as churn.", ge=1, le=600
    )
