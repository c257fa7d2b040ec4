r"""First-order conditions of price-setting firms, as a fixed point in prices.

Symbols: p prices; c costs after taxes, [type or 1, product]; m = p - c; l = 1 - c/p; s shares;
pi_ij share of type i among the buyers of j; H_jk weight of product k's profit for the owner of j.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels
from sim.economics.choice import Array, Choice, buyers
from sim.economics.fixed_point import FixedPoint, iterate
from sim.economics.game import PriceGame, Tables

KERNELS = "sim.economics.kernels.conditions"
LARGE, ROUGH = 512, 1e-2  # types of a large panel; tolerance in its sample
TINY = 1e-250  # sales below it are summed over types in logs


def recaptured(game: PriceGame, choice: Choice, prices: Array) -> Array:
    r"""Margin that j's owner gets back from a customer lost to j, `[type, product]`.

    $T_{ij} = \sum_k H_{jk} (s_{ik} + 1\{same\ nest\} \frac{\rho}{1-\rho} s_{ik|g}) m_{ik}$,
    with l in place of m under constant expenditure.
    """
    margins, nests = game.lerner(prices), game.demand.nests
    rho = nests.product_rho
    everywhere = (choice.shares * margins) @ game.relative.T
    nearby = (choice.within * margins) @ (game.relative * nests.same).T
    return everywhere + nearby * (rho / (1.0 - rho))


class Solution(NamedTuple):
    """Where the conditions led to; fields up to `converged` are a `FixedPoint`'s."""

    point: Array  # prices [product]
    error: float  # largest step left, relative
    iterations: int
    converged: bool
    sales: Array  # weights x shares [product]
    surplus: float  # of consumers


class Found(NamedTuple):
    """What the compiled iteration found from rows of prices, see its kernel."""

    points: Array  # prices [row, product]
    errors: Array  # [row]
    counts: NDArray[np.intp]  # evaluations [row]
    known: NDArray[np.bool_]  # whether the sums held [row]
    sales: Array  # weights x shares [row, product]
    surplus: Array  # of consumers [row]
    filled: int  # rows of memory


class Sums(NamedTuple):
    """Sums over the customer types that the conditions need; all but `sales` are per unit of sales."""

    sales: Array  # weights x shares
    slope: Array  # mean alpha of the buyers
    back: Array  # mean alpha T
    cost: Array  # mean cost
    cost_slope: Array  # mean alpha c


def exact_sums(game: PriceGame, prices: Array) -> Sums:
    """The sums by the plain formulas, exact however small a share is; each `[product]`."""
    demand, choice = game.demand, game.demand.choice(prices)
    who = buyers(choice, demand.mass)
    steep = who * demand.sensitivity[:, None]
    back = (steep * recaptured(game, choice, prices)).sum(axis=0)
    cost, cost_slope = (who * game.costs).sum(axis=0), (steep * game.costs).sum(axis=0)
    return Sums(demand.mass @ choice.shares, steep.sum(axis=0), back, cost, cost_slope)


def sums(game: PriceGame, prices: Array) -> Sums:
    """The sums by the compiled kernel, or by the plain formulas where sales all but vanish."""
    compiled, t, everything = kernels(KERNELS), game.tables, np.ones(prices.size, dtype=bool)
    raw = compiled.sums_over_types(t, prices, game.demand.spends, everything, compiled.no_reference(t)).T
    if not (raw[0] > TINY).all():
        return exact_sums(game, prices)
    _, slope, back, cost, cost_slope = raw / raw[0]
    return Sums(raw[0], slope, back / game.kept, cost, cost_slope)


def sales_and_surplus(game: PriceGame, prices: Array) -> tuple[Array, float]:
    """Weights x shares `[product]`, customers or budgets by the form of demand, and consumer surplus."""
    compiled, t = kernels(KERNELS), game.tables
    found: tuple[Array, float] = compiled.sales_and_surplus(
        t, prices, game.demand.spends, compiled.no_reference(t)
    )
    return found


def best_markups(
    game: PriceGame, prices: Array, by: Callable[[PriceGame, Array], Sums] = sums
) -> tuple[Array, Array]:
    r"""Prices the first-order conditions ask for at shares of `prices`, and the profit gradient.

    Unit demand: $p_j = \bar c_j + (1 + \sum_i \pi_{ij}\alpha_i T_{ij}) / \sum_i \pi_{ij}\alpha_i/(1-\rho)$
    with $\bar c_j$ weighted by $\pi\alpha$. Constant expenditure:
    $p_j = \sum_i \pi_{ij} c_{ij}(1+\alpha_i/(1-\rho)) / \sum_i \pi_{ij}\alpha_i(1/(1-\rho) - T_{ij})$.
    Both are the zeta iteration divided through by sales, so that no share is too small for it.
    The gradient is that of the owner's profit by the price term, `[product]`, in currency.
    Source: Morrow & Skerlos (2011) for unit demand; the rest derived for this project.
    """
    found, spread = by(game, prices), 1.0 / (1.0 - game.demand.nests.product_rho)
    known = found.slope > 0.0  # nobody can buy the others: they have no conditions
    steep = np.where(known, found.slope * spread, 1.0)
    if game.demand.spends:
        needs, keeps = found.cost + found.cost_slope * spread, steep - found.back
        rising = keeps <= 1e-9 * steep  # the next sale is kept for certain: far below the best price
        target = np.where(rising, 10.0 * prices, needs / np.where(rising, 1.0, keeps))
        slope = needs / prices - keeps
    else:
        target = (found.cost_slope * spread + 1.0 + found.back) / steep
        slope = steep * (target - prices)
    return np.where(known, target, prices), np.where(known, game.kept * found.sales * slope, 0.0)


