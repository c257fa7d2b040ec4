r"""A race in which players split compute between performance and safety: what its price and subsidies do.

The game of Jensen, Emery-Xu and Trager (2023), with the simulator's own formula for what safety effort finds.
Symbols: x_s and x_p compute for safety and for performance, r its price, p performance, q chance to win, s
effort against capability, sigma found share of hazards of the winner's system, d cost of a disaster.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import scipy

from sim.config.oversight import Oversight
from sim.economics.oversight import found_share
from sim.economics.scaling import Array

STARTS = (0.1, 0.01, 1.0)  # compute from which the solver sets out, in all combinations
TOLERANCE = 1e-6  # of the gain from another choice, over the prize
BOUNDS = (-14.0, 7.0)  # of the logs of compute
GRID = np.exp(np.linspace(-5.0, 5.0, 121))  # multiples of a player's choice that the check tries


@dataclass(frozen=True)
class Race:
    r"""Players' technology and stakes.

    $$p = B x_p^\beta, \quad q = p / \textstyle\sum p, \quad s = A x_s^\alpha e^{-\eta \ln p}, \quad
      \sigma = 1 - e^{-s}$$

    Capability is ln p, so that eta is the safety tax: sigma is `oversight.found_share`.
    A player gets $\sigma_i q_i - (1 - \sum_j \sigma_j q_j)\, d_i - r_i (x_{s,i} + x_{p,i})$.
    """

    price: Array  # r, of compute [player]
    disaster: Array  # d, cost of a disaster over the prize [player]
    safety_exponent: float = 0.5  # alpha
    performance_exponent: float = 1.0  # beta
    tax: float = 1.0  # eta
    safety_skill: float = 4.0  # A
    performance_skill: float = 4.0  # B

    @property
    def rule(self) -> Oversight:
        """The simulator's rule of what effort finds, with the race's tax."""
        return Oversight.model_construct(effort_scale=1.0, effort_slope=self.tax)


@dataclass(frozen=True)
class Outcome:
    """An equilibrium of the race."""

    safety: Array  # compute for safety [player]
    performance: Array  # compute for performance [player]
    safe: float  # probability of no disaster
    deviation_gain: float  # largest gain of a player from another choice


def equilibrium(race: Race) -> Outcome:
    """A Nash equilibrium: first-order conditions solved in logs, then every player's choices searched.

    Raises ValueError if no start leads to one.
    """
    players = len(race.price)
    for start in product(STARTS, repeat=2 * players):
        found = scipy.optimize.root(lambda x: _slopes(race, x), np.log(start), tol=1e-12)
        x = np.exp(np.clip(found.x, *BOUNDS)).reshape(2, players)
        gain = _deviation_gain(race, x) if found.success else np.inf
        if gain < TOLERANCE:
            return Outcome(x[0], x[1], float(_state(race, x)[2]), gain)
    raise ValueError("the race has no equilibrium that the solver finds")


def _state(race: Race, x: Array) -> tuple[Array, Array, Array]:
    """Found shares, chances to win, and the chance of no disaster; x is [use, player] or more after that."""
    performance = race.performance_skill * x[1] ** race.performance_exponent
    effort = race.safety_skill * x[0] ** race.safety_exponent
    found = np.asarray(found_share(race.rule, effort, np.log(performance)))
    win = performance / performance.sum(axis=0)
    return found, win, (found * win).sum(axis=0)


def _slopes(race: Race, log_x: Array) -> Array:
    """Derivatives of each player's payoff by the logs of its two choices, [use x player]."""
    x = np.exp(np.clip(log_x, *BOUNDS)).reshape(2, -1)
    found, win, safe = _state(race, x)
    effort = race.safety_skill * x[0] ** race.safety_exponent
    power = effort / (race.performance_skill * x[1] ** race.performance_exponent) ** race.tax  # s
    bend = (1 - found) * power  # slope of found shares in ln s
    stake = 1 + race.disaster
    safety = race.safety_exponent * bend * win * stake - race.price * x[0]
    own = found * win * (1 - win) - race.tax * bend * win
    others = -(safe - found * win) * win
    performance = race.performance_exponent * (own * stake + others * race.disaster) - race.price * x[1]
    return np.concatenate([safety, performance])


def _deviation_gain(race: Race, x: Array) -> float:
    """Largest gain of any player over a grid of both its choices."""
    gains = []
    for i in range(x.shape[1]):
        tried = np.repeat(x[:, :, None], GRID.size**2, axis=2)
        tried[0, i] = (x[0, i] * GRID)[:, None].repeat(GRID.size, axis=1).ravel()
        tried[1, i] = np.tile(x[1, i] * GRID, GRID.size)
        gains.append(float(_payoff(race, tried, i).max() - _payoff(race, x[:, :, None], i)[0]))
    return max(gains)


def _payoff(race: Race, x: Array, i: int) -> Array:
    found, win, safe = _state(race, x)
    return np.asarray(found[i] * win[i] - (1 - safe) * race.disaster[i] - race.price[i] * (x[0, i] + x[1, i]))


def symmetric(price: float, disaster: float = 0.5, players: int = 2, **technology: float) -> Race:
    """A race of equals."""
    return Race(np.full(players, price), np.full(players, disaster), **technology)


def subsidised(race: Race, player: int, part: float) -> Race:
    """The race with a part of a player's compute paid by somebody else."""
    price = race.price.copy()
    price[player] *= 1 - part
    return replace(race, price=price)
