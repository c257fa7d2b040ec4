"""Compares, every month, what was booked with what happened by another road."""

import numpy as np

from sim.agents.provider import Provider
from sim.columns import OPEN
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
        _agree(world, provider, "cash", provider.cash - provider.opening_cash, booked.get(name, 0.0))
        _agree(world, provider, "sales", provider.books.revenue, counted + bought.get(name, 0.0))


def _agree(world: World, provider: Provider, what: str, one: float, other: float) -> None:
    """Raise `BooksDoNotBalanceError` where two accounts of one thing, USD, differ by more than rounding."""
    if abs(one - other) > TOLERANCE * provider.books.gross + ROUNDING * abs(provider.opening_cash):
        text = f"{what} of {provider.name} in month {world.month}: {one!r} against {other!r} USD"
        raise BooksDoNotBalanceError(text)


def _counted_sales(world: World) -> Array:
    """Budgets of the workloads that use each provider's products, USD/month [provider]."""
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    codes, used = goods.code[goods.sold] - OPEN, work.product - OPEN
    sold: Array = np.bincount(used, work.budget, len(world.users))[codes].astype(np.float64)
    if demand.form == "unit_demand":
        rows = np.flatnonzero(work.taken > 0)
        taken = within_ceilings(world, rows, work.taken[rows]) * work.budget[rows] / work.sensitivity[rows]
        extra = np.bincount(used[rows], taken, len(world.users))[codes]
        sold = sold * goods.price[goods.sold] / demand.price_unit + extra
    sold = sold * demand.spend_growth ** (world.month / MONTHS)
    sales: Array = np.bincount(goods.provider[goods.sold], sold, len(world.providers)).astype(np.float64)
    return sales
