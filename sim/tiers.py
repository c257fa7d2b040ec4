"""The tiers in which products are sold, as columns that stay for a whole run."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.config import Config
from sim.economics.finetuning import MODES
from sim.economics.scaling import Array


@dataclass(frozen=True)
class Tiers:
    """What tells the tiers apart; arrays run over tiers."""

    names: tuple[str, ...]
    fee: Array  # wedge on price and cost
    economy: NDArray[np.bool_]  # whether a distilled model is behind it
    mode: NDArray[np.intp]  # way of tuning, index into `finetuning.MODES`
    engineering: Array  # multiple of the customer's cost
    privacy: Array  # multiple of the customer's worth
    lock_in: Array  # multiple of the cost of leaving

    def numbers(self, names: tuple[str, ...]) -> list[int]:
        """Numbers of some tiers, rising."""
        return [t for t, name in enumerate(self.names) if name in names]


def tiers(config: Config) -> Tiers:
    """The scenario's tiers as columns."""
    rows = config.tiers
    return Tiers(
        names=tuple(tier.name for tier in rows),
        fee=np.array([tier.fee for tier in rows]),
        economy=np.array([tier.model == "economy" for tier in rows], dtype=bool),
        mode=np.array([MODES.index(tier.tuning) for tier in rows], dtype=np.intp),
        engineering=np.array([tier.engineering for tier in rows]),
        privacy=np.array([tier.privacy for tier in rows]),
        lock_in=np.array([tier.lock_in for tier in rows]),
    )


class Hold(NamedTuple):
    """What holds users of providers' products; arrays run over codes from 0 on."""

    host: NDArray[np.intp]  # provider
    leaving: Array  # util, cost of leaving the provider
    asked: Array  # util that the provider asks of those who renew
    room: Array  # of the price term for what is asked: inf where no ceiling on prices binds


def hold(config: Config, lock_in: Array, providers: int) -> Hold:
    """What holds users by the lock-in of the tiers, the same at all providers."""
    demand, multiple = config.demand, np.tile(lock_in, providers)
    return Hold(
        host=np.repeat(np.arange(providers), len(lock_in)),
        leaving=demand.switching_cost + demand.retuning_cost * multiple,
        asked=config.oversight.hold_up * demand.retuning_cost * multiple,
        room=np.full(len(multiple), np.inf),
    )


@dataclass(frozen=True)
class Making:
    """How products are made of the model of their line: by tier, the last what needs no provider, or row."""

    gap: Array  # nat by which it falls short of the model
    size: Array  # parameters over the model's
    fee: Array  # wedge on cost
    thrift: Array  # price of serving compute over the providers'

    def of(self, tier: NDArray[np.intp]) -> "Making":
        """How some products are made, by their tiers."""
        return Making(self.gap[tier], self.size[tier], self.fee[tier], self.thrift[tier])


def making(config: Config, tiers: Tiers) -> Making:
    """How the scenario's products are made."""
    return Making(
        gap=np.append(np.where(tiers.economy, config.economy.capability_gap, 0.0), 0.0),
        size=np.append(np.where(tiers.economy, config.economy.size_ratio, 1.0), 1.0),
        fee=np.append(tiers.fee, 0.0),
        thrift=np.append(np.ones(len(tiers.names)), config.open_frontier.cost_ratio),
    )
