"""The facts of a run side by side: what series are worked out of once its months are over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.economics.finetuning import MODES
from sim.economics.harm import bad_years
from sim.economics.predation import price_cost_ratio
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.published import Known, Panel, Published

NAN = float("nan")
NOBODY_ASKED = Panel(*np.empty((len(fields(Panel)), 0)))  # a panel without types


@dataclass(frozen=True)
class Shelf:
    """What was for sale; arrays run over the products of all months, month by month."""

    month: NDArray[np.intp]
    code: NDArray[np.intp]  # stable number, see `sim.published.Catalogue`
    provider: NDArray[np.intp]  # index into the providers, -1 without a provider
    sold: NDArray[np.bool_]  # whether a provider sells it
    mode: NDArray[np.intp]  # way of tuning, index into `MODES`
    capability: Array  # nat, without tuning
    price: Array  # USD/Mtoken
    unit_cost: Array  # USD/Mtoken
    revenue: Array  # USD/month; what users of open products spend on their machines
    use: Array  # share of workloads


@dataclass(frozen=True)
class Record:
    """Facts of a run; arrays run over its months first."""

    views: Sequence[Published]  # as the months ended, see `kept`
    known: Known  # each [month, provider]
    avoidable: Array  # share of overhead [month]
    ownership: NDArray[np.str_]  # kind of owner [month, provider]
    trade: Array  # USD/month [month, seller's, buyer's government], customers' outlay
    addressable: Array  # USD/month [month]
    fringe_quality: Array  # nat [month], average of those behind the frontier
    understood: Array  # nat [month], highest capability that audits understand
    expected: Array  # incidents, then common failures, 1/month [month, kind, base]
    severity: Array  # mean harm of one, incidents [month, kind, base]
    severity_spread: float  # coefficient of variation of the harm of one
    shelf: Shelf

    @property
    def months(self) -> int:
        """Number of months."""
        return len(self.addressable)

    @cached_property
    def selling(self) -> NDArray[np.bool_]:
        """Who has a model on sale [month, provider]."""
        return np.isfinite(self.known.capability)

    @cached_property
    def frontier(self) -> Array:
        """Highest capability on sale, nat [month]; NaN if nothing is."""
        return np.asarray(np.fmax.reduce(self.known.capability, axis=1))

    @cached_property
    def sales(self) -> Array:
        """Revenue of all providers, USD/month [month]."""
        return np.asarray(self.known.revenue.sum(axis=1))

    @cached_property
    def shares(self) -> Array:
        """Share of all providers' revenue [month, provider]; NaN without any."""
        return over(self.known.revenue, self.sales[:, None])

    @cached_property
    def price_cost(self) -> Array:
        """Price over average avoidable cost [month, provider]; NaN without sales."""
        overhead = self.avoidable[:, None] * (self.known.overhead / MONTHS)
        return price_cost_ratio(self.known.revenue, self.known.serving, overhead)

    @cached_property
    def tuned(self) -> Array:
        """What customers spend on providers' products by way of tuning, USD/month [month, mode]."""
        place, modes = self.shelf.month * len(MODES) + self.shelf.mode, len(MODES)
        spent = np.bincount(place, self.shelf.revenue * self.shelf.sold, self.months * modes)
        return spent.astype(np.float64, copy=False).reshape(-1, modes)

    @cached_property
    def purchases(self) -> Array:
        """What customers of each government spend on providers, USD/month [month, government]."""
        return np.asarray(self.trade.sum(axis=1))

    @cached_property
    def bad_years(self) -> tuple[Array, Array]:
        """Harm of a year at each month's rates: exceeded with five per cent, and the mean beyond, [month]."""
        return bad_years(self.expected, self.severity, self.severity_spread)

    def by_month(self, amounts: Array) -> Array:
        """Sums over the products of a month, of amounts of all months' products [month]."""
        return np.bincount(self.shelf.month, amounts, self.months).astype(np.float64, copy=False)

    def by_revenue(self, series: Array) -> Array:
        """Mean over sellers, weighted by revenue, of a series of providers [month]; NaN without sales."""
        weighed = np.where(self.shares > 0, self.shares * series, 0.0).sum(axis=1)
        return np.where(self.sales > 0, weighed, NAN)

    def of_frontier(self, series: Array) -> Array:
        """A series of providers at the most capable one on sale [month]; NaN without one."""
        best = np.where(self.selling, self.known.capability, -np.inf).argmax(axis=1)
        return np.where(self.selling.any(axis=1), series[np.arange(self.months), best], NAN)

    def share_of(self, ownership: str) -> Array:
        """Share of revenue of providers with one kind of owner [month]; NaN without sales."""
        return np.asarray((self.shares * (self.ownership == ownership)).sum(axis=1))


def over(amounts: Array, total: Array) -> Array:
    """Amounts over a total; NaN where that is not positive."""
    return amounts / np.where(total > 0, total, NAN)


def kept(view: Published) -> Published:
    """The part of a view that is kept: all but the customer types, which are many."""
    return view._replace(panel=NOBODY_ASKED)


def side_by_side(views: Sequence[Published]) -> Record:
    """The record of some months."""
    columns = np.concatenate([column for view in views for column in view.known])
    return Record(
        views=views,
        known=Known(*columns.reshape(len(views), len(Known._fields), -1).swapaxes(0, 1)),
        avoidable=np.array([view.rivalry.avoidable for view in views]),
        ownership=np.array([view.money.ownership for view in views]),
        trade=np.array([view.trade for view in views]),
        addressable=np.array([view.addressable for view in views]),
        fringe_quality=np.array([view.money.fringe_quality for view in views]),
        understood=np.array([view.oversight.understood for view in views]),
        expected=np.array([view.oversight.expected for view in views]),
        severity=np.array([view.oversight.severity for view in views]),
        severity_spread=views[0].oversight.severity_spread,
        shelf=_shelf(views),
    )


def _shelf(views: Sequence[Published]) -> Shelf:
    """The products of some months."""

    def column(read: Callable[[Published], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([read(view) for view in views])

    return Shelf(
        month=np.repeat(np.arange(len(views)), [len(view.catalogue) for view in views]),
        code=column(lambda view: view.catalogue.code),
        provider=column(lambda view: view.catalogue.provider),
        sold=column(lambda view: view.catalogue.sold),
        mode=column(lambda view: view.catalogue.goods.mode),
        capability=column(lambda view: view.catalogue.capability),
        price=column(lambda view: view.catalogue.price),
        unit_cost=column(lambda view: view.catalogue.unit_cost),
        revenue=column(lambda view: view.product_revenue),
        use=column(lambda view: view.product_use),
    )
