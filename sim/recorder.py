"""Notes the months of a run and turns them into tables."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import extending
from sim.economics.scaling import Array
from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.record import Month, Record, kept, side_by_side
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


class Recorder:
    """Series by month, and by month and provider, jurisdiction or product."""

    def __init__(self, months: int, names: tuple[str, ...], places: tuple[str, ...]) -> None:
        own = [Noted(one.name, one.unit, one.label, one) for one in extending.outcomes()]
        self.names, self.places = names, places
        self.months: list[Month] = []
        self.together: Record | None = None  # the months, once they are asked for
        self.of_market = Notes((*OUTCOMES, *own), (months,))
        self.of_providers = Notes(PROVIDER_SERIES, (months, len(names)))
        self.of_jurisdictions = Notes(JURISDICTION_SERIES, (months, len(places)))

    def close_month(self, view: Published) -> None:
        """Note the month of a view."""
        self.months.append(kept(view))
        self.together = None
        for notes in (self.of_market, self.of_providers, self.of_jurisdictions):
            notes.note(view)

    @property
    def record(self) -> Record:
        """The months so far side by side."""
        self.together = self.together or side_by_side(self.months)
        return self.together

    @property
    def market(self) -> dict[str, Array]:
        """Outcomes of the months so far, each [month]."""
        return self.of_market.series(self.record)

    @property
    def providers(self) -> dict[str, Array]:
        """Series of the providers, each [month, provider]."""
        return self.of_providers.series(self.record)

    @property
    def jurisdictions(self) -> dict[str, Array]:
        """Series of the jurisdictions, each [month, jurisdiction]."""
        return self.of_jurisdictions.series(self.record)

    def market_table(self) -> pd.DataFrame:
        """One row a month."""
        series = self.market
        table = pd.DataFrame(np.array(list(series.values())).T, columns=list(series))
        table.insert(0, "month", np.arange(len(table)))
        table["price_status"] = [month.price_status for month in self.months]
        return table

    def provider_table(self, chosen: NDArray[np.bool_] | None = None) -> pd.DataFrame:
        """One row a month and provider, of some providers where these are given, [provider]."""
        return _table("provider", self.names, self.providers, chosen)

    def jurisdiction_table(self) -> pd.DataFrame:
        """One row a month and jurisdiction."""
        return _table("jurisdiction", self.places, self.jurisdictions, None)

    def product_table(self) -> pd.DataFrame:
        """One row a month and product."""
        record, goods = self.record, [month.catalogue for month in self.months]
        rows = {
            "month": record.shelf.month,
            "provider": list(chain.from_iterable(one.owners for one in goods)),
            "product": list(chain.from_iterable(one.names for one in goods)),
        }
        return pd.DataFrame(rows | {one.name: one.measure(record) for one in PRODUCT_SERIES})


class Notes:
    """Series of one kind, of which some are noted every month."""

    def __init__(self, series: Sequence[Series], shape: tuple[int, ...]) -> None:
        """`shape`: [month], or [month, of whom]."""
        self.all = series
        self.noted = [one for one in series if isinstance(one, Noted)]
        self.block = np.full((shape[0], len(self.noted), *shape[1:]), np.nan)  # [month, noted series, ...]

    def note(self, view: Published) -> None:
        """Note the month of a view."""
        self.block[view.month] = [one.measure(view) for one in self.noted]

    def series(self, record: Record) -> dict[str, Array]:
        """All series over the months of a record, each [month, ...]."""
        names = [one.name for one in self.noted]
        noted = dict(zip(names, self.block[: record.months].swapaxes(0, 1), strict=True))
        return {
            one.name: one.measure(record) if isinstance(one, Derived) else noted[one.name] for one in self.all
        }


def _table(
    of: str, names: tuple[str, ...], series: dict[str, Array], chosen: NDArray[np.bool_] | None
) -> pd.DataFrame:
    """One row a month and name."""
    kept = np.arange(len(names)) if chosen is None else np.flatnonzero(chosen)
    values = np.array([block[:, kept].ravel() for block in series.values()])
    months = len(next(iter(series.values())))
    table = pd.DataFrame(values.T, columns=list(series))
    table.insert(0, "month", np.repeat(np.arange(months), len(kept)))
    table.insert(1, of, pd.array(names, dtype="str").take(np.tile(kept, months)))
    return table
