r"""Best replies of one player to the others' prices, searched over the whole range of prices.

Symbols: mu common markup of a player's products (p - c, or p/c - 1 under constant expenditure);
a trial is a row of prices that differs from the present one in a player's own prices only.
"""

from itertools import combinations, product

import numpy as np

from sim.compiled import kernels
from sim.economics.choice import Array
from sim.economics.conditions import solve_rows
from sim.economics.game import PriceGame

KERNELS = "sim.economics.kernels.replies"
GRID = 32  # common markups tried between the smallest and the largest that any type could ask for
COARSE = 12  # the same in the quick look
TRIALS = 4_000  # combinations of levels tried at most
SWEEPS = 4  # times that every product alone is moved over the whole range
POLISHED = 16  # of the best trials apart, how many are followed to their local peak
APART = 1.6  # factor between markups of a product that makes two trials different
NOTHING = 1e-200  # currency; profits below it cannot be compared


def respond(game: PriceGame, player: int, prices: Array, solo: Array) -> Array:
    """Best prices found for a player while all others stay, `[product]`.

    `solo` `[type]` are the markups the player would ask of single types. Candidates are the present
    prices, common markups over the whole range, combinations of the markups at which single types or
    local peaks lie, and each product alone over the whole range; the best are followed along the
    player's own first-order conditions. The result is never worse than the present prices.
    """
    best = _best_climb(game, player, prices, _trials(game, player, prices, solo))
    own = np.flatnonzero((game.players == player) & game.free)
    grid = _grid(game, _levels(solo), GRID)
    for _ in range(SWEEPS if own.size > 1 else 0):
        before = best
        best = _best_climb(
            game, player, before, _with_markups(game, before, own, _changed(grid, own.size, 1))
        )
        if (best == before).all():
            break
    return best


def _best_climb(game: PriceGame, player: int, prices: Array, trials: Array) -> Array:
    """Best of the present prices, the best trials and the local peaks these lead to, `[product]`."""
    own = (game.players == player) & game.free
    ranked = trials[np.argsort(-payoffs(game, player, trials), kind="stable")]
    chosen = ranked[_distinct(np.log(np.maximum(ranked - game.mean_costs, 1e-9))[:, own])]
    peaks, _ = solve_rows(game, chosen, own, 1e-10, 200)
    final = np.concatenate([prices[None], chosen, peaks])
    return final[int(np.argmax(payoffs(game, player, final)))]


def _distinct(logs: Array) -> list[int]:
    """First rows that lie apart from all rows chosen before them, of log markups `[trial, product]`."""
    chosen: list[int] = []
    left = np.arange(len(logs))
    while left.size and len(chosen) < POLISHED:
        chosen.append(int(left[0]))
        left = left[np.abs(logs[left] - logs[left[0]]).max(axis=1) > np.log(APART)]
    return chosen


def gain(game: PriceGame, player: int, prices: Array, reply: Array) -> float:
    """What a player gains by a reply, as a share of the larger payoff in size."""
    return float(_gains(payoffs(game, player, np.stack([prices, reply]))))


def look(game: PriceGame, prices: Array, solo: Array) -> tuple[float, bool]:
    """Quick look for replies: largest gain from a few trials, and whether each player's profit has one peak.

    Tried are common markups over the whole range and each product alone at three levels; `solo`
    `[type, player]` are the markups that players would ask of single types.
    """
    single = _levels(solo)
    common, bounds = _grid(game, single, COARSE), (game.floors, game.ceilings, game.mean_costs)
    worth: Array = kernels(KERNELS).look(
        game.tables, prices, game.free, *bounds, common, single, game.demand.spends
    )
    peaks = _peaks(worth[:, 1 : COARSE + 1]).sum(axis=1)
    return float(_gains(worth).max(initial=0.0)), bool((peaks <= 1).all())


def payoffs(game: PriceGame, player: int, trials: Array) -> Array:
    """A player's profit, rivals' counted by its weights, at rows of prices `[trial, product]`.

    Rows differ in the player's own free prices only; the others are those of the first row.
    """
    mine = (game.players == player) & game.free
    changed = np.ascontiguousarray(trials[:, mine])
    worth: Array = kernels(KERNELS).payoffs(
        game.tables, trials[0], game.tables.weights[player], mine, changed, game.demand.spends
    )
    return worth


def _gains(worth: Array) -> Array:
    """Gain of the best of payoffs [..., trial] over the first, as a share of the larger in size."""
    best, first = worth.max(axis=-1), worth[..., 0]
    scale = np.maximum(np.abs(best), np.abs(first))
    return np.where(scale > NOTHING, (best - first) / np.where(scale > NOTHING, scale, 1.0), 0.0)


def _trials(game: PriceGame, player: int, prices: Array, solo: Array) -> Array:
    """Price rows worth trying for a player, `[trial, product]`."""
    own = np.flatnonzero((game.players == player) & game.free)
    grid = _grid(game, _levels(solo), GRID)
    rows = _with_markups(game, prices, own, np.tile(grid[:, None], own.size))
    levels = np.unique(np.concatenate([grid[_peaks(payoffs(game, player, rows))], _levels(solo)]))
    return np.vstack([rows, _with_markups(game, prices, own, _combinations(levels, own.size))])


def _peaks(worth: Array) -> np.ndarray:
    """Whether each of payoffs [..., trial] is a local peak of its row."""
    padded = np.full((*worth.shape[:-1], worth.shape[-1] + 2), -np.inf)
    padded[..., 1:-1] = worth
    return (worth > padded[..., :-2]) & (worth >= padded[..., 2:])


def _grid(game: PriceGame, levels: Array, size: int) -> Array:
    """Common markups [..., size] from below the smallest to above the largest that a type could ask for."""
    least = levels[..., :1] * 0.3 * (1.0 - game.demand.nests.rho.max())
    return np.asarray(least * (3.0 * levels[..., -1:] / least) ** np.linspace(0.0, 1.0, size))


def _levels(solo: Array) -> Array:
    """Lowest, middle and highest markup [..., 3] asked of single types, of [type, ...]."""
    return np.ascontiguousarray(np.array([solo.min(axis=0), np.median(solo, axis=0), solo.max(axis=0)]).T)


def _combinations(levels: Array, size: int) -> Array:
    """One level (or nan = leave as it is) for each product: all ways if few, else singles and pairs."""
    choices = [np.nan, *levels]
    if len(choices) ** size <= TRIALS:
        return np.array(list(product(choices, repeat=size)))
    return np.vstack([_changed(levels, size, 1), _changed(levels, size, 2)])


def _changed(levels: Array, size: int, changed: int) -> Array:
    """Rows in which `changed` of the products are at one of the levels, nan elsewhere."""
    places = list(combinations(range(size), changed))[:TRIALS]
    mixes = np.array(list(product(levels, repeat=changed)))
    rows = np.full((len(places), len(mixes), size), np.nan)
    for row, place in zip(rows, places, strict=True):
        row[:, place] = mixes
    return rows.reshape(-1, size)


def _with_markups(game: PriceGame, prices: Array, own: np.ndarray, markups: Array) -> Array:
    """Price rows with a player's products at `[trial, own product]` markups, nan leaving a price."""
    costs = game.mean_costs[own]
    asked = costs * (1.0 + markups) if game.demand.spends else costs + markups
    rows = np.tile(prices, (len(markups), 1))
    rows[:, own] = np.where(np.isnan(asked), prices[own], asked)
    return game.bounded(rows)
