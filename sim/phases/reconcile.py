"""Compares, every month, what was booked with what happened by another road."""

import numpy as np

from sim.compiled import kernels
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.phases.procurement import public_purchases
from sim.phases.renewal import within_ceilings
from sim.world import World

KERNEL = "sim.economics.kernels.sums"
TOLERANCE = 1e-9  # of gross flow
ROUNDING = 1e-14  # of the stock of cash, which is held in double precision


class BooksDoNotBalanceError(RuntimeError):
    """Money appeared or vanished: an error of the program, never of the user."""


def books_balance(world: World) -> None:
    """The ledger explains each provider's change of cash; budgets, private and public, explain its sales.

    Agents keep their cash on their own; sales are counted again, workload by workload.
    """
    names = world.published.names
    cash = np.array([provider.cash for provider in world.providers])
    before = np.array([provider.opening_cash for provider in world.providers])
    allowed = TOLERANCE * world.flows.sum(axis=0) + ROUNDING * np.abs(before)
    sold = _counted_sales(world) + public_purchases(world, names)
    _compare(world, "cash", cash - before, world.ledger.net(names), allowed)
    _compare(world, "sales", world.books.revenue, sold, allowed)


def _compare(world: World, what: str, ours: Array, theirs: Array, allowed: Array) -> None:
    """Raise where two sums differ by more than is allowed, or by what is no number, USD [provider]."""
    close = np.abs(ours - theirs) <= allowed
    if not close.all():
        one = world.providers[close.argmin()]
        sums = f"{ours.item(one.place)!r} against {theirs.item(one.place)!r} USD"
        raise BooksDoNotBalanceError(f"{what} of {one.name} in month {world.month}: {sums}")


def _counted_sales(world: World) -> Array:
    """Budgets of the workloads that use each provider's products, USD/month [provider]."""
    work, goods, demand = world.workloads, world.catalogue, world.config.demand
    sums, ours, codes = kernels(KERNEL).summed, slice(goods.free.start), len(world.hold.room)
    sold = sums(work.product, work.budget, codes)[goods.code[ours]]
    if demand.form == "unit_demand":
        taken = within_ceilings(world, slice(None), work.taken) * work.budget / work.sensitivity
        extra = sums(work.product, taken, codes)[goods.code[ours]]
        sold = sold * goods.price[ours] / demand.price_unit + extra
    sold = sold * demand.spend_growth ** (world.month / MONTHS)
    counted: Array = sums(goods.provider[ours], sold, len(world.providers))
    return counted
