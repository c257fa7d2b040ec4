r"""Markups that players would ask if all customers were of one type, in closed form or nearly so.

Symbols: mu common markup (p - c, or p/c - 1 under constant expenditure); R odds that a type buys
from the player at cost rather than elsewhere; alpha price sensitivity; W Lambert's function.
"""

import numpy as np

from sim.compiled import kernels
from sim.economics.choice import Array
from sim.economics.game import PriceGame

KERNELS = "sim.economics.kernels.solo"


def solo_markups(game: PriceGame, prices: Array) -> Array:
    r"""Best common markup of each player against each type alone, rivals unchanged, `[type, player]`.

    Unit demand: $\mu = (1 + W(R/e))/\alpha$. Constant expenditure: $\alpha\mu(1+\mu)^\alpha =
    (1+\mu)^\alpha + R$. Exact for the plain logit; with nests a point to start from.
    """
    costs = np.where(game.free, game.mean_costs, prices)
    terms = (np.log(costs), np.log(prices)) if game.demand.spends else (costs, prices)
    found: Array = kernels(KERNELS).solo_markups(game.tables, *terms, game.demand.spends)
    return found.T


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
