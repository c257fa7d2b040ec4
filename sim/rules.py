"""The rules in force in a month, as the phases read them; none in force is laissez-faire."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.config.policies import Policy

Terms = Mapping[str, float]  # provider's name -> number; a provider that is not there is free
INFINITE = float("inf")


@dataclass(frozen=True)
class Guarantee:
    """Credit of a provider that a government stands for."""

    provider: str
    payer: str
    amount: float  # USD


@dataclass(frozen=True)
class Duty:
    """What a provider's model must go through at its release."""

    provider: str
    kind: str  # audit or licence_fee
    threshold: float  # FLOP from which it holds
    effort: float  # auditor-month
    cost: float  # USD
    public: bool  # whether the provider's government pays


@dataclass(frozen=True)
class MergerScreen:
    """Mergers above both numbers are forbidden under the law of a jurisdiction."""

    jurisdiction: str
    concentration: float  # HHI after the merger
    rise: float  # of the HHI

    def forbids(self, jurisdiction: str, after: float, rise: float) -> bool:
        """Whether a merger of a provider under its law is forbidden."""
        return jurisdiction == self.jurisdiction and after > self.concentration and rise > self.rise


@dataclass(frozen=True)
class Rules:
    """What holds this month."""

    in_force: tuple[Policy, ...] = ()
    reach: NDArray[np.bool_] | None = None  # [seller, buyer], of governments; None: sales everywhere
    price_ceilings: Terms = field(default_factory=dict)  # highest price over unit cost
    never_below_cost: frozenset[str] = frozenset()  # providers
    flop_caps: Terms = field(default_factory=dict)  # FLOP of a training run
    open_after: Terms = field(default_factory=dict)  # month from release to publication of weights
    guarantees: tuple[Guarantee, ...] = ()
    lapsed: tuple[Guarantee, ...] = ()  # in force until last month: they still cover losses of this month
    duties: tuple[Duty, ...] = ()
    merger_screens: tuple[MergerScreen, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the measures in force."""
        return tuple(policy.name for policy in self.in_force)

    def flop_cap(self, provider: str) -> float:
        """Largest training run that a provider may begin, FLOP."""
        return self.flop_caps.get(provider, INFINITE)

    def highest_lerner(self, provider: str) -> float:
        """Largest margin over price that a provider may take."""
        return 1 - 1 / self.price_ceilings.get(provider, INFINITE)

    def lowest_level(self, provider: str) -> float:
        """Lowest price over unit cost that a provider may ask."""
        return 1.0 if provider in self.never_below_cost else 0.0

    def allows_level(self, provider: str, level: float) -> bool:
        """Whether a provider may ask a price, over unit cost."""
        return self.lowest_level(provider) <= level <= self.price_ceilings.get(provider, INFINITE)

    def merger_forbidden(self, jurisdictions: frozenset[str], after: float, rise: float) -> bool:
        """Whether the law of any of the merging parties' jurisdictions forbids a merger.

        `after` and `rise` are of the HHI (0-10,000, inside sales).
        """
        return any(screen.forbids(j, after, rise) for screen in self.merger_screens for j in jurisdictions)


LAISSEZ_FAIRE = Rules()
