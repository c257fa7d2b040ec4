"""Compares, every month, what was booked with what happened by another road."""

import numpy as np

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
    booked, sales, bought = world.ledger.net(), _counted_sales(world), public_purchases(world)
    for index, provider in enumerate(world.providers):
        room = TOLERANCE * provider.books.gross + ROUNDING * abs(provider.opening_cash)
        change, entered = provider.cash - provider.opening_cash, booked.get(provider.name, 0.0)
        _agree(f"cash of {provider.name} in month {world.month}", change, entered, room)
        sold = f"sales of {provider.name} in month {world.month}"
        _agree(sold, provider.books.revenue, sales[index] + bought.get(provider.name, 0.0), room)


def _counted_sales(world: World) -> Array:
    """Budgets of the workloads that use each provider's products, USD/month [provider]."""
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    uses = work.product >= 0
    products = len(world.providers) * len(world.config.tiers)
    budgets = np.bincount(work.product[uses], work.budget[uses], products)
    sold: Array = budgets[goods.code[goods.sold]].astype(np.float64)
    if demand.form == "unit_demand":
        taken = within_ceilings(world, np.flatnonzero(uses), work.taken[uses])
        taken = work.budget[uses] * taken / work.sensitivity[uses]
        extra = np.bincount(work.product[uses], taken, products)[goods.code[goods.sold]]
        sold = sold * goods.price[goods.sold] / demand.price_unit + extra
    sold = sold * demand.spend_growth ** (world.month / MONTHS)
    sales: Array = np.bincount(goods.provider[goods.sold], sold, len(world.providers)).astype(np.float64)
    return sales


def _agree(what: str, one: float, other: float, room: float) -> None:
    if abs(one - other) > room:
        raise BooksDoNotBalanceError(f"{what}: {one!r} against {other!r} USD")
