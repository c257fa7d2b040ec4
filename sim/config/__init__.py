"""The whole of a scenario's parameters as one frozen, checked object."""

from typing import Annotated, Self

from pydantic import model_validator

from sim.config.actors import Finance, Government, Provider
from sim.config.base import Group, NamedTables, YearMonth, quantity, setting
from sim.config.compute import ComputeMarket, Limits
from sim.config.demand import Adoption, Demand, Domain, Pricing
from sim.config.technology import ScalingLaw, Technology, Training


class Calendar(Group):
    """When a run begins and how long it is."""

    start: YearMonth = setting("First month, written like 2020-07.")
    months: int = quantity("month", "Length of a run.", ge=1, le=1200)


class Config(Group):
    """All parameters of a run."""

    calendar: Calendar
    scaling: ScalingLaw
    technology: Technology
    training: Training
    compute: ComputeMarket
    limits: Limits
    demand: Demand
    adoption: Adoption
    pricing: Pricing
    finance: Finance
    domains: Annotated[tuple[Domain, ...], NamedTables("domain")]
    governments: Annotated[tuple[Government, ...], NamedTables("government")]
    providers: Annotated[tuple[Provider, ...], NamedTables("provider")]

    @model_validator(mode="after")
    def _somebody_lives_somewhere(self) -> Self:
        for table in ("domains", "governments", "providers"):
            if not getattr(self, table):
                raise ValueError(f"{table}: there is none left; a market needs at least one.")
        known = {government.name for government in self.governments}
        strays = [p for p in self.providers if p.jurisdiction not in known]
        if strays:
            raise ValueError(
                " ".join(
                    f"providers.{p.name}.jurisdiction: '{p.jurisdiction}' is not among the governments "
                    f"({', '.join(sorted(known))})."
                    for p in strays
                )
            )
        return self
