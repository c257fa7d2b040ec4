"""Parameters of algorithmic progress: given from outside, or made by the providers' own research."""

from typing import Annotated, Literal

from pydantic import Field

from sim.config.base import Group, quantity, setting


class ExogenousProgress(Group):
    """Algorithms improve by the calendar, whatever the providers spend."""

    kind: Literal["exogenous"] = setting("Algorithms improve by the calendar.")


class EndogenousProgress(Group):
    """Algorithms improve by the providers' research; see `sim.economics.research`."""

    kind: Literal["endogenous"] = setting("Algorithms improve by the providers' research.")
    labour_exp: float = quantity("1", "Exponent a1 of researchers in the input of research.", gt=0, le=2)
    compute_exp: float = quantity("1", "Exponent a2 of effective compute for experiments.", ge=0, le=2)
    outlay_at_start: float = quantity(
        "USD/yr",
        "Development outlay of the industry on the path seen, in the year before the first month.",
        gt=0,
        le=1e13,
    )
    outlay_growth: float = quantity(
        "x/yr", "Growth of that outlay at which the published halving time was seen.", gt=1, le=20
    )
    automation_midpoint: float = quantity(
        "nat", "Frontier capability at which half of the research work is automated.", ge=-20, le=500
    )
    automation_width: float = quantity(
        "nat", "Capability over which the automated share rises (logistic).", gt=0.01, le=100
    )
    limit: float = quantity("x", "Most by which algorithms can ever stretch compute.", ge=1, le=1e60)


Progress = Annotated[ExogenousProgress | EndogenousProgress, Field(discriminator="kind")]