def starting_prices(game: PriceGame) -> Array:
    r"""Prices of tiny firms, $c + \mu$ or $c(1+\mu)$ with $\mu=(1-\rho)/\bar\alpha$, `[product]`."""
    demand = game.demand
    markup = (1.0 - demand.nests.product_rho) / np.average(demand.sensitivity, weights=demand.mass)
    return game.bounded(game.mean_costs * (1.0 + markup) if demand.spends else game.mean_costs + markup)


def solve_conditions(
    game: PriceGame, start: Array, moving: NDArray[np.bool_], tol: float, most: int = 2_000
) -> Solution:
    """Prices at which the conditions of the `moving` products hold, the other prices unchanged.

    Prices move in logs under constant expenditure, where they must stay above 0.
    """
    return _solve(game, start, moving, tol, most, _memory(start.size), 0)


def solve_rows(
    game: PriceGame, starts: Array, moving: NDArray[np.bool_], tol: float, most: int = 2_000
) -> tuple[Array, Array]:
    """`solve_conditions` from rows of prices; prices and sales at the solutions, `[row, product]` both."""
    found = _run(game, game.tables, starts, moving, tol, most, _memory(starts.shape[1]), 0)
    left = (most - found.counts).tolist()
    for row in np.flatnonzero(~found.known):
        found.points[row] = _solve_exactly(game, found.points[row], moving, tol, left[row]).point
        found.sales[row], _ = sales_and_surplus(game, found.points[row])
    return found.points, found.sales


def solve_market(game: PriceGame, start: Array, tol: float, most: int = 2_000) -> Solution:
    """Prices at which the conditions of all free products hold.

    In a large panel the iteration begins on every eighth type alone, and goes on with what it learned.
    """
    memory, filled = _memory(start.size), 0
    if game.demand.mass.size >= LARGE:
        rough = _run(game, game.sample, start[None], game.free, ROUGH, 20, memory, 0)
        filled = rough.filled if rough.known[0] else 0
    return _solve(game, start, game.free, tol, most, memory, filled)


def _memory(products: int) -> tuple[Array, Array]:
    """Room for the past points and steps of an iteration, `[memory, product]` each."""
    rows = kernels("sim.economics.kernels.fixed_point").MEMORY + 1
    return np.empty((rows, products)), np.empty((rows, products))


def _run(
    game: PriceGame, tables: Tables, starts: Array, moving: NDArray[np.bool_], tol: float, most: int,
    memory: tuple[Array, Array], filled: int,
) -> Found:  # fmt: skip
    """The compiled iteration from rows of prices, with rows of memory that are filled."""
    bounds = (game.floors, game.ceilings, game.mean_costs)
    return Found(
        *kernels(KERNELS).solve(
            tables, starts, moving, *bounds, game.demand.spends, tol, most, *memory, filled
        )
    )


def _solve(
    game: PriceGame, start: Array, moving: NDArray[np.bool_], tol: float, most: int,
    memory: tuple[Array, Array], filled: int,
) -> Solution:  # fmt: skip
    """The compiled iteration, going on by the plain formulas where sales all but vanish."""
    run = _run(game, game.tables, start[None], moving, tol, most, memory, filled)
    at, error, count = run.points[0], float(run.errors[0]), int(run.counts[0])
    if run.known[0]:
        return Solution(at, error, count, error <= tol, run.sales[0], float(run.surplus[0]))
    found = _solve_exactly(game, at, moving, tol, most - count)
    return Solution(*found, *sales_and_surplus(game, found.point))


def _solve_exactly(
    game: PriceGame, start: Array, moving: NDArray[np.bool_], tol: float, most: int
) -> FixedPoint:
    """The same by the plain formulas, for markets in which sales all but vanish."""

    def step_to(point: Array) -> Array:
        prices = np.exp(point) if game.demand.spends else point
        asked = np.where(moving, game.bounded(best_markups(game, prices, exact_sums)[0]), prices)
        return np.log(asked) if game.demand.spends else asked

    def error(point: Array, image: Array) -> float:
        if game.demand.spends:
            return float(np.abs(image - point).max())
        return distance(game, point, image)

    found = iterate(step_to, np.log(start) if game.demand.spends else start, error, tol, most)
    return found._replace(point=np.exp(found.point)) if game.demand.spends else found


def distance(game: PriceGame, prices: Array, image: Array) -> float:
    """Largest distance of two price rows, relative to price and margin."""
    return float((np.abs(image - prices) / (np.abs(image) + np.abs(image - game.mean_costs))).max())
