"""A provider of the user's own: its settings in a scenario, and what became of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.study import Study
from analysis.tables import YEAR, RunTables

NAME = "your_lab"


@dataclass(frozen=True)
class Lab:
    """What a user says of a lab."""

    cash: float  # USD
    backing: float  # USD/yr
    credit: float  # USD
    overhead: float  # USD/yr
    efficiency: float
    largest: float  # USD, largest development budget handled
    ownership: str
    jurisdiction: str
    tiers: tuple[str, ...]
    open_weights: bool


def settings_of(study: Study, lab: Lab) -> tuple[tuple[str, Any], ...]:
    """The study's settings with the lab among the providers."""
    own = {
        "description": "A provider of your own.",
        "jurisdiction": lab.jurisdiction,
        "ownership": lab.ownership,
        "cash": lab.cash,
        "credit_line": lab.credit,
        "backing": lab.backing,
        "overhead": lab.overhead,
        "weights": "open" if lab.open_weights else "closed",
        "tiers": lab.tiers,
        "efficiency": lab.efficiency,
        "largest_budget": lab.largest,
        "training.kind": "npv",
    }
    added = {f"providers.{NAME}.{key}": value for key, value in own.items()}
    return tuple(sorted((dict(study.settings) | added).items()))


def fate(tables: RunTables, lab: Lab) -> pd.DataFrame:
    """One row a run: alive at the end, share in the last year, tightest runway (months), payback (month)."""
    rows = tables.providers[tables.providers["provider"] == NAME]
    totals = tables.months.set_index(["replication", "month"])["revenue"]
    found = []
    for replication, own in rows.sort_values("month").groupby("replication"):
        year = own.tail(YEAR)
        total = totals.loc[replication].reindex(year["month"]).sum()
        found.append(
            {
                "replication": replication,
                "alive": bool(own["alive"].iloc[-1] > 0),
                "share": float(year["revenue"].sum() / total) if total > 0 else 0.0,
                "runway": _tightest(own, lab),
                "payback": _payback(own, lab),
            }
        )
    return pd.DataFrame(found)


def _profit(own: pd.DataFrame, lab: Lab) -> pd.Series:
    """Sales less serving, training and fixed cost, USD/month."""
    return own["revenue"] - own["serving"] - own["training"] - lab.overhead / YEAR


def _tightest(own: pd.DataFrame, lab: Lab) -> float:
    """Least months for which cash and credit last at the mean loss of the year before; inf without losses."""
    living = own[own["alive"] > 0]
    flow = (_profit(living, lab) + lab.backing / YEAR).rolling(YEAR, min_periods=1).mean()
    losing = flow < 0
    if not losing.any():
        return float("inf")
    return float(((living["cash"] + lab.credit)[losing] / -flow[losing]).clip(lower=0).min())


def _payback(own: pd.DataFrame, lab: Lab) -> float:
    """First month from which sales have covered all costs since the start; NaN if never."""
    living = own[own["alive"] > 0]
    total = _profit(living, lab).cumsum().to_numpy()
    ahead = np.flatnonzero((total >= 0) & (living["revenue"].cumsum().to_numpy() > 0))
    return float(living["month"].iloc[ahead[0]]) if len(ahead) else float("nan")
