"""Keeps the series of a run in preallocated columns and turns them into tables."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import extending
from sim.economics.scaling import Array
from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.registry import Outcome, Series
from sim.published import Catalogue, Published


class Recorder:
    """Series by month, and by month and provider, jurisdiction or product."""

    def __init__(self, months: int, names: tuple[str, ...], places: tuple[str, ...]) -> None:
        self.names, self.places = names, places
        self.catalogues: list[Catalogue] = []
        self.products: dict[str, list[Array]] = {series.name: [] for series in PRODUCT_SERIES}
        own = (Outcome(one.name, one.unit, one.label, one) for one in extending.outcomes())
        self.outcomes = (*OUTCOMES, *own)
        self.rows = np.full((months, len(self.outcomes)), np.nan)  # [month, outcome]
        self.market = {outcome.name: self.rows[:, i] for i, outcome in enumerate(self.outcomes)}
        self.providers = _blank(PROVIDER_SERIES, months, len(names))  # each [month, provider]
        self.jurisdictions = _blank(JURISDICTION_SERIES, months, len(places))  # each [month, jurisdiction]
        self.price_status: list[str] = []

    def close_month(self, view: Published) -> None:
        """Record the month of a view."""
        month = view.month
        self.rows[month] = [outcome.measure(view) for outcome in self.outcomes]
        for series, block in zip(PROVIDER_SERIES, self.providers.values(), strict=True):
            block[month] = series.measure(view)
        for place, block in zip(JURISDICTION_SERIES, self.jurisdictions.values(), strict=True):
            block[month] = place.measure(view)
        self.catalogues.append(view.catalogue)
        for product, parts in zip(PRODUCT_SERIES, self.products.values(), strict=True):
            parts.append(product.measure(view))
        self.price_status.append(view.price_status)

    def market_table(self) -> pd.DataFrame:
        """One row a month."""
        months = len(self.price_status)
        table = pd.DataFrame(self.rows[:months].copy(), columns=list(self.market))
        table.insert(0, "month", np.arange(months))
        table["price_status"] = self.price_status
        return table

    def provider_table(self, chosen: NDArray[np.bool_] | None = None) -> pd.DataFrame:
        """One row a month and provider, of some providers where these are given, [provider]."""
        return self._table("provider", self.names, self.providers, chosen)

    def jurisdiction_table(self) -> pd.DataFrame:
        """One row a month and jurisdiction."""
        return self._table("jurisdiction", self.places, self.jurisdictions, None)

    def _table(
        self, of: str, names: tuple[str, ...], series: dict[str, Array], chosen: NDArray[np.bool_] | None
    ) -> pd.DataFrame:
        """One row a month and name."""
        months = len(self.price_status)
        kept = np.arange(len(names)) if chosen is None else np.flatnonzero(chosen)
        values = np.array([block[:months, kept].ravel() for block in series.values()])
        table = pd.DataFrame(values.T, columns=list(series))
        table.insert(0, "month", np.repeat(np.arange(months), len(kept)))
        table.insert(1, of, pd.array(names, dtype="str").take(np.tile(kept, months)))
        return table

    def product_table(self) -> pd.DataFrame:
        """One row a month and product."""
        rows = {
            "month": np.repeat(np.arange(len(self.catalogues)), [len(goods) for goods in self.catalogues]),
            "provider": [owner for goods in self.catalogues for owner in goods.owners],
            "product": [name for goods in self.catalogues for name in goods.names],
        }
        return pd.DataFrame(rows | {name: np.concatenate(parts) for name, parts in self.products.items()})


def _blank(series: Sequence[Series], months: int, size: int) -> dict[str, Array]:
    """An empty column of each series, [month, of whom]."""
    return {one.name: np.full((months, size), np.nan) for one in series}
