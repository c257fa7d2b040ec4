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
    booked, bought = world.ledger.net(), public_purchases(world)
    for provider, counted in zip(world.providers, _counted_sales(world).tolist(), strict=True):
        name, books, before = provider.name, provider.books, provider.opening_cash
        allowed = TOLERANCE * books.gross + ROUNDING * abs(before)
        for what, one, other in (
            ("cash", provider.cash - before, booked.get(name, 0.0)),
            ("sales", books.revenue, counted + bought.get(name, 0.0)),
        ):
            if not abs(one - other) <= allowed:
                text = f"{what} of {name} in month {world.month}: {one!r} against {other!r} USD"
                raise BooksDoNotBalanceError(text)


def _counted_sales(world: World) -> Array:
    """Budgets of the workloads that use each provider's products, USD/month [provider]."""
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    rows, codes = np.flatnonzero(work.product >= 0), goods.code[goods.sold]
    used, budget, every = work.product[rows], work.budget[rows], len(world.hold.host)
    sold: Array = np.bincount(used, budget, every)[codes].astype(np.float64)
    if demand.form == "unit_demand":
        taken = within_ceilings(world, rows, work.taken[rows]) * budget / work.sensitivity[rows]
        extra = np.bincount(used, taken, every)[codes]
        sold = sold * goods.price[goods.sold] / demand.price_unit + extra
    sold = sold * demand.spend_growth ** (world.month / MONTHS)
    return np.asarray(np.bincount(goods.provider[goods.sold], sold, len(world.providers)), dtype=np.float64)
