"""Owners' money, exits and bankruptcies in the running market, and both sides of every payment."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents.appraisal import Appraisal, Own, appraise
from sim.model import Market
from sim.phases import exits
from sim.world import World

NAMES = ("china_champion", "cloud_giant", "eu_champion", "first_mover", "funded_startup", "open_weights_giant",
         "search_giant")  # fmt: skip
TYPES = ("late_startup", "chinese_startup", "late_giant", "model_holder")
STARTUPS = ("first_mover", "funded_startup")
BLEAK = {
    **{f"providers.{name}.backing": 1e6 for name in NAMES},
    **{f"providers.{name}.cash": 6e7 for name in NAMES},
    **{f"providers.{name}.credit_line": 2e7 for name in NAMES},
    **{f"providers.{name}.overhead": 2e7 for name in NAMES},
    **{f"entrants.{name}.overhead": 2e8 for name in TYPES},
    **{f"entrants.{name}.rate": 3.0 for name in TYPES},
    "capital.chance_after_poor": 0.3,
    "finance.interest_rate": 0.3,
}


@pytest.fixture(scope="module")
def bleak(small: sim.Scenario) -> list[sim.Run]:
    """Markets in which money is short."""
    return [sim.run(small.amend(BLEAK), months=60, seed=seed) for seed in (1, 2, 3)]


def credit(scenario: sim.Scenario) -> dict[str, float]:
    lines = {p.name: p.credit_line for p in scenario.config.providers}
    return lines | {name: kind.credit_line for kind in scenario.config.entrants for name in kind.slots}


def test_cash_is_never_below_credit_without_a_bankruptcy(bleak: list[sim.Run], small_run: sim.Run) -> None:
    went = 0
    for run in [*bleak, small_run]:
        lines = credit(run.scenario)
        floor = run.providers.provider.map(lines)
        assert (run.providers.cash >= -floor * (1 + 1e-9) - 1e-3).all()
        ended = run.events[run.events.kind.isin(["bankruptcy", "acquisition", "exit"])]
        went += (run.events.kind == "bankruptcy").sum()
        closed = run.providers.query("alive == 0")
        for name, rows in closed.groupby("provider"):
            came = run.events.query("kind == 'entry' and who == @name").month
            dead = rows[rows.month >= (came.iloc[0] if len(came) else 0)]
            if len(dead):
                told = ended[
                    (ended.who == name) | ended.text.str.contains(f"takes over {name},", regex=False)
                ]
                assert dead.month.min() - told.month.iloc[0] in (0, 1)
    assert went >= 3


def test_who_could_not_pay_went_in_the_month_in_which_money_ran_out(small: sim.Scenario) -> None:
    market = Market(small.amend(BLEAK | {"merger_control.rescue": False, "capital.scrap": 0.0}).config, 40, 1)
    for _ in range(40):
        before = {p.name: (p.alive, p.cash) for p in market.providers}
        market.step()
        net = market.ledger.table().query("month == @market.month - 1")
        for provider in market.providers:
            if before[provider.name][0]:
                flows = net[~net.kind.isin(["write_off", "liquidation", "scrap"])]
                change = (
                    flows[flows.payee == provider.name].amount.sum()
                    - flows[flows.payer == provider.name].amount.sum()
                )
                short = before[provider.name][1] + change < -provider.config.credit_line
                told = any(
                    e.kind == "bankruptcy" and e.who == provider.name and e.month == market.month - 1
                    for e in market.events
                )
                assert short == told


def test_every_write_off_has_two_sides_and_an_event(bleak: list[sim.Run]) -> None:
    seen = 0
    for run in bleak:
        lost = run.ledger.query("kind == 'write_off'")
        seen += len(lost)
        assert (lost.payer == "lenders").all()
        ends = run.events[run.events.kind.isin(["bankruptcy", "exit"])].set_index(["month", "who"])
        for row in lost.itertuples():
            assert row.amount > 0
            end = ends.loc[(row.month, row.payee)]
            assert end.kind == "exit" or row.amount == pytest.approx(end.amount)
            after = run.providers.query("provider == @row.payee and month == @row.month").iloc[0]
            assert after.cash == pytest.approx(0.0, abs=1e-3)
            assert after.alive == 0
        assert run.months.written_off.sum() == pytest.approx(lost.amount.sum())
    assert seen >= 2


def test_scrap_and_what_is_left_go_to_lenders_first_and_then_to_owners(bleak: list[sim.Run]) -> None:
    kinds = pd.concat([run.ledger for run in bleak]).kind.value_counts()
    assert {"scrap", "write_off"} <= set(kinds.index)
    for run in bleak:
        closing = run.ledger[run.ledger.kind.isin(["write_off", "liquidation"])]
        assert not closing.duplicated(["month", "payee", "payer"]).any()
        for row in run.ledger.query("kind == 'liquidation'").itertuples():
            assert row.payee in ("parent", "investors", "treasury", "members")


def test_a_bankruptcy_names_the_round_that_failed_or_the_run_that_was_too_dear(bleak: list[sim.Run]) -> None:
    causes = []
    for run in bleak:
        events = run.events.set_index("event")
        for row in events.query("kind == 'bankruptcy' and because >= 0").itertuples():
            assert events.loc[row.because].who == row.who
            causes.append(events.loc[row.because].kind)
    assert set(causes) <= {"no_round", "training"}
    assert "no_round" in causes


def test_each_owner_pays_from_an_account_of_its_own(small: sim.Scenario, small_run: sim.Run) -> None:
    owners = {"corporate": "parent", "startup": "investors", "champion": "treasury", "commons": "members"}
    kind = {p.name: p.ownership for p in small.config.providers}
    kind |= {name: t.ownership for t in small.config.entrants for name in t.slots}
    given = small_run.ledger[small_run.ledger.kind.isin(["backing", "equity"])]
    assert (given.payer == given.payee.map(kind).map(owners)).all()
    assert (given[given.payee.isin(STARTUPS)].kind == "equity").all()
    shared = small.amend({"providers.eu_champion.ownership": "commons"})
    ledger = sim.run(shared, months=2, seed=1).ledger
    assert set(ledger.query("payee == 'eu_champion' and kind == 'backing'").payer) == {"members"}
    assert sim.run(shared, months=40, seed=1).months.commons_share.iloc[-1] >= 0


def test_rounds_come_once_in_their_interval_and_bring_what_is_due(small: sim.Scenario) -> None:
    sure = small.amend({"capital.chance_after_poor": 1.0, "capital.chance_after_good": 1.0})
    run = sim.run(sure, months=60, seed=3)
    for name in STARTUPS:
        rounds = run.events.query("kind == 'round' and who == @name")
        assert len(rounds) >= 3
        assert (rounds.month.diff().dropna() % 12 == 0).all()
        backing = next(p.backing for p in small.config.providers if p.name == name)
        sales = run.providers.query("provider == @name").set_index("month").revenue
        for row in rounds.itertuples():
            year = sales.loc[row.month - 12 : row.month - 1].sum()
            assert row.amount == pytest.approx(max(2.5 * year, backing))
            (paid,) = run.ledger.query("month == @row.month and payee == @name and kind == 'equity'").amount
            assert paid == row.amount


def test_rounds_that_fail_bring_nothing_and_slow_the_startup(small: sim.Scenario) -> None:
    chances = ("capital.chance_after_poor", "capital.chance_after_good")
    spent = {}
    for chance in (0.0, 1.0):
        run = sim.run(small.amend(dict.fromkeys(chances, chance)), months=60, seed=3)
        assert (run.months.failed_rounds.sum() > 0) == (chance == 0)
        assert (run.months.rounds.sum() > 0) == (chance == 1)
        spent[chance] = run.providers[run.providers.provider.isin(STARTUPS)].training.sum()
    assert spent[0.0] < 0.7 * spent[1.0]


def test_good_years_are_rewarded(small: sim.Scenario) -> None:
    """With nothing for the poor, money comes only to those whose profit passes the mark."""
    strict = {"capital.chance_after_poor": 0.0, "capital.chance_after_good": 1.0}
    easy, hard = (
        sim.run(small.amend(strict | {"capital.good_profit": mark}), months=72, seed=3).months.rounds.sum()
        for mark in (0.01, 10.0)
    )
    assert hard == 0 < easy


def test_a_larger_multiple_raises_more(small: sim.Scenario) -> None:
    flush = {"capital.revenue_multiple": 20.0, "adoption.considering_at_start": 0.05}
    raised = [
        sim.run(small.amend(flush | {"capital.revenue_multiple": m}), months=48, seed=3).months.raised.sum()
        for m in (0.0, 20.0)
    ]
    assert raised[1] > raised[0]


def test_dividends_go_to_parents_alone_once_a_year(small: sim.Scenario) -> None:
    rich = {"adoption.considering_at_start": 0.5}
    run = sim.run(small.amend(rich), months=60, seed=3)
    paid = run.ledger.query("kind == 'dividend'")
    assert len(paid) > 2
    assert (paid.payee == "parent").all()
    assert (paid.month % 12 == 11).all()
    none = sim.run(small.amend(rich | {"capital.payout": 0.0}), months=60, seed=3)
    assert none.ledger.query("kind == 'dividend'").empty
    assert run.months.paid_out.sum() > none.months.paid_out.sum()


GLOOM = {
    "capital.patience": 12,
    "demand.addressable_spend": 1e9,
    **{f"providers.{name}.overhead": 3e8 for name in NAMES},
    **{f"providers.{name}.cash": 5e9 for name in NAMES},
}


def test_owners_who_want_profit_leave_a_market_without_any(small: sim.Scenario) -> None:
    run = sim.run(small.amend(GLOOM), months=30, seed=3)
    left = run.events.query("kind == 'exit'")
    assert set(left.who) == set(NAMES) - {"china_champion", "eu_champion"}
    assert (left.month >= 12).all()
    for row in left.itertuples():
        (scrap,) = run.ledger.query("month == @row.month and payee == @row.who and kind == 'scrap'").amount
        assert scrap == pytest.approx(row.amount)
        back = run.ledger.query("month == @row.month and payer == @row.who and kind == 'liquidation'")
        assert len(back) == 1
    assert left.amount.nunique() == len(left)  # drawn, not constant
    assert run.months.exits.sum() == len(left)


def test_patience_and_scrap_move_exits(small: sim.Scenario) -> None:
    patient = sim.run(small.amend(GLOOM | {"capital.patience": 60}), months=30, seed=3)
    assert patient.months.exits.sum() == 0
    mild = {"capital.patience": 12, "adoption.considering_at_start": 0.01}
    exits = [
        sim.run(small.amend(mild | {"capital.scrap": scrap}), months=40, seed=3).months.exits.sum()
        for scrap in (0.0, 5.0)
    ]
    assert exits[1] >= exits[0]
    assert np.isfinite(exits).all()


def test_ownership_shares_add_up(small_run: sim.Run) -> None:
    parts = small_run.months[["corporate_share", "startup_share", "champion_share", "commons_share"]].dropna()
    assert parts.sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_who_thinks_of_leaving_expects_what_it_would_work_out_anew(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged, known = exits._judged, []

    def compared(world: World, owns: list[Own]) -> list[Appraisal]:
        found = judged(world, owns)
        anew = [appraise(world.config, world.published, world.ahead, [own])[0] for own in owns]
        assert [one.worth for one in found] == pytest.approx([one.worth for one in anew], rel=1e-12)
        assert [one.budget for one in found] == [one.budget for one in anew]
        known.extend(own.index in world.weighed for own in owns)
        return found

    monkeypatch.setattr(exits, "_judged", compared)
    often = {"capital.patience": 2, "capital.review_interval": 1}
    sim.run(small.amend(often | {"training.smallest_budget": 1e9}), months=24, seed=1)
    assert {True, False} == set(known)
