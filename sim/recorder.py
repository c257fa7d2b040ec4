"""Keeps the series of a run in preallocated columns and turns them into tables."""

import numpy as np
import pandas as pd

from sim import extending
from sim.economics.scaling import Array
from sim.outcomes import OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.registry import Outcome
from sim.published import Catalogue, Published


class Recorder:
    """Series by month, by month and provider, and by month and product."""

    def __init__(self, months: int, names: tuple[str, ...]) -> None:
        self.names = names
        self.catalogues: list[Catalogue] = []
        self.products: dict[str, list[Array]] = {series.name: [] for series in PRODUCT_SERIES}
        own = (Outcome(one.name, one.unit, one.label, one) for one in extending.outcomes())
        self.outcomes = (*OUTCOMES, *own)
        self.market = {outcome.name: np.full(months, np.nan) for outcome in self.outcomes}
        self.providers = {series.name: np.full((months, len(names)), np.nan) for series in PROVIDER_SERIES}
        self.price_status: list[str] = []

    def close_month(self, view: Published) -> None:
        """Record the month of a view."""
        for outcome in self.outcomes:
            self.market[outcome.name][view.month] = outcome.measure(view)
        for series in PROVIDER_SERIES:
            self.providers[series.name][view.month] = series.measure(view)
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
        months = len(self.price_status)
        rows = {
            "month": np.repeat(np.arange(months), len(self.names)),
            "provider": list(self.names) * months,
        }
        return pd.DataFrame(rows | {name: block.ravel() for name, block in self.providers.items()})

    def product_table(self) -> pd.DataFrame:
        """One row a month and product."""
        rows = {
            "month": np.repeat(np.arange(len(self.catalogues)), [len(goods) for goods in self.catalogues]),
            "provider": [owner for goods in self.catalogues for owner in goods.owners],
            "product": [name for goods in self.catalogues for name in goods.names],
        }
        return pd.DataFrame(rows | {name: np.concatenate(parts) for name, parts in self.products.items()})
