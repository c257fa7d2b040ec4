"""Compares, every month, what was booked with what happened by another road."""

import numpy as np

from sim.agents.provider import Provider
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.phases.procurement import public_purchases
from sim.phases.renewal import within_ceilings
from sim.world import World

TOLERANCE = 1e-9  # of gross flow
ROUNDING = 1e-14  # of the stock of cash, which is held in double precision


class BooksDoNotBalanceError(RuntimeError):
    """Money appeared or vanished: an error of the program, never of the user."""


def books_balance(world: World) -> None:
    """The ledger explains each provider's change of cash; budgets, private and public, explain its sales.

    Agents keep their cash on their own; sales are counted again, workload by workload.
    """
    booked, bought = world.ledger.net(), public_purchases(world)
    for provider, counted in zip(world.providers, _counted_sales(world).tolist(), strict=True):
        name = provider.name
        cash = provider.cash - provider.opening_cash, booked.get(name, 0.0)
        sales = provider.books.revenue, counted + bought.get(name, 0.0)
        for what, (one, other) in (("cash", cash), ("sales", sales)):
            if one != other and abs(one - other) > _room(provider):
                text = f"{what} of {name} in month {world.month}: {one!r} against {other!r} USD"
                raise BooksDoNotBalanceError(text)


def _room(provider: Provider) -> float:
    """Largest difference that rounding explains, USD."""
    return TOLERANCE * provider.books.gross + ROUNDING * abs(provider.opening_cash)


def _counted_sales(world: World) -> Array:
    """Budgets of the workloads that use each provider's products, USD/month [provider]."""
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    users = np.flatnonzero(work.product >= 0)
    product, products = work.product[users], len(world.providers) * len(world.config.tiers)
    budgets = np.bincount(product, work.budget[users], products)
    sold: Array = budgets[goods.code[goods.sold]].astype(np.float64)
    if demand.form == "unit_demand":
        taken = within_ceilings(world, users, work.taken[users])
        taken = work.budget[users] * taken / work.sensitivity[users]
        extra = np.bincount(product, taken, products)[goods.code[goods.sold]]
        sold = sold * goods.price[goods.sold] / demand.price_unit + extra
    sold = sold * demand.spend_growth ** (world.month / MONTHS)
    sales: Array = np.bincount(goods.provider[goods.sold], sold, len(world.providers)).astype(np.float64)
    return sales
