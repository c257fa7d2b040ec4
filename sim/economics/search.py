"""The search for prices that no firm wants to leave: conditions first, then global replies.

Symbols: p prices, [product]; a candidate is a point with what is known of it so far.
"""

from typing import NamedTuple

import numpy as np

from sim.economics.best_reply import gain, respond
from sim.economics.choice import Array
from sim.economics.conditions import solve_conditions, starting_prices
from sim.economics.demand import LogitDemand
from sim.economics.game import PriceGame

GAIN_TOLERANCE = 1e-8  # gain from a deviation, as a share of the firm's profit, that is no gain
ROUNDS = 30  # rounds of best-response play before giving up


class Candidate(NamedTuple):
    """A point in the search for an equilibrium."""

    prices: Array
    converged: bool
    gain: float  # nan if unchecked
    iterations: int
    cycling: bool = False


def search(game: PriceGame, start: Array, tol: float, check: bool = True) -> Candidate:
    """First-order conditions, then, where types differ, global replies until nobody gains."""
    candidate = _settle(game, start, tol)
    if not candidate.converged:
        candidate = _settle(game, starting_prices(game), tol, candidate.iterations)
    if _alike(game.demand) or (candidate.converged and not check):
        return candidate
    seen: list[Array] = []
    while len(seen) < ROUNDS:
        replies, worst = _replies(game, candidate.prices)
        candidate = candidate._replace(gain=worst)
        if worst <= GAIN_TOLERANCE and candidate.converged:
            return candidate
        if any(_same(candidate.prices, before) for before in seen):
            return _play(game, candidate, tol)
        seen.append(candidate.prices)
        candidate = _settle(game, replies, tol, candidate.iterations)
    return _play(game, candidate, tol)


def _settle(game: PriceGame, start: Array, tol: float, spent: int = 0) -> Candidate:
    """Solution of the first-order conditions reached from a start."""
    found = solve_conditions(game, start, game.free, tol)
    return Candidate(found.point, found.converged, np.nan, spent + found.iterations)


def _same(one: Array, other: Array) -> bool:
    """Whether two price rows are the same point."""
    return bool(np.allclose(one, other, rtol=1e-6, atol=1e-12))


def _alike(demand: LogitDemand) -> bool:
    """Whether all customers are of one type, so that first-order conditions have one solution."""
    active = demand.mass > 0.0
    base, alpha = demand.base[active], demand.sensitivity[active]
    return bool((alpha == alpha[0]).all() and (base == base[0]).all())


def _movers(game: PriceGame) -> list[int]:
    """Players with a price to set."""
    return np.unique(game.players[game.free]).tolist()


def _replies(game: PriceGame, prices: Array) -> tuple[Array, float]:
    """Prices after the player with most to gain has moved, and its gain."""
    replies = [(respond(game, player, prices), player) for player in _movers(game)]
    gains = [gain(game, player, prices, reply) for reply, player in replies]
    if not gains:
        return prices, 0.0
    best = int(np.argmax(gains))
    return replies[best][0], max(gains[best], 0.0)


def _play(game: PriceGame, candidate: Candidate, tol: float) -> Candidate:
    """Best-response play, one player after another, until nobody moves or the play repeats itself."""
    prices, seen = candidate.prices, [candidate.prices]
    for _ in range(ROUNDS):
        for player in _movers(game):
            prices = respond(game, player, prices)
        settled = _settle(game, prices, tol, candidate.iterations)
        worst = _replies(game, settled.prices)[1]
        candidate = settled._replace(gain=worst)
        if worst <= GAIN_TOLERANCE and settled.converged:
            return candidate
        if any(_same(prices, before) for before in seen):
            return candidate._replace(cycling=True)
        seen.append(prices)
    return candidate
