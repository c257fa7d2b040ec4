"""Bertrand-Nash prices of multi-product firms, with an honest status.

Symbols: p prices; c costs; m = p - c margins; l = m/p Lerner index; shares as in `demand`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.economics.choice import Array
from sim.economics.concentration import hhi
from sim.economics.conditions import best_markups, distance, starting_prices
from sim.economics.demand import LogitDemand
from sim.economics.game import PriceGame, Taxes, price_game
from sim.economics.search import Candidate, Status, search


@dataclass(frozen=True)
class Equilibrium:
    """Prices of a market and what follows from them; arrays are `[product]`."""

    prices: Array  # paid by customers
    shares: Array  # of all customers or of all budgets
    outside_share: float
    quantities: Array  # units
    revenue: Array  # currency paid by customers
    margins: Array  # currency per unit kept by the seller after taxes and costs
    lerner: Array  # margins / prices, nan at a price of 0
    profits: dict[Hashable, float]  # firm -> currency
    hhi: float  # 0-10,000, on inside sales
    consumer_surplus: float  # currency
    tax_revenue: float  # currency
    foc_residual: float  # currency, largest slope of a profit by a price term that bounds do not explain
    price_residual: float  # largest distance to the prices the conditions ask for, relative
    deviation_gain: float  # largest gain of one firm from other prices tried, share of its profit
    deviation_checked: bool  # False: a quick look found types alike, the global search was left out
    iterations: int  # evaluations of the first-order conditions
    status: Status


def solve_prices(
    demand: LogitDemand,
    costs: ArrayLike,
    firm_ids: Sequence[Hashable],
    ownership: ArrayLike | None = None,
    conduct: float = 0.0,
    fixed_prices: ArrayLike | None = None,
    taxes: Taxes | None = None,
    start: ArrayLike | None = None,
    tol: float = 1e-10,
    floors: ArrayLike | None = None,
    ceilings: ArrayLike | None = None,
    check: bool = True,
) -> Equilibrium:
    """Equilibrium prices of firms that each set the prices of their products.

    `costs` `[product]` or `[type, product]` (cost of serving each customer group); `firm_ids`
    `[product]`; `ownership` `[product, product]`, weight of k's profit for the owner of j, as in
    s + (H * J')(p - c) = 0, or `conduct` in [0, 1], the weight on rivals' profits; `fixed_prices`
    `[product]`, nan where the price is free; `taxes` see `Taxes`; `start` prices to begin with;
    `tol` largest relative distance of a price from what its first-order condition asks for;
    `floors`, `ceilings` bounds on free prices; `check=False` leaves out the global search for
    deviations. A product that nobody can buy keeps its start.

    The status is `equilibrium` only if the conditions hold in price units and no firm was found to
    gain by other prices (`deviation_checked` says by which search); `best_response_cycle` if firms
    chase each other; `not_converged` otherwise. Raises `ValueError` on bad input.
    """
    game = price_game(demand, costs, firm_ids, ownership, conduct, fixed_prices, taxes, floors, ceilings)
    first = starting_prices(game) if start is None else game.bounded(_start(start, demand))
    return _report(game, search(game, first, tol, check), firm_ids)


def _start(start: ArrayLike, demand: LogitDemand) -> Array:
    """Checked starting prices, `[product]`."""
    prices = np.asarray(start, dtype=float)
    demand.utilities(demand.checked(prices))
    return prices


def _report(game: PriceGame, found: Candidate, firm_ids: Sequence[Hashable]) -> Equilibrium:
    """The outcome of a market at the prices found."""
    demand, prices = game.demand, found.prices
    choice, everybody = demand.choice(prices), demand.mass.sum()
    individual = choice.shares
    sales = demand.mass @ individual
    profits = game.profits(prices, individual)
    quantities = sales / prices if demand.spends else sales
    margins = np.divide(profits, quantities, where=quantities > 0.0, out=_listed_margins(game, prices))
    target, gradient = best_markups(game, prices)
    unbound = game.free & (game.bounded(target) == target)
    return Equilibrium(
        prices=prices,
        shares=sales / everybody,
        outside_share=float(demand.mass @ choice.outside / everybody),
        quantities=quantities,
        revenue=prices * quantities,
        margins=margins,
        lerner=np.divide(margins, prices, where=prices != 0.0, out=np.full(prices.shape, np.nan)),
        profits=_sum_by(firm_ids, profits),
        hhi=_hhi(np.array(list(_sum_by(firm_ids, sales).values()))),
        consumer_surplus=float((demand.mass / demand.sensitivity) @ choice.logsum),
        tax_revenue=float(quantities @ ((1.0 - game.kept) * prices + game.unit_tax)),
        foc_residual=float(np.abs(gradient[unbound]).max(initial=0.0)),
        price_residual=distance(game, prices, game.bounded(target)),
        deviation_gain=found.gain,
        deviation_checked=found.checked,
        iterations=found.iterations,
        status=found.status,
    )


def _hhi(sales: Array) -> float:
    """HHI on inside sales of firms, nan where nothing is sold."""
    return hhi(sales / sales.sum()) if sales.sum() > 0.0 else float("nan")


def _listed_margins(game: PriceGame, prices: Array) -> Array:
    """Margin at the average cost, for products that do not sell, `[product]`."""
    return game.kept * (prices - game.mean_costs)


def _sum_by(firm_ids: Sequence[Hashable], values: Array) -> dict[Hashable, float]:
    """Sum by firm in order of first appearance."""
    sums: dict[Hashable, float] = {}
    for firm, value in zip(firm_ids, values.tolist(), strict=True):
        sums[firm] = sums.get(firm, 0.0) + value
    return sums
