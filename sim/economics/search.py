"""The search for prices that no firm wants to leave: conditions first, then global replies.

Symbols: p prices, [product]; a candidate is a point with what is known of it so far.
"""

from typing import Literal, NamedTuple

import numpy as np

from sim.economics.best_reply import gain, look, respond
from sim.economics.choice import Array
from sim.economics.conditions import solve_market, starting_prices
from sim.economics.game import PriceGame
from sim.economics.solo import opening_prices, solo_markups

GAIN_TOLERANCE = 1e-8  # gain from a deviation, as a share of the firm's profit, that is no gain
ROUNDS = 30  # rounds of best-response play before giving up
PATIENCE = 200  # iterations from the first start before a better one is sought
SMALL = 1_000  # types x products of a market that is cheap enough to be searched in any case
Status = Literal["equilibrium", "best_response_cycle", "not_converged"]


class Candidate(NamedTuple):
    """A point in the search for an equilibrium."""

    prices: Array
    converged: bool  # whether the first-order conditions hold
    iterations: int
    sales: Array  # weights x shares [product]
    surplus: float  # of consumers, in currency
    gain: float = 0.0  # largest gain of a player from the replies tried so far
    checked: bool = False  # whether replies were searched over the whole range of prices
    cycling: bool = False  # whether best-response play came back to where it had been

    @property
    def status(self) -> Status:
        """What may be said of the point."""
        if self.solved:
            return "equilibrium"
        return "best_response_cycle" if self.cycling else "not_converged"

    @property
    def solved(self) -> bool:
        """Whether the conditions hold and nobody was found to gain."""
        return self.converged and self.gain <= GAIN_TOLERANCE


def search(game: PriceGame, start: Array, tol: float, check: bool = True) -> Candidate:
    """First-order conditions, from a better start where the given one leads nowhere, then `verified`.

    Without `check` a point at which the conditions hold is taken as it is.
    """
    candidate = _settle(game, start, tol, most=PATIENCE)
    if not candidate.converged:
        opening = opening_prices(game, starting_prices(game))
        candidate = _settle(game, opening, tol, candidate.iterations)
    return verified(game, candidate, tol) if check or not candidate.converged else candidate


def verified(game: PriceGame, candidate: Candidate, tol: float) -> Candidate:
    """A candidate that has stood up to global replies, unless a quick look found types alike.

    When a player gains, the conditions are solved anew from its reply; when that leads back to a
    point already refused, players reply in turn.
    """
    if candidate.converged and game.demand.base.size > SMALL:
        most, single = look(game, candidate.prices, solo_markups(game, candidate.prices))
        if single and most <= GAIN_TOLERANCE:
            return candidate._replace(gain=most)
    seen: list[Array] = []
    while len(seen) < ROUNDS and not _met(candidate.prices, seen):
        reply, most = _best_reply(game, candidate.prices)
        candidate = candidate._replace(gain=most, checked=True)
        if candidate.solved:
            return candidate
        seen.append(candidate.prices)
        candidate = _settle(game, reply, tol, candidate.iterations)
    return _play(game, candidate, tol)


def _settle(game: PriceGame, start: Array, tol: float, spent: int = 0, most: int = 2_000) -> Candidate:
    """Solution of the first-order conditions reached from a start."""
    found = solve_market(game, start, tol, most)
    return Candidate(found.point, found.converged, spent + found.iterations, found.sales, found.surplus)


def _met(prices: Array, before: list[Array]) -> bool:
    """Whether a price row is one of those seen before."""
    return any(np.allclose(prices, one, rtol=1e-6, atol=1e-12) for one in before)


def _movers(game: PriceGame) -> list[int]:
    """Players with a price to set."""
    return [int(player) for player in np.unique(game.players[game.free])]


def _best_reply(game: PriceGame, prices: Array) -> tuple[Array, float]:
    """Prices after the player with most to gain has moved, and its gain."""
    solo = solo_markups(game, prices)
    best, most = prices, 0.0
    for player in _movers(game):
        reply = respond(game, player, prices, solo[:, player])
        more = gain(game, player, prices, reply)
        if more > most:
            best, most = reply, more
    return best, most


def _play(game: PriceGame, candidate: Candidate, tol: float) -> Candidate:
    """Best-response play, one player after another, until nobody gains or the play repeats itself."""
    prices, seen = candidate.prices, [candidate.prices]
    for _ in range(ROUNDS):
        for player in _movers(game):
            prices = respond(game, player, prices, solo_markups(game, prices)[:, player])
        candidate = _settle(game, prices, tol, candidate.iterations)
        most = _best_reply(game, candidate.prices)[1]
        candidate = candidate._replace(gain=most, checked=True)
        if candidate.solved:
            return candidate
        if _met(prices, seen):
            return candidate._replace(cycling=not _met(prices, seen[-1:]))
        seen.append(prices)
    return candidate
