"""Potential entrants: providers that sleep under a name of their own until they arrive and come."""

from dataclasses import dataclass

import numpy as np

from sim import streams
from sim.config import Config
from sim.config.actors import Provider as ProviderConfig
from sim.config.entry import EntrantType


@dataclass
class PotentialEntrant:
    """One that may come, and what was drawn for it before the run."""

    kind: EntrantType
    provider: ProviderConfig  # what it will be; its cash is the purse drawn
    threshold: float  # arrives when the arrivals expected of its type have reached this
    setup_cost: float  # USD at the prices of the first month
    optimism: float  # factor on the worth it expects
    arrived: int | None = None  # month
    entered: bool = False


def potential_entrants(config: Config, seed: int, replication: int) -> list[PotentialEntrant]:
    """All that could ever come, type by type; arrivals of a type are a Poisson process.

    In the time of expected arrivals the gaps of a Poisson process are exponential with mean one, so they
    can be drawn before the rate, which may follow the fringe, is known.
    """
    found = []
    for kind in config.entrants:
        threshold = 0.0
        for name in kind.slots:
            draw = streams.generator(seed, replication, "entrant", name, 0)
            threshold += float(draw.standard_exponential())
            purse, setup, optimism = np.exp(
                draw.standard_normal(3) * [kind.purse_spread, kind.setup_spread, config.entry.belief_spread]
            ).tolist()
            provider = _provider(kind, name, kind.purse * purse)
            found.append(PotentialEntrant(kind, provider, threshold, kind.setup_cost * setup, optimism))
    return found


def _provider(kind: EntrantType, name: str, purse: float) -> ProviderConfig:
    return ProviderConfig(
        name=name,
        description=kind.description,
        jurisdiction=kind.jurisdiction,
        ownership=kind.ownership,
        cash=purse,
        credit_line=kind.credit_line,
        backing=kind.backing,
        overhead=kind.overhead,
        weights=kind.weights,
        tiers=kind.tiers,
        efficiency=kind.efficiency,
        largest_budget=kind.largest_budget,
        training=kind.training,
        first_model=None,
    )
