"""Notes the months of a run and turns them into tables."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import extending
from sim.economics.scaling import Array
from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.record import Record, kept, side_by_side
from sim.outcomes.registry import Series
from sim.published import Published

Columns = dict[str, Any]  # of a table, by name


class Recorder:
    """The months as they ended, and the series by month, provider, jurisdiction or product over them."""

    def __init__(self, names: tuple[str, ...], places: tuple[str, ...]) -> None:
        self.names, self.places = names, places
        self.own = extending.outcomes()
        self.views: list[Published] = []
        self.answers: list[list[float]] = []  # of the extensions' outcomes [month, outcome]
        self.together: Record | None = None  # the months, once they are asked for

    def close_month(self, view: Published) -> None:
        """Keep the month of a view; outcomes of extensions may read all of it and are asked at once."""
        self.views.append(kept(view))
        self.answers.append([float(one(view)) for one in self.own])
        self.together = None

    @property
    def record(self) -> Record:
        """The months so far side by side."""
        self.together = self.together or side_by_side(self.views)
        return self.together

    @property
    def market(self) -> dict[str, Array]:
        """Outcomes of the months so far, each [month]."""
        own = zip([one.name for one in self.own], np.array(self.answers).T, strict=True)
        return _series(OUTCOMES, self.record) | dict(own)

    @property
    def providers(self) -> dict[str, Array]:
        """Series of the providers, each [month, provider]."""
        return _series(PROVIDER_SERIES, self.record)

    @property
    def jurisdictions(self) -> dict[str, Array]:
        """Series of the jurisdictions, each [month, jurisdiction]."""
        return _series(JURISDICTION_SERIES, self.record)

    def market_columns(self) -> Columns:
        """Of a table with one row a month."""
        status = [view.price_status for view in self.views]
        return {"month": np.arange(len(status))} | _floats(self.market) | {"price_status": status}

    def provider_columns(self, chosen: NDArray[np.bool_]) -> Columns:
        """Of a table with one row a month and provider, of `chosen` ones, [provider]."""
        return _columns("provider", self.names, self.providers, np.flatnonzero(chosen))

    def jurisdiction_columns(self) -> Columns:
        """Of a table with one row a month and jurisdiction."""
        return _columns("jurisdiction", self.places, self.jurisdictions, np.arange(len(self.places)))

    def product_columns(self) -> Columns:
        """Of a table with one row a month and product."""
        record, goods = self.record, [view.catalogue for view in self.views]
        rows = {
            "month": record.shelf.month,
            "provider": list(chain.from_iterable(one.owners for one in goods)),
            "product": list(chain.from_iterable(one.names for one in goods)),
        }
        return rows | {one.name: one.measure(record) for one in PRODUCT_SERIES}


def _series(of: Sequence[Series], record: Record) -> dict[str, Array]:
    """Series over the months of a record, each [month, ...]."""
    return {one.name: one.over(record) for one in of}


def _columns(of: str, names: tuple[str, ...], series: dict[str, Array], kept: NDArray[np.intp]) -> Columns:
    """Of a table with one row a month and name, of the `kept` names."""
    months = len(next(iter(series.values())))
    who = pd.array(names, dtype="str").take(np.tile(kept, months))
    cells = _floats({name: block[:, kept].ravel() for name, block in series.items()})
    return {"month": np.repeat(np.arange(months), len(kept)), of: who} | cells


def _floats(series: dict[str, Array]) -> dict[str, Array]:
    """The same in one kind of number."""
    return dict(zip(series, np.array(list(series.values()), dtype=np.float64), strict=True))
