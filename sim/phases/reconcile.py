"""Compares, every month, what was booked with what happened by another road."""

import numpy as np

from sim.economics.progress import MONTHS
from sim.world import World

TOLERANCE = 1e-9  # of gross flow
ROUNDING = 1e-14  # of the stock of cash, which is held in double precision


class BooksDoNotBalanceError(RuntimeError):
    """Money appeared or vanished: an error of the program, never of the user."""


def books_balance(world: World) -> None:
    """The ledger explains each provider's change of cash, and customers' budgets explain its sales.

    Agents keep their cash on their own; sales are counted again, workload by workload.
    """
    booked = world.ledger.net()
    for index, provider in enumerate(world.providers):
        room = TOLERANCE * provider.books.gross + ROUNDING * abs(provider.opening_cash)
        change, entered = provider.cash - provider.opening_cash, booked.get(provider.name, 0.0)
        _agree(f"cash of {provider.name} in month {world.month}", change, entered, room)
        sold = _counted_sales(world, index)
        _agree(f"sales of {provider.name} in month {world.month}", provider.books.revenue, sold, room)


def _counted_sales(world: World, index: int) -> float:
    """Budgets of the workloads that use a provider's products, USD/month."""
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    growth = demand.spend_growth ** (world.month / MONTHS)
    total = 0.0
    for j in np.flatnonzero(goods.provider == index).tolist():
        budgets = float(work.budget @ (work.product == goods.code[j])) * growth
        total += budgets * (goods.price[j] / demand.price_unit if demand.form == "unit_demand" else 1.0)
    return total


def _agree(what: str, one: float, other: float, room: float) -> None:
    if abs(one - other) > room:
        raise BooksDoNotBalanceError(f"{what}: {one!r} against {other!r} USD")
