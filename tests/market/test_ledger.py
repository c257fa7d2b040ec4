"""The ledger alone: what is entered, its tables and its sums."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.ledger import Ledger
from sim.model import simulate


def test_the_ledger_nets_single_payments_and_those_in_one_go() -> None:
    ledger = Ledger()
    ledger.open_month()
    ledger.book("a", "b", "rent", 7.0)
    ledger.open_month()
    assert ledger.net("ab").tolist() == [0.0, 0.0]
    ledger.book("a", "b", "rent", 1.5)
    ledger.book_all(("c", "d"), (("a",), ("b",)), "revenue", np.array([[2.0, 3.0], [0.0, 4.0]]))
    ledger.book("b", "a", "refund", 0.5)
    assert ledger.net("dcbae").tolist() == [-7.0, -2.0, 5.0, 4.0, 0.0]
    assert ledger.received("revenue", "ba").tolist() == [4.0, 5.0]
    assert ledger.received("gifts", "ba").tolist() == [0.0, 0.0]
    table = ledger.table()
    assert table.columns.tolist() == ["month", "payer", "payee", "kind", "amount"]
    assert table.to_numpy().tolist() == [
        [0, "a", "b", "rent", 7.0],
        [1, "a", "b", "rent", 1.5],
        [1, "c", "a", "revenue", 2.0],
        [1, "d", "a", "revenue", 3.0],
        [1, "d", "b", "revenue", 4.0],
        [1, "b", "a", "refund", 0.5],
    ]


def test_years_sum_the_payments_of_their_months(small: sim.Scenario) -> None:
    ledger = simulate(small, 30, seed=8).ledger
    table = ledger.table()
    sums = table.groupby([table["month"].rename("year") // 12, "payer", "payee", "kind"])["amount"].sum()
    found = ledger.yearly()
    assert found["year"].unique().tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(found, sums.reset_index(), check_exact=False, rtol=1e-12)


def test_many_payers_are_booked_as_one_by_one() -> None:
    one, all_at_once = Ledger(), Ledger()
    names, amounts = ("a", "b", "c"), np.array([2.0, 0.0, 3.5])
    one.open_month()
    all_at_once.open_month()
    for name, amount in zip(names, amounts.tolist(), strict=True):
        one.book(name, "seller", "revenue", amount)
    all_at_once.book_all(names, "seller", "revenue", amounts)
    assert all_at_once.table().equals(one.table())
    with pytest.raises(ValueError, match="negative"):
        all_at_once.book_all(names, "seller", "revenue", -amounts)


def test_names_are_spread_over_amounts_as_rows_and_columns() -> None:
    ledger = Ledger()
    for month in range(2):
        ledger.open_month()
        ledger.book_all(
            (("a",), ("b",)), ("x", "y"), ("rent", "tax"), np.array([[1.0, 2.0], [0.0, 4.0]]) + month
        )
    table = ledger.table()
    assert table["month"].tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert "".join(table["payer"]) == "aabaabb"
    assert "".join(table["payee"]) == "xyyxyxy"
    assert table["kind"].tolist() == ["rent" if payee == "x" else "tax" for payee in table["payee"]]
    assert table["amount"].tolist() == [1.0, 2.0, 4.0, 2.0, 3.0, 1.0, 5.0]
