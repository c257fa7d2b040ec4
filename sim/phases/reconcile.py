"""Compares, every month, what was booked with what happened by another road."""

import numpy as np

from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.world import World

TOLERANCE = 1e-9  # of gross flow
ROUNDING = 1e-14  # of the stock of cash, which is held in double precision


class BooksDoNotBalanceError(RuntimeError):
    """Money appeared or vanished: an error of the program, never of the user."""


def books_balance(world: World) -> None:
    """The ledger explains each provider's change of cash, and customers' budgets explain its sales.

    Agents keep their cash on their own; sales are counted again, workload by workload.
    """
    booked, sales = world.ledger.net(), _counted_sales(world)
    for index, provider in enumerate(world.providers):
        room = TOLERANCE * provider.books.gross + ROUNDING * abs(provider.opening_cash)
        change, entered = provider.cash - provider.opening_cash, booked.get(provider.name, 0.0)
        _agree(f"cash of {provider.name} in month {world.month}", change, entered, room)
        sold = f"sales of {provider.name} in month {world.month}"
        _agree(sold, provider.books.revenue, sales[index], room)


def _counted_sales(world: World) -> Array:
    """Budgets of the workloads that use each provider's products, USD/month [provider]."""
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    uses = work.product >= 0
    budgets = np.bincount(
        work.product[uses], work.budget[uses], len(world.providers) * len(world.config.tiers)
    )
    sold = budgets[goods.code[goods.sold]] * demand.spend_growth ** (world.month / MONTHS)
    if demand.form == "unit_demand":
        sold = sold * goods.price[goods.sold] / demand.price_unit
    sales: Array = np.bincount(goods.provider[goods.sold], sold, len(world.providers)).astype(np.float64)
    return sales


def _agree(what: str, one: float, other: float, room: float) -> None:
    if abs(one - other) > room:
        raise BooksDoNotBalanceError(f"{what}: {one!r} against {other!r} USD")
