"""Who gains what in a market at given prices: customers, firms, treasury, and what is lost.

Symbols: p prices, [product]; c costs, [product] or [type, product]; CS consumer surplus; all results
in currency per period, for the customers or budgets that `demand` weighs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.economics.choice import Array
from sim.economics.demand import LogitDemand


@dataclass(frozen=True)
class Welfare:
    """Welfare at given prices beside the planner's; currency per period."""

    consumer_surplus: float
    producer_surplus: float  # before taxes
    total_surplus: float
    planner_prices: Array  # [product], marginal cost
    planner_total_surplus: float
    deadweight_loss: float


def welfare(demand: LogitDemand, prices: ArrayLike, costs: ArrayLike) -> Welfare:
    """Surplus at `prices` `[product]` against prices at marginal `costs` `[product]` or `[type, product]`.

    Under unit demand marginal-cost pricing maximises total surplus; under constant expenditure the
    surplus is Marshallian and the planner is one who prices at cost. With costs by customer group
    the planner charges the mean cost of the customers as weighted by `demand`.
    """
    planner = planner_prices(demand, costs)
    customers, firms = demand.consumer_surplus(prices), producer_surplus(demand, prices, costs)
    best = demand.consumer_surplus(planner) + producer_surplus(demand, planner, costs)
    return Welfare(customers, firms, customers + firms, planner, best, best - customers - firms)


def planner_prices(demand: LogitDemand, costs: ArrayLike) -> Array:
    """Marginal costs, averaged over customers where they differ by group, `[product]`."""
    table = np.asarray(costs, dtype=float)
    return table if table.ndim == 1 else np.average(table, axis=0, weights=demand.mass)


def producer_surplus(demand: LogitDemand, prices: ArrayLike, costs: ArrayLike) -> float:
    """Sales less variable costs of all firms, currency; costs `[product]` or `[type, product]`."""
    prices = np.asarray(prices, dtype=float)
    sold = demand.mass[:, None] * demand.individual_shares(prices)
    units = sold / prices if demand.spends else sold
    return float((units * (prices - np.asarray(costs, dtype=float))).sum())


def public_outlay_cost(outlay: float, marginal_cost_of_funds: float) -> float:
    """What a public outlay costs society, currency: outlay x marginal cost of public funds.

    The marginal cost is the welfare lost by raising one more unit of tax, 1 for a lump-sum tax; usual
    estimates lie between 1.1 and 1.6. Raises `ValueError` below 1.
    """
    if not marginal_cost_of_funds >= 1.0:
        raise ValueError(f"marginal_cost_of_funds must be 1 or more, not {marginal_cost_of_funds}.")
    return outlay * marginal_cost_of_funds


def cost_of_funds(
    demand: LogitDemand, before: ArrayLike, after: ArrayLike, costs: ArrayLike, revenue: float
) -> float:
    """Marginal cost of public funds of a tax: private surplus lost per unit of revenue raised.

    `before` and `after` are prices `[product]` paid without and with the tax; `revenue` in currency
    is what the treasury takes. Raises `ValueError` where no revenue is raised.
    """
    if not revenue > 0.0:
        raise ValueError("the cost of public funds needs a tax that raises revenue.")
    lost = demand.consumer_surplus(before) - demand.consumer_surplus(after)
    lost += producer_surplus(demand, before, costs) - producer_surplus(demand, after, costs) + revenue
    return lost / revenue
