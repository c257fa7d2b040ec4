"""Keeps the series of a run in preallocated columns and turns them into tables."""

import numpy as np
import pandas as pd

from sim import extending
from sim.economics.scaling import Array
from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.registry import Outcome
from sim.published import Catalogue, Published


class Recorder:
    """Series by month, and by month and provider, jurisdiction or product."""

    def __init__(self, months: int, names: tuple[str, ...], places: tuple[str, ...]) -> None:
        self.names, self.places = names, places
        self.catalogues: list[Catalogue] = []
        self.products: dict[str, list[Array]] = {series.name: [] for series in PRODUCT_SERIES}
        own = (Outcome(one.name, one.unit, one.label, one) for one in extending.outcomes())
        self.outcomes = (*OUTCOMES, *own)
        self.market = {outcome.name: np.full(months, np.nan) for outcome in self.outcomes}
        self.providers = {series.name: np.full((months, len(names)), np.nan) for series in PROVIDER_SERIES}
        self.jurisdictions = {s.name: np.full((months, len(places)), np.nan) for s in JURISDICTION_SERIES}
        self.price_status: list[str] = []

    def close_month(self, view: Published) -> None:
        """Record the month of a view."""
        for outcome in self.outcomes:
            self.market[outcome.name][view.month] = outcome.measure(view)
        for series in PROVIDER_SERIES:
            self.providers[series.name][view.month] = series.measure(view)
        for place in JURISDICTION_SERIES:
            self.jurisdictions[place.name][view.month] = place.measure(view)
        self.catalogues.append(view.catalogue)
        for product in PRODUCT_SERIES:
            self.products[product.name].append(product.measure(view))
        self.price_status.append(view.price_status)

    def market_table(self) -> pd.DataFrame:
        """One row a month."""
        months = np.arange(len(self.price_status))
        return pd.DataFrame({"month": months, **self.market, "price_status": self.price_status})

    def provider_table(self) -> pd.DataFrame:
        """One row a month and provider."""
        return self._table("provider", self.names, self.providers)

    def jurisdiction_table(self) -> pd.DataFrame:
        """One row a month and jurisdiction."""
        return self._table("jurisdiction", self.places, self.jurisdictions)

    def _table(self, of: str, names: tuple[str, ...], series: dict[str, Array]) -> pd.DataFrame:
        """One row a month and name."""
        months = len(self.price_status)
        rows = {"month": np.repeat(np.arange(months), len(names)), of: list(names) * months}
        return pd.DataFrame(rows | {name: block[:months].ravel() for name, block in series.items()})

    def product_table(self) -> pd.DataFrame:
        """One row a month and product."""
        rows = {
            "month": np.repeat(np.arange(len(self.catalogues)), [len(goods) for goods in self.catalogues]),
            "provider": [owner for goods in self.catalogues for owner in goods.owners],
            "product": [name for goods in self.catalogues for name in goods.names],
        }
        return pd.DataFrame(rows | {name: np.concatenate(parts) for name, parts in self.products.items()})
