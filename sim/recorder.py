"""Keeps the series of a run in preallocated columns and turns them into tables."""

import numpy as np
import pandas as pd

from sim.outcomes import OUTCOMES, PROVIDER_SERIES
from sim.published import Published


class Recorder:
    """Series by month, and by month and provider."""

    def __init__(self, months: int, names: tuple[str, ...]) -> None:
        self.names = names
        self.market = {outcome.name: np.full(months, np.nan) for outcome in OUTCOMES}
        self.providers = {series.name: np.full((months, len(names)), np.nan) for series in PROVIDER_SERIES}
        self.price_status: list[str] = []

    def close_month(self, view: Published) -> None:
        """Record the month of a view."""
        for outcome in OUTCOMES:
            self.market[outcome.name][view.month] = outcome.measure(view)
        for series in PROVIDER_SERIES:
            self.providers[series.name][view.month] = series.measure(view)
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
