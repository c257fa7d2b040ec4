"""Harm against a baseline, with surplus and public cost apart and a price of harm that the reader sets."""

import numpy as np
import pandas as pd

from sim.errors import UserError

FLOWS = {
    "expected_harm": ("Expected harm", "incident"),
    "harm": ("Harm that happened", "incident"),
    "consumer_surplus": ("Consumer surplus", "USD"),
    "public_audit_outlay": ("Public outlay for audits", "USD"),
}  # monthly outcome -> (label, unit of its sum)
PRICED = "expected_harm"


def relative_harm(months: pd.DataFrame, baseline: pd.DataFrame, price_of_harm: float) -> pd.DataFrame:
    """What a scenario adds to a baseline over a run: sums over months, means over paired replications.

    months, baseline: tables with one row a replication and month; price_of_harm: USD for an incident of mean
    harm. Harm, surplus and public cost stay apart; harm is also shown at its price. `low` and `high` are the
    smallest and largest difference of a pair.
    Raises `UserError` where the two cannot be paired or the price makes no sense.
    """
    if not (np.isfinite(price_of_harm) and price_of_harm >= 0):
        raise UserError(
            f"price of harm: is {price_of_harm}; expected a number of at least 0, in USD an incident."
        )
    pair = [table.groupby("replication")[list(FLOWS)].sum() for table in (months, baseline)]
    spans = [table.groupby("replication")["month"].agg(["min", "max"]) for table in (months, baseline)]
    if not spans[0].equals(spans[1]):
        raise UserError(
            "The two runs have other replications or months; run both with the same numbers of each."
        )
    rows = [_row(*FLOWS[name], pair[0][name], pair[1][name]) for name in FLOWS]
    cost = [table[PRICED] * price_of_harm for table in pair]
    rows.append(_row("Expected harm at its price", "USD", *cost))
    return pd.DataFrame(rows)


def _row(label: str, unit: str, one: pd.Series, other: pd.Series) -> dict[str, str | float]:
    change = one - other
    return {
        "measure": label, "unit": unit, "scenario": float(one.mean()), "baseline": float(other.mean()),
        "difference": float(change.mean()), "low": float(change.min()), "high": float(change.max()),
    }  # fmt: skip
