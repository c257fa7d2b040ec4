"""The whole of a scenario's parameters as one frozen, checked object."""

from typing import Annotated, Self

from pydantic import model_validator

from sim.config.actors import Finance, Government, Provider
from sim.config.base import Group, NamedTables, YearMonth, quantity, setting
from sim.config.capital import Capital, Merger, MergerControl
from sim.config.compute import ComputeMarket, Limits
from sim.config.demand import Adoption, Demand, Domain, Pricing
from sim.config.entry import EntrantType, Entry, Fringe
from sim.config.extension import OwnRule
from sim.config.oversight import Lineage, Oversight
from sim.config.policies import OwnMeasure, Policy
from sim.config.policy_checks import misfits
from sim.config.products import Economy, Finetuning, OpenFrontier, Tier
from sim.config.regimes import Regimes
from sim.config.rivalry import Rivalry
from sim.config.technology import ScalingLaw, Technology, Training
from sim.config.training_rules import Belief, Competence
from sim.config.trust import Trust
from sim.extending import ENTRY_RULE, MEASURE, TRAINING_RULE, VALUE_MAP, missing

ROUNDING = 1e-9  # of sums of shares


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
    rivalry: Rivalry
    finance: Finance
    trust: Trust
    oversight: Oversight
    lineage: Lineage
    regimes: Regimes
    belief: Belief
    competence: Competence
    capital: Capital
    entry: Entry
    fringe: Fringe
    merger_control: MergerControl
    tiers: Annotated[tuple[Tier, ...], NamedTables("tier")]
    domains: Annotated[tuple[Domain, ...], NamedTables("domain")]
    governments: Annotated[tuple[Government, ...], NamedTables("government")]
    providers: Annotated[tuple[Provider, ...], NamedTables("provider")]
    entrants: Annotated[tuple[EntrantType, ...], NamedTables("entrant")]
    mergers: Annotated[tuple[Merger, ...], NamedTables("merger")]
    policies: Annotated[tuple[Policy, ...], NamedTables("policy")]

    @model_validator(mode="after")
    def _names_fit_together(self) -> Self:
        for table in ("domains", "governments", "providers", "tiers"):
            if not getattr(self, table):
                raise ValueError(f"{table}: there is none left; a market needs at least one.")
        problems = [*self._stateless(), *self._without_tiers(), *self._misnamed()]
        problems += misfits(self.policies, self.governments, self.providers)
        problems += [*self._unknown_rules(), *self._too_many_users()]
        if problems:
            raise ValueError(" ".join(problems))
        return self

    def _unknown_rules(self) -> list[str]:
        """Rules of a user's own that no extension in use brings."""
        places: dict[str, tuple[str, Group]] = {
            "entry.rule": (ENTRY_RULE, self.entry.rule),
            "demand.value": (VALUE_MAP, self.demand.value),
        }
        places |= {f"policies.{p.name}": (MEASURE, p) for p in self.policies}
        places |= {
            f"{table}.{p.name}.training": (TRAINING_RULE, p.training)
            for table in ("providers", "entrants")
            for p in getattr(self, table)
        }
        found = {
            place: missing(kind, rule.rule)
            for place, (kind, rule) in places.items()
            if isinstance(rule, OwnRule | OwnMeasure)
        }
        return [f"{place}: {problem}" for place, problem in found.items() if problem]

    def _too_many_users(self) -> list[str]:
        """First models whose users are more than all who consider."""
        users = [provider.first_model.users for provider in self.providers if provider.first_model]
        if sum(users) <= 1 + ROUNDING:
            return []
        return [f"providers: shares first_model.users add up to {sum(users):g}; expected 1 or less in all."]

    def _stateless(self) -> list[str]:
        known = {government.name for government in self.governments}
        return [
            f"{table}.{p.name}.jurisdiction: '{p.jurisdiction}' is not among the governments "
            f"({', '.join(sorted(known))})."
            for table in ("providers", "entrants")
            for p in getattr(self, table)
            if p.jurisdiction not in known
        ]

    def _without_tiers(self) -> list[str]:
        known = {tier.name for tier in self.tiers}
        return [
            f"{table}.{p.name}.tiers: {', '.join(p.tiers) or 'none'}; expected one or more of "
            f"{', '.join(sorted(known))}."
            for table in ("providers", "entrants")
            for p in getattr(self, table)
            if not p.tiers or not set(p.tiers) <= known
        ]

    def _misnamed(self) -> list[str]:
        """Entrants that would share a provider's name; providers that are named but not there."""
        there = {provider.name for provider in self.providers}
        coming = {name for entrant in self.entrants for name in entrant.slots}
        named = [
            (f"mergers.{m.name}.{role}", getattr(m, role))
            for m in self.mergers
            for role in ("buyer", "target")
        ]
        named += [("oversight.unscreened", name) for name in self.oversight.unscreened]
        return [
            f"providers.{name}: an entrant has the same name; rename one of them."
            for name in sorted(there & coming)
        ] + [
            f"{place}: '{name}' is not among the providers ({', '.join(sorted(there | coming))})."
            for place, name in named
            if name not in there | coming
        ]
