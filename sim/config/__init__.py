"""The whole of a scenario's parameters as one frozen, checked object."""

from typing import Annotated, Self

from pydantic import model_validator

from sim.config.actors import Finance, Government, Provider
from sim.config.base import Group, NamedTables, YearMonth, quantity, setting
from sim.config.compute import ComputeMarket, Limits
from sim.config.demand import Adoption, Demand, Domain, Pricing
from sim.config.products import Economy, Finetuning, OpenFrontier, Tier
from sim.config.regimes import Regimes
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
    economy: Economy
    finetuning: Finetuning
    open_frontier: OpenFrontier
    pricing: Pricing
    finance: Finance
    regimes: Regimes
    tiers: Annotated[tuple[Tier, ...], NamedTables("tier")]
    domains: Annotated[tuple[Domain, ...], NamedTables("domain")]
    governments: Annotated[tuple[Government, ...], NamedTables("government")]
    providers: Annotated[tuple[Provider, ...], NamedTables("provider")]

    @model_validator(mode="after")
    def _names_fit_together(self) -> Self:
        for table in ("domains", "governments", "providers", "tiers"):
            if not getattr(self, table):
                raise ValueError(f"{table}: there is none left; a market needs at least one.")
        problems = [*self._stateless(), *self._without_tiers()]
        if problems:
            raise ValueError(" ".join(problems))
        return self

    def _stateless(self) -> list[str]:
        known = {government.name for government in self.governments}
        return [
            f"providers.{p.name}.jurisdiction: '{p.jurisdiction}' is not among the governments "
            f"({', '.join(sorted(known))})."
            for p in self.providers
            if p.jurisdiction not in known
        ]

    def _without_tiers(self) -> list[str]:
        known = {tier.name for tier in self.tiers}
        return [
            f"providers.{p.name}.tiers: {', '.join(p.tiers) or 'none'}; expected one or more of "
            f"{', '.join(sorted(known))}."
            for p in self.providers
            if not p.tiers or not set(p.tiers) <= known
        ]
