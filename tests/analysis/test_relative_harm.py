"""Harm against a baseline."""

import pandas as pd
import pytest

import sim
from analysis.safety import relative_harm


def months(harm: float, surplus: float, replications: int = 2, length: int = 3) -> pd.DataFrame:
    rows = [
        {"replication": r, "month": m, "expected_harm": harm + r, "harm": harm, "consumer_surplus": surplus,
         "public_audit_outlay": 7.0}
        for r in range(replications) for m in range(length)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_harm_is_priced_by_the_reader_and_stays_apart_from_surplus() -> None:
    table = relative_harm(months(10.0, 100.0), months(4.0, 90.0), 1000.0).set_index("measure")
    assert table.loc["Expected harm", "difference"] == pytest.approx(3 * 6.0)
    assert table.loc["Expected harm", "baseline"] == pytest.approx(3 * 4.5)
    assert table.loc["Expected harm at its price", "difference"] == pytest.approx(3 * 6.0 * 1000)
    assert table.loc["Consumer surplus", "difference"] == pytest.approx(30.0)
    assert table.loc["Public outlay for audits", "difference"] == 0
    free = relative_harm(months(10.0, 100.0), months(4.0, 90.0), 0.0).set_index("measure")
    assert free.loc["Expected harm at its price", "difference"] == 0
    assert free.loc["Expected harm", "difference"] == pytest.approx(18.0)


def test_runs_that_cannot_be_paired_and_absurd_prices_are_refused() -> None:
    for other in (months(1.0, 1.0, replications=3), months(1.0, 1.0, length=4)):
        with pytest.raises(sim.UserError, match="run both with the same numbers"):
            relative_harm(months(1.0, 1.0), other, 1.0)
    for price in (-1.0, float("nan")):
        with pytest.raises(sim.UserError, match="price of harm: is"):
            relative_harm(months(1.0, 1.0), months(1.0, 1.0), price)


def test_a_run_against_itself_adds_nothing(small_run: sim.Run) -> None:
    table = relative_harm(small_run.months, small_run.months, 1e4)
    assert (table.difference == 0).all()
    assert (table.scenario > 0).all()
