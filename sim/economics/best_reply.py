r"""Best replies of one player to the others' prices, searched over the whole range of prices.

Symbols: mu common markup of a player's products (p - c, or p/c - 1 under constant expenditure);
x log of the odds that a type buys from the player at cost, times 1/e.
"""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from sim.compiled import kernels
from sim.economics.choice import Array
from sim.economics.conditions import KERNELS, solve_conditions
from sim.economics.game import PriceGame

GRID = 32  # common markups tried between the smallest and the largest that any type could ask for
TRIALS = 600  # combinations of levels tried at most
POLISHED = 5  # of the best trials, how many are followed to their local peak


def respond(game: PriceGame, player: int, prices: Array) -> Array:
    """Best prices found for a player while all others stay, `[product]`.

    Candidates are the present prices, common markups over the whole range, and combinations of the
    markups at which single types or local peaks lie; the best are followed along the player's own
    first-order conditions. The result is never worse than the present prices.
    """
    trials = _trials(game, player, prices)
    worth = payoffs(game, player, trials)
    chosen = trials[np.argsort(-worth, kind="stable")[:POLISHED]]
    peaks = np.array([_climb(game, player, trial) for trial in chosen])
    final = np.concatenate([prices[None], chosen, peaks])
    return final[int(np.argmax(payoffs(game, player, final)))]


def gain(game: PriceGame, player: int, prices: Array, reply: Array) -> float:
    """What a player gains by a reply, as a share of the larger of gross margins before and after."""
    before, after = payoffs(game, player, np.stack([prices, reply]))
    scale = max(abs(before), abs(after))
    return float((after - before) / scale) if scale > 0.0 else 0.0


def payoffs(game: PriceGame, player: int, trials: Array) -> Array:
    """A player's profit, rivals' counted by its weights, at rows of prices `[trial, product]`.

    Rows differ in the player's own free prices only; the others are those of the first row.
    """
    t, spends = game.tables, game.demand.spends
    own = np.where((game.players == player) & game.free, 0, -1)
    own[own == 0] = np.arange((own == 0).sum())
    changed = np.ascontiguousarray(trials[:, own >= 0])
    others, terms = (trials[0], np.log(trials[0])) if spends else (trials[0], trials[0])
    asked = np.log(changed) if spends else changed
    worth: Array = kernels(KERNELS).payoffs(
        t.base, t.alpha, t.mass, t.costs, others, terms, t.spread, t.nest, t.weights[player], own,
        changed, asked, spends,
    )  # fmt: skip
    return worth


def _climb(game: PriceGame, player: int, start: Array) -> Array:
    """Local peak of a player's profit by its own first-order conditions, others unchanged."""
    own = (game.players == player) & game.free
    return solve_conditions(game, start, own, 1e-10, 200).point


def _trials(game: PriceGame, player: int, prices: Array) -> Array:
    """Price rows worth trying for a player, `[trial, product]`."""
    own = np.flatnonzero((game.players == player) & game.free)
    grid, peaks = _common_markups(game, own, prices)
    rows = np.array([_with_markups(game, prices, own, markup) for markup in grid])
    worth = payoffs(game, player, rows)
    inner = (worth[1:-1] >= worth[:-2]) & (worth[1:-1] >= worth[2:])
    levels = np.unique(np.concatenate([grid[1:-1][inner], peaks]))
    mixes = [_with_markups(game, prices, own, mix) for mix in _combinations(levels, own.size)]
    return np.array([*rows, *mixes])


def _combinations(levels: Array, size: int) -> Iterator[Array]:
    """One level (or nan = leave as it is) for each product: all ways if few, else singles and pairs."""
    choices = [np.nan, *levels]
    if len(choices) ** size <= TRIALS:
        yield from (np.array(mix) for mix in product(choices, repeat=size))
        return
    for changed in [*combinations(range(size), 1), *list(combinations(range(size), 2))[:TRIALS]]:
        for mix in product(levels, repeat=len(changed)):
            row = np.full(size, np.nan)
            row[list(changed)] = mix
            yield row


def _with_markups(game: PriceGame, prices: Array, own: np.ndarray, markups: Array | float) -> Array:
    """Prices with a player's products at given markups, nan leaving a price as it is."""
    costs = game.mean_costs[own]
    asked = costs * (1.0 + markups) if game.demand.spends else costs + markups
    trial = prices.copy()
    trial[own] = np.where(np.isnan(asked), prices[own], asked)
    return game.bounded(trial)


def _common_markups(game: PriceGame, own: np.ndarray, prices: Array) -> tuple[Array, Array]:
    """Grid of common markups of a player, and the peaks of single types (lowest to highest)."""
    demand = game.demand
    at_cost = prices.copy()
    at_cost[own] = game.mean_costs[own]
    utilities = demand.utilities(at_cost)
    rival = np.logaddexp.reduce(
        np.where(_others(own, demand.products), utilities, -np.inf), axis=1, initial=0.0
    )
    odds = np.logaddexp.reduce(utilities[:, own], axis=1) - rival - 1.0
    reach = (1.0 + _lambert(odds)) / demand.sensitivity
    peaks = np.expm1(np.minimum(reach, 30.0)) if demand.spends else reach
    low = peaks.min() * 0.3 * (1.0 - demand.nests.rho.max())
    grid = np.geomspace(low, 3.0 * peaks.max(), GRID)
    return grid, np.quantile(peaks, [0.0, 0.5, 1.0])


def _others(own: np.ndarray, products: int) -> np.ndarray:
    """Whether a product is not the player's own, `[product]`."""
    other = np.ones(products, dtype=bool)
    other[own] = False
    return other


def _lambert(logs: Array) -> Array:
    """Solution y of y + ln y = x, that is W(e^x), for any x, by Newton's iteration."""
    x = np.maximum(logs, -30.0)
    y = np.logaddexp(0.0, x)
    for _ in range(6):
        y = y * (1.0 + x - np.log(y)) / (1.0 + y)
    return y
