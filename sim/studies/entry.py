"""How many firms enter a market where quality is bought: the static game of entry, spend and price.

A firm pays to enter, spends F on quality and sets its price; see `sim.economics.static_entry`. For
theta > 1 the number of firms settles just below theta/(theta - 1), however large the market: Sutton's
endogenous sunk costs. For theta < 1 it grows with the market without bound.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, get_args

import numpy as np
import scipy

from sim.economics.choice import Array
from sim.economics.demand import FORMS, Form
from sim.economics.static_entry import LARGEST, EntryGame, Timing
from sim.errors import UserError

POINTS = 4_001  # of utility at which roots and deviations are first sought
GAIN = 1e-7  # of the firm's profit: a smaller gain from a deviation is no gain


def free_entry(
    theta: float,
    market_size: float,
    *,
    form: Form = "unit_demand",
    timing: Timing = "simultaneous",
    alpha: float = 1.0,
    rho: float = 0.0,
    entry_cost: float = 2.0,
) -> int:
    r"""Largest number of firms at which equal firms do not lose and none gains by another spend and price.

    `theta`: utils over a rival per e-fold of spend; `market_size`: customers (or budgets) over the unit of
    spend $F_0$; `entry_cost` in units of $F_0$; `timing` "simultaneous" or "spend_first" (price after
    spend); `alpha`, `rho` of the nested logit. Quality is $\theta\ln(1+F/F_0)$ against rivals; the
    utility of using none is 0, marginal cost 0 (unit demand) or any (constant expenditure).
    Deviations are searched over all spends, prices being best replies. 0 if nobody can enter.
    Raises `UserError` for numbers that make no sense.
    """
    _check(theta, market_size, form, timing, alpha, rho, entry_cost)
    game = partial(EntryGame, theta, market_size, form=form, timing=timing, alpha=alpha, rho=rho)
    most = _largest(lambda firms: bool(_points(game(firms), entry_cost)))
    for firms in range(most, 0, -1):
        held = game(firms)
        if any(_holds(held, point) for point in _points(held, entry_cost)):
            return firms
    return 0


def _check(
    theta: float, size: float, form: str, timing: str, alpha: float, rho: float, entry_cost: float
) -> None:
    wrong = [
        f"free_entry: {name} is {value}; expected {expected}."
        for name, value, expected, right in (
            ("theta", theta, "a number from 1e-6 to 1000", 1e-6 <= theta <= 1e3),
            ("market_size", size, "a number above 0, at most 1e15", 0.0 < size <= 1e15),
            ("form", form, "unit_demand or constant_expenditure", form in FORMS),
            ("timing", timing, "simultaneous or spend_first", timing in get_args(Timing)),
            ("alpha", alpha, "a number from 0.001 to 1000", 1e-3 <= alpha <= 1e3),
            ("rho", rho, "a number from 0 to 0.99", 0.0 <= rho <= 0.99),
            ("entry_cost", entry_cost, "a number above 0", 0.0 < entry_cost < np.inf),
        )
        if not right
    ]
    if wrong:
        raise UserError(wrong)


def _largest(possible: Callable[[int], bool]) -> int:
    """Largest number that is possible; what is possible for many is possible for fewer."""
    if not possible(1):
        return 0
    high = 2
    while possible(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if possible(middle) else (low, middle)
    return low


class Point(NamedTuple):
    """A symmetric point: the utility that each firm offers, and its profit before the cost of entry."""

    utility: float
    profit: float


def _points(game: EntryGame, entry_cost: float) -> list[Point]:
    """Symmetric points without losses: no firm spends, or the last dollar just pays.

    Where it pays, $1 + F$ is the return on a further e-fold, so that net profit is taken without a
    difference of large numbers.
    """

    def urge(utility: Array) -> Array:
        y, profit, returned = game.symmetric(utility)
        return np.log(returned * profit) - y

    grid = _grid(game)
    urges = urge(grid)
    turns = np.flatnonzero((urges[:-1] > 0.0) != (urges[1:] > 0.0))
    found = [scipy.optimize.brentq(urge, grid[k], grid[k + 1], xtol=1e-15, rtol=1e-15) for k in turns]
    points = []
    if urges[0] <= 0.0:
        points.append(Point(float(grid[0]), float(game.symmetric(grid[0])[1])))
    for utility in found:
        _, profit, returned = game.symmetric(np.array(utility))
        points.append(Point(float(utility), float(profit * (1.0 - returned)) + 1.0))
    return [point for point in points if point.profit >= entry_cost]


def _grid(game: EntryGame) -> Array:
    """Utilities that equal firms may offer."""

    def excess(utility: float, y: float) -> float:
        return float(game.symmetric(np.array(utility))[0]) - y

    return np.linspace(*_ends(excess, game), POINTS)


def _ends(excess: Callable[[float, float], float], game: EntryGame) -> tuple[float, float]:
    """Utility without spend, and at more spend than any firm can earn; `excess` is y less its argument."""
    most = np.log1p((1.0 + game.theta) * game.size * (1.0 + 1.0 / game.slope))
    low = scipy.optimize.brentq(excess, -LARGEST, game.theta, args=(0.0,), xtol=1e-15, rtol=1e-15)
    return float(low), float(
        scipy.optimize.brentq(excess, low, game.theta * most + 1.0, args=(most,), xtol=1e-9)
    )


def _holds(game: EntryGame, point: Point) -> bool:
    """Whether no firm gains by any other spend, at its best price."""
    own_y = float(game.symmetric(np.array(point.utility))[0])

    def reply(offered: Array) -> tuple[Array, Array]:
        return game.reply(offered, game.rivals(offered, point.utility, own_y))

    def loss(offered: float) -> float:
        y, profit = reply(np.array(offered))
        return float(np.expm1(y) - profit)

    def excess(offered: float, y: float) -> float:
        return float(reply(np.array(offered))[0]) - y

    low, high = _ends(excess, game)
    grid = np.linspace(low, high, POINTS)
    y, profit = reply(grid)
    best = int(np.argmax(profit - np.expm1(y)))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, POINTS - 1)])
    refined = scipy.optimize.minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-12})
    most = max(-loss(low), -loss(grid[best]), -float(refined.fun))
    return most <= point.profit + GAIN * max(point.profit, 1.0)
