"""The facts of a run side by side: what series are worked out of once its months are over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.economics.finetuning import MODES
from sim.economics.predation import price_cost_ratio
from sim.economics.scaling import Array
from sim.published import Catalogue, Known, Published

NAN = float("nan")


class Month(NamedTuple):
    """What is kept of the view at the end of a month."""

    known: Known
    avoidable: Array  # USD/month [provider], of overhead
    ownership: tuple[str, ...]  # [provider]
    trade: Array  # USD/month [seller's, buyer's government]
    addressable: float  # USD/month
    fringe_quality: float  # nat
    understood: float  # nat
    catalogue: Catalogue
    revenue: Array  # USD/month [product]
    use: Array  # share of workloads [product]
    price_status: str


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

    known: Known  # each [month, provider]
    avoidable: Array  # USD/month [month, provider], of overhead
    ownership: NDArray[np.str_]  # kind of owner [month, provider]
    trade: Array  # USD/month [month, seller's, buyer's government], customers' outlay
    addressable: Array  # USD/month [month]
    fringe_quality: Array  # nat [month], average of those behind the frontier
    understood: Array  # nat [month], highest capability that audits understand
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
        return price_cost_ratio(self.known.revenue, self.known.serving, self.avoidable)

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


def kept(view: Published) -> Month:
    """The part of a view that is kept."""
    return Month(
        known=view.known,
        avoidable=view.rivalry.avoidable,
        ownership=view.money.ownership,
        trade=view.trade,
        addressable=view.addressable,
        fringe_quality=view.money.fringe_quality,
        understood=view.oversight.understood,
        catalogue=view.catalogue,
        revenue=view.product_revenue,
        use=view.product_use,
        price_status=view.price_status,
    )


def side_by_side(months: Sequence[Month]) -> Record:
    """The record of some months."""
    columns = np.concatenate([column for month in months for column in month.known])
    return Record(
        known=Known(*columns.reshape(len(months), len(Known._fields), -1).swapaxes(0, 1)),
        avoidable=np.array([month.avoidable for month in months]),
        ownership=np.array([month.ownership for month in months]),
        trade=np.array([month.trade for month in months]),
        addressable=np.array([month.addressable for month in months]),
        fringe_quality=np.array([month.fringe_quality for month in months]),
        understood=np.array([month.understood for month in months]),
        shelf=_shelf(months),
    )


def _shelf(months: Sequence[Month]) -> Shelf:
    """The products of some months."""

    def column(read: Callable[[Month], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([read(month) for month in months])

    return Shelf(
        month=np.repeat(np.arange(len(months)), [len(month.catalogue) for month in months]),
        code=column(lambda month: month.catalogue.code),
        provider=column(lambda month: month.catalogue.provider),
        sold=column(lambda month: month.catalogue.sold),
        mode=column(lambda month: month.catalogue.goods.mode),
        capability=column(lambda month: month.catalogue.capability),
        price=column(lambda month: month.catalogue.price),
        unit_cost=column(lambda month: month.catalogue.unit_cost),
        revenue=column(lambda month: month.revenue),
        use=column(lambda month: month.use),
    )
