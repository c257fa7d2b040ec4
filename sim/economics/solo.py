r"""Markups that players would ask if all customers were of one type, in closed form or nearly so.

Symbols: mu common markup (p - c, or p/c - 1 under constant expenditure); R odds that a type buys
from the player at cost rather than elsewhere; alpha price sensitivity; W Lambert's function.
"""

import numpy as np

from sim.compiled import kernels
from sim.economics.choice import Array
from sim.economics.game import PriceGame

STEPS = 4  # Newton steps; these are points to start from


def solo_markups(game: PriceGame, prices: Array) -> Array:
    r"""Best common markup of each player against each type alone, rivals unchanged, `[type, player]`.

    Unit demand: $\mu = (1 + W(R/e))/\alpha$. Constant expenditure: $\alpha\mu(1+\mu)^\alpha =
    (1+\mu)^\alpha + R$. Exact for the plain logit; with nests a point to start from.
    """
    alpha = game.demand.sensitivity[:, None]
    logs = _log_odds(game, prices)
    if not game.demand.spends:
        return (1.0 + _lambert(logs - 1.0)) / alpha
    return np.expm1(_log_price(logs, alpha))


def opening_prices(game: PriceGame, prices: Array) -> Array:
    """Prices after two rounds in which each player replies to the others as if types were average.

    A better start than cost plus a small markup where a seller is far ahead of its rivals.
    """
    demand = game.demand
    for player in [*np.unique(game.players[game.free])] * 2:
        markup = np.average(solo_markups(game, prices)[:, player], weights=demand.mass)
        asked = game.mean_costs * (1.0 + markup) if demand.spends else game.mean_costs + markup
        prices = game.bounded(np.where(game.players == player, asked, prices))
    return prices


def _log_odds(game: PriceGame, prices: Array) -> Array:
    """Log odds that a type buys from a player at cost, others' prices unchanged, `[type, player]`."""
    costs = np.where(game.free, game.mean_costs, prices)
    terms = (np.log(costs), np.log(prices)) if game.demand.spends else (costs, prices)
    odds: Array = kernels("sim.economics.kernels.replies").log_odds(game.tables, *terms)
    return np.clip(odds.T, -30.0, 1e6)


def _lambert(logs: Array) -> Array:
    """Solution y of y + ln y = x, that is W(e^x), by Newton's iteration."""
    y = np.logaddexp(0.0, logs)
    for _ in range(STEPS):
        y = y * (1.0 + logs - np.log(y)) / (1.0 + y)
    return y


def _log_price(logs: Array, alpha: Array) -> Array:
    """Solution L = ln(1 + mu) of ln(alpha (e^L - 1)) = ln(1 + R e^(-alpha L)), by Newton's iteration."""
    L = np.maximum(np.log1p(1.0 / alpha), (logs - np.log(alpha)) / (1.0 + alpha))
    for _ in range(STEPS):
        left, right = np.log(alpha * np.expm1(L)), np.logaddexp(0.0, logs - alpha * L)
        slope = 1.0 / -np.expm1(-L) + alpha * -np.expm1(-right)
        L = np.maximum(L - (left - right) / slope, 0.5 * L)
    return L
