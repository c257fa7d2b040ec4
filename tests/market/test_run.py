"""A whole market: it lives, keeps its books, and depends on nothing but its seed."""

import gc
import weakref

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import sim
from sim.model import Market, simulate, tables
from sim.studies.extension_check import reorder
from sim.studies.promises import broken_in_months

TABLES = ("months", "providers", "products", "jurisdictions", "vintages", "events", "ledger")
IDLE = {
    "providers.aaa_idle.description": "Never acts.",
    "providers.aaa_idle.jurisdiction": "japan",
    "providers.aaa_idle.ownership": "startup",
    "providers.aaa_idle.cash": 1e6,
    "providers.aaa_idle.credit_line": 0.0,
    "providers.aaa_idle.backing": 0.0,
    "providers.aaa_idle.overhead": 0.0,
    "providers.aaa_idle.efficiency": 1.0,
    "providers.aaa_idle.weights": "closed",
    "providers.aaa_idle.tiers": ["api"],
    "providers.aaa_idle.largest_budget": 1e6,
    "providers.aaa_idle.training.kind": "never",
}


def assert_same(one: sim.Run, other: sim.Run) -> None:
    for table in TABLES:
        assert_frame_equal(getattr(one, table), getattr(other, table))


def test_the_market_lives(small_run: sim.Run) -> None:
    months = small_run.months
    last = months.iloc[-1]
    assert last.providers >= 2
    assert last.frontier - months.frontier.iloc[0] > 2 * np.log(10)
    by_year = months.groupby(months["month"] // 12).revenue.sum()
    assert (by_year.diff().dropna() > 0).all()
    assert (months.price_status == "equilibrium").all()


def test_equal_seeds_give_equal_tables_and_other_seeds_do_not(small: sim.Scenario) -> None:
    one, again = sim.run(small, months=18, seed=5), sim.run(small, months=18, seed=5)
    assert_same(one, again)
    other = sim.run(small, months=18, seed=6)
    assert not one.months.frontier.equals(other.months.frontier)
    assert not one.months.frontier.equals(sim.run(small, months=18, seed=5, replication=1).months.frontier)


def test_a_longer_run_begins_like_a_shorter_one(small: sim.Scenario) -> None:
    short, long = sim.run(small, months=9, seed=1), sim.run(small, months=14, seed=1)
    assert_frame_equal(short.months, long.months.iloc[:9])


def test_a_provider_that_never_acts_changes_nothing_for_others(small: sim.Scenario) -> None:
    without = sim.run(small, months=24, seed=2)
    with_idle = sim.run(small.amend(IDLE), months=24, seed=2)
    assert_frame_equal(without.months, with_idle.months)
    others = with_idle.providers.query("provider != 'aaa_idle'").reset_index(drop=True)
    assert_frame_equal(without.providers, others)


def test_the_order_in_which_providers_are_visited_does_not_matter(small: sim.Scenario) -> None:
    def played(order: np.ndarray) -> pd.DataFrame:
        market = Market(small.config, 72, seed=4)
        reorder(market, order)
        for _ in range(72):
            market.step()
        assert any(event.kind == "entry" for event in market.events)
        table = tables(market, ["providers"])["providers"]
        return table.sort_values(["month", "provider"], ignore_index=True)

    slots = len(small.config.providers) + sum(kind.most for kind in small.config.entrants)
    plain, mixed = np.arange(slots), np.random.default_rng(1).permutation(slots)
    assert_frame_equal(played(plain), played(mixed), rtol=1e-9)


def test_a_provider_without_money_goes_bankrupt_and_its_creditors_pay(small: sim.Scenario) -> None:
    poor = small.amend(
        {
            "providers.first_mover.cash": 1e6,
            "providers.first_mover.backing": 0.0,
            "providers.first_mover.credit_line": 2e6,
            "providers.first_mover.overhead": 1.2e7,
            "providers.first_mover.training.kind": "never",
            "capital.chance_after_poor": 0.0,
            "capital.scrap": 0.0,
        }
    )
    run = sim.run(poor, months=12, seed=0)
    (event,) = run.events.query("kind == 'bankruptcy'").itertuples()
    assert event.who == "first_mover"
    assert event.month == 2
    after = run.providers.query("provider == 'first_mover' and month >= 2")
    assert (after.selling == 0).all()
    assert (after.alive == 0).all()
    assert (after.cash.abs() < 1e-6).all()
    (loss,) = run.ledger.query("kind == 'write_off'").amount
    assert loss == pytest.approx(event.amount)
    assert (run.providers.query("alive == 1").cash >= -5e9).all()


def test_vintages_account_for_all_revenue(small_run: sim.Run) -> None:
    assert small_run.vintages.revenue.sum() == pytest.approx(small_run.months.revenue.sum(), rel=1e-12)
    assert small_run.vintages.serving.sum() == pytest.approx(small_run.providers.serving.sum(), rel=1e-12)


def test_training_is_paid_while_it_runs(small_run: sim.Run) -> None:
    started = small_run.events.query("kind == 'training'")
    paid_months = (60 - started.month).clip(upper=6)
    assert small_run.providers.training.sum() == pytest.approx((started.amount / 6 * paid_months).sum())


def test_dearer_compute_slows_the_frontier(small: sim.Scenario) -> None:
    dear = small.amend({"technology.flop_per_usd": 5.6e15})
    ends = [sim.run(s, months=60, seed=3).months.frontier.iloc[-1] for s in (small, dear)]
    assert ends[1] < ends[0] - 0.5


def test_price_sensitive_customers_bring_margins_down(small: sim.Scenario) -> None:
    keen = small.amend({"demand.price_sensitivity": 2.0})
    lerner = [sim.run(s, months=30, seed=3).months.lerner.tail(12).mean() for s in (small, keen)]
    assert lerner[1] < lerner[0] - 0.2


def test_more_imitation_spreads_use(small: sim.Scenario) -> None:
    eager = small.amend({"adoption.imitation": 5.0})
    share = [sim.run(s, months=48, seed=3).months.considering.iloc[-1] for s in (small, eager)]
    assert share[1] > share[0]


def test_without_luck_runs_deliver_what_was_planned(small: sim.Scenario) -> None:
    run = sim.run(small.amend({"training.luck": 0.0}), months=30, seed=3)
    releases = run.events.query("kind == 'release'")
    assert len(releases) > 3
    assert releases.text.str.endswith("1.00 x its plan").all()


@pytest.mark.parametrize("months", [0, -3, 1201])
def test_absurd_horizons_are_refused(small: sim.Scenario, months: int) -> None:
    with pytest.raises(sim.UserError, match=f"months: is {months}; expected a whole number from 1 to 1,200"):
        sim.run(small, months=months)


def test_a_market_may_begin_with_nothing_on_sale(small: sim.Scenario) -> None:
    months = sim.run(small.amend({"providers.first_mover": False}), months=30, seed=1).months
    before = months[months.providers == 0]
    assert len(before) > 5
    assert (before.using + before.free_use == 0).all()
    assert before.frontier.isna().all()
    assert list(broken_in_months(months)) == []
    assert months.providers.iloc[-1] > 2
    assert months.open_gap.iloc[-1] > 0


def test_a_market_that_nobody_holds_is_let_go(small: sim.Scenario) -> None:
    gone = weakref.ref(simulate(small, months=2))
    gc.collect()
    assert gone() is None
