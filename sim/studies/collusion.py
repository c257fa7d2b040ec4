"""Do price setters that learn by trial and error come to collude? The experiment of Calvano et al. (2020).

Symbols: p_N, p_M Nash and monopoly price; pi_N, pi_M their profits; gain = (pi - pi_N)/(pi_M - pi_N).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.compiled import kernels
from sim.economics.choice import Array
from sim.economics.demand import LogitDemand
from sim.economics.equilibrium import solve_prices

Progress = Callable[[int, int], None]
QUALITY, COST, SUBSTITUTION = 2.0, 1.0, 0.25  # a, c and mu of the published logit duopoly
ACTIONS, MARGIN = 15, 0.1  # prices on the grid; how far it reaches beyond Nash and monopoly
PATIENCE = 100_000  # periods without a change of strategy that count as settled
MOST = 20_000_000  # periods after which a session is given up
BEFORE, AFTER = 3, 20  # periods shown around a deviation


@dataclass(frozen=True)
class Learning:
    """How the two learn."""

    delta: float = 0.95  # discount factor per period
    rate: float = 0.15  # weight of news
    decay: float = 4e-6  # exploration in period t is exp(-decay t)


@dataclass(frozen=True)
class Collusion:
    """What the sessions ended in."""

    gains: Array  # [session], profit gain: 0 Nash, 1 monopoly
    periods: np.ndarray  # [session], periods until settled
    settled: np.ndarray  # [session], whether the strategies settled
    nash_price: float
    monopoly_price: float
    grid_gains: Array  # [Nash point of the grid], profit gain in one period, ascending
    deviation: pd.DataFrame  # period, deviator, rival: mean prices; the deviation is in period 0

    @property
    def mean_gain(self) -> float:
        """Mean profit gain over sessions."""
        return float(self.gains.mean())

    @property
    def gain_over_grid(self) -> float:
        """Mean gain counted from the most profitable one-shot Nash point of the grid, 1 monopoly.

        What learners earn above it cannot come from the coarseness of their prices; nan without such a point.
        """
        best = self.grid_gains.max(initial=-np.inf)
        return float((self.mean_gain - best) / (1.0 - best)) if np.isfinite(best) else float("nan")

    @property
    def standard_error(self) -> float:
        """Standard error of the mean gain; nan for one session."""
        return (
            float(self.gains.std(ddof=1) / np.sqrt(self.gains.size)) if self.gains.size > 1 else float("nan")
        )


def run(
    sessions: int = 300, seed: int = 0, learning: Learning | None = None, progress: Progress | None = None
) -> Collusion:
    """Play `sessions` duels; each has its own random stream of (seed, session number).

    Published: a mean gain of .82-.88 at the default point. Where delta is 0 and `rate` is 1 nothing but
    the last profit is known, and learners end at the Nash points of the grid; slower learners of the
    same short sight earn more, because the values of actions not taken lag behind (docs/prices.md).
    Raises `ValueError` for fewer than one session, a discount factor outside [0, 1) or a rate outside (0, 1].
    """
    learning = learning or Learning()
    if sessions < 1 or not 0.0 <= learning.delta < 1.0:
        raise ValueError("collusion needs at least one session and delta in [0, 1).")
    if not 0.0 < learning.rate <= 1.0:
        raise ValueError("collusion needs a learning rate in (0, 1].")
    demand = _duopoly()
    nash, joint = (solve_prices(demand, [COST, COST], [0, 1], conduct=kappa) for kappa in (0.0, 1.0))
    grid = price_grid(nash.prices[0], joint.prices[0])
    profits = _profits(demand, grid)
    ended = []
    for session in range(sessions):
        ended.append(_session(profits, learning, seed, session))
        if progress is not None:
            progress(session + 1, sessions)
    earned, periods, settled, paths = (np.array(column) for column in zip(*ended, strict=True))
    low, high = nash.profits[0], joint.profits[0]
    path = _deviation_table(grid[paths].mean(axis=0))
    prices = float(nash.prices[0]), float(joint.prices[0])
    points = np.sort((nash_profits(profits) - low) / (high - low))
    return Collusion((earned - low) / (high - low), periods, settled, *prices, points, path)


def price_grid(nash: float, monopoly: float) -> Array:
    """Prices open to the learners, equally spaced from a little below Nash to a little above monopoly."""
    reach = MARGIN * (monopoly - nash)
    return np.linspace(nash - reach, monopoly + reach, ACTIONS)


def nash_profits(profits: Array) -> Array:
    """Mean profit of the two at every pure Nash point of one period, `[point]`.

    `profits` `[player, action of 0, action of 1]`; a point at which neither has a better action.
    """
    best = (profits[0] == profits[0].max(axis=0)) & (profits[1] == profits[1].max(axis=1, keepdims=True))
    points: Array = profits.mean(axis=0)[best]
    return points


def _duopoly() -> LogitDemand:
    """The published market: utility (a - p)/mu, outside option 0, one customer."""
    return LogitDemand([[QUALITY / SUBSTITUTION] * 2], [1.0 / SUBSTITUTION], [1.0], "unit_demand")


def _profits(demand: LogitDemand, grid: Array) -> Array:
    """Profit per period, `[player, action of 0, action of 1]`."""
    shares = np.array([[demand.shares([own, other]) for other in grid] for own in grid])
    margins = np.stack(np.meshgrid(grid, grid, indexing="ij"), axis=-1) - COST
    return np.ascontiguousarray(np.moveaxis(shares * margins, -1, 0))


def _session(profits: Array, learning: Learning, seed: int, session: int) -> tuple[Any, ...]:
    """One duel: mean profit when settled, periods, whether settled, actions around a deviation."""
    compiled = kernels("sim.studies.kernels.q_learning")
    stream = np.random.SeedSequence([seed, session]).generate_state(1, np.uint64)[0]
    greedy, state, periods, settled = compiled.learn(
        profits, learning.delta, learning.rate, learning.decay, PATIENCE, MOST, stream
    )
    earned, state = compiled.settled_profit(profits, greedy, state)
    return earned, periods, settled, compiled.after_deviation(profits, greedy, state, BEFORE, AFTER)


def _deviation_table(prices: Array) -> pd.DataFrame:
    """Mean prices `[period, player]` as a table, period 0 being the deviation."""
    periods = np.arange(-BEFORE, AFTER + 1)
    return pd.DataFrame({"period": periods, "deviator": prices[:, 0], "rival": prices[:, 1]})
