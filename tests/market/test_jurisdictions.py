"""The table by jurisdiction against ledger, workloads and the outcomes of the whole market."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.model import Market

KEYS = ["month", "jurisdiction"]


def place_of(run: sim.Run) -> dict[str, str]:
    return {provider.name: provider.jurisdiction for provider in run.scenario.config.providers}


def sold(run: sim.Run) -> pd.DataFrame:
    """Customers' payments to the first providers, with the jurisdictions of both sides."""
    sales = run.ledger.query("kind == 'revenue'")
    return sales.assign(buyer=sales.payer.str.partition(":")[0], seller=sales.payee.map(place_of(run)))


@pytest.fixture(scope="module")
def closed(small: sim.Scenario) -> sim.Run:
    """Nobody new comes, so that every seller's jurisdiction stands in the scenario."""
    return sim.run(
        small.amend({f"entrants.{kind.name}.rate": 0.0 for kind in small.config.entrants}), months=36, seed=3
    )


def test_a_row_a_month_and_jurisdiction(small_run: sim.Run) -> None:
    table, months = small_run.jurisdictions, small_run.months
    names = [government.name for government in small_run.scenario.config.governments]
    assert table.jurisdiction.tolist() == names * len(months)
    by_month = table.groupby("month")
    assert np.array_equal(by_month.served.min(), months.served_lowest)
    assert np.array_equal(by_month.served.max(), months.served_highest)
    np.testing.assert_allclose(by_month.public_outlay.sum(), months.public_outlay)
    spent = by_month.spending.sum()
    np.testing.assert_allclose(by_month.sales.sum(), spent)
    abroad = (table.bought_abroad * table.spending).groupby(table.month).sum()
    np.testing.assert_allclose(abroad, months.across_borders.fillna(0.0) * spent, rtol=1e-9)


def test_spending_and_sales_are_those_of_the_ledger(closed: sim.Run) -> None:
    paid, table = sold(closed), closed.jurisdictions.set_index(KEYS)
    for column, side in (("spending", "buyer"), ("sales", "seller")):
        booked = paid.groupby(["month", side]).amount.sum().rename_axis(KEYS)
        assert booked.sum() > 0
        np.testing.assert_allclose(table[column].loc[booked.index], booked, rtol=1e-9)
        assert table[column].drop(booked.index).eq(0).all()
    from_abroad = paid[paid.buyer != paid.seller].groupby(["month", "buyer"]).amount.sum().rename_axis(KEYS)
    share = from_abroad / table.spending.loc[from_abroad.index]
    np.testing.assert_allclose(table.bought_abroad.loc[from_abroad.index], share, rtol=1e-9)


def test_the_share_served_is_that_of_the_workloads(small: sim.Scenario) -> None:
    market = Market(small.config, 30, seed=3)
    for _ in range(30):
        market.step()
    home, uses = market.segment_homes[market.workloads.segment], market.workloads.product != -1
    counted = [float(uses[home == place].mean()) for place in range(len(market.governments))]
    recorded = market.recorder.jurisdictions["served"][29]
    assert recorded == pytest.approx(counted)
    assert recorded.max() > 0
