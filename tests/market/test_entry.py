"""Entry in the running market: who comes, when, at what cost; and the fringe."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

import sim
from sim.model import Market

TYPES = ("late_startup", "chinese_startup", "late_giant", "model_holder")
EAGER = {f"entrants.{name}.rate": 5.0 for name in TYPES}


def entries(scenario: sim.Scenario, months: int = 60, seed: int = 3) -> int:
    return int(sim.run(scenario, months=months, seed=seed).months.entries.sum())


def test_more_arrivals_bring_more_entries_and_none_bring_none(small: sim.Scenario) -> None:
    none = small.amend({f"entrants.{name}.rate": 0.0 for name in TYPES})
    assert entries(none) == 0
    assert entries(small.amend(EAGER)) > entries(small)


@pytest.mark.parametrize(
    "change",
    [
        {f"entrants.{name}.setup_cost": 1e11 for name in TYPES},
        {f"entrants.{name}.data_cost": 1e11 for name in TYPES},
        {f"entrants.{name}.specialists_cost": 1e11 for name in TYPES},
        {f"entrants.{name}.purse": 1e6 for name in TYPES} | {f"entrants.{name}.credit_line": 0.0 for name in TYPES},
        {f"entrants.{name}.overhead": 1e11 for name in TYPES},
    ],
    ids=["setup", "data", "specialists", "purse", "overhead"],
)  # fmt: skip
def test_costs_and_want_of_money_keep_entrants_out(small: sim.Scenario, change: dict) -> None:
    assert entries(small.amend(EAGER), 36) > 0
    assert entries(small.amend(EAGER | change), 36) == 0


def test_costs_of_entry_that_grow_keep_out_those_who_come_late(small: sim.Scenario) -> None:
    dear = small.amend(EAGER | {"entry.cost_growth": 8.0})
    assert entries(dear, 72) < entries(small.amend(EAGER), 72)


def test_a_believed_price_war_deters(small: sim.Scenario) -> None:
    def came(chance: float) -> int:
        market = Market(small.amend(EAGER | {"rivalry.motive": "none"}).config, 48, 3)
        market.fight_chance = chance
        for _ in range(48):
            market.step()
        return sum(event.kind == "entry" for event in market.events)

    assert came(1.0) == 0
    assert came(0.0) >= came(0.9)
    assert came(0.0) > 0


def test_optimists_come_first(small: sim.Scenario) -> None:
    dear = {f"entrants.{name}.setup_cost": 2e8 for name in TYPES}
    rich = {f"entrants.{name}.purse": 2e9 for name in TYPES}
    market = Market(small.amend(EAGER | dear | rich | {"entry.belief_spread": 1.5}).config, 36, 3)
    for _ in range(36):
        market.step()
    arrived = [e for e in market.entrants if e.arrived is not None and e.arrived < 12]
    came = np.array([e.entered for e in arrived])
    optimism = np.array([e.optimism for e in arrived])
    assert came.any()
    assert not came.all()
    assert np.median(optimism[came]) > np.median(optimism[~came])


def test_entry_is_paid_by_owners_and_its_costs_are_in_the_ledger(small: sim.Scenario) -> None:
    market = Market(small.amend(EAGER).config, 48, 3)
    for _ in range(48):
        market.step()
    ledger = market.ledger.table()
    events = [event for event in market.events if event.kind == "entry"]
    assert events
    for event in events:
        booked = ledger.query("month == @event.month")
        sunk = booked[(booked.payer == event.who) & booked.kind.isin(["setup", "data", "specialists"])].amount
        assert sunk.sum() == pytest.approx(event.amount)
        owner = {"startup": "investors", "corporate": "parent"}[market.provider(event.who).config.ownership]
        (purse,) = booked[
            (booked.payee == event.who) & (booked.kind == "equity") & (booked.payer == owner)
        ].amount
        assert purse == pytest.approx(market.provider(event.who).config.cash)
        assert market.provider(event.who).born == event.month


def test_a_holder_sells_what_it_has_trained_in_the_month_it_comes(small: sim.Scenario) -> None:
    eager = small.amend({"entrants.model_holder.rate": 5.0})
    run = sim.run(eager, months=48, seed=3)
    events = run.events.query("who == 'model_holder_1'")
    (entry,), (first, *_) = (
        list(events.query("kind == @kind").itertuples()) for kind in ("entry", "release")
    )
    assert (first.month, first.because) == (entry.month, entry.event)
    table = run.providers.query("provider == 'model_holder_1' and month >= @entry.month")
    assert table.selling.iloc[0] == 1
    frontier = run.months.frontier[entry.month]
    assert frontier - 4 < first.amount < frontier - 1
    assert run.vintages.query("provider == 'model_holder_1'").vintage.iloc[0] == 0


def test_those_who_stay_away_are_in_no_table_and_change_nothing(small: sim.Scenario) -> None:
    away = {f"entrants.{name}.rate": 0.0 for name in TYPES}
    gone = {f"entrants.{name}": False for name in TYPES}
    one, other = sim.run(small.amend(away), 30, seed=2), sim.run(small.amend(gone), 30, seed=2)
    for table in ("months", "providers", "products", "jurisdictions", "vintages", "events", "ledger"):
        assert_frame_equal(getattr(one, table), getattr(other, table))
    assert set(one.providers.provider) == {p.name for p in small.config.providers}


def test_another_type_of_entrant_shifts_nobodys_luck(small: sim.Scenario) -> None:
    fewer = small.amend({f"entrants.{name}": False for name in TYPES[1:]})
    both = Market(small.config, 1, 3).entrants
    alone = {e.provider.name: e for e in Market(fewer.config, 1, 3).entrants}
    for entrant in both:
        if entrant.provider.name in alone:
            assert entrant == alone[entrant.provider.name]


def test_arrivals_keep_their_rate(small: sim.Scenario) -> None:
    """Poisson arrivals: the first of a type comes after a year in the mean where the rate is one a year."""
    rate = small.amend({"entrants.late_startup.rate": 1.0}).config
    first = [
        next(e.threshold for e in Market(rate, 1, seed).entrants if e.provider.name == "late_startup_1")
        for seed in range(60)
    ]
    assert np.mean(first) == pytest.approx(1.0, abs=3 / np.sqrt(60))


def test_the_fringe_follows_revenue_and_feeds_holders(small: sim.Scenario, small_run: sim.Run) -> None:
    assert small_run.months.fringe.iloc[-1] > small_run.months.fringe.iloc[0]
    assert small_run.months.fringe_gap.iloc[-1] > 1
    empty = small.amend({"fringe.at_start": 0, "fringe.entry_rate": 0.0, "entrants.model_holder.rate": 5.0})
    run = sim.run(empty, months=60, seed=3)
    assert (run.months.fringe == 0).all()
    assert not run.events.who.str.startswith("model_holder").any()
    restless = sim.run(small.amend({"fringe.exit_rate": 5.0}), months=60, seed=3)
    assert restless.months.fringe.mean() < 0.5 * small_run.months.fringe.mean()


def test_names_that_clash_and_states_that_are_not_there_are_told() -> None:
    with pytest.raises(sim.UserError, match=r"entrants\.late_startup\.jurisdiction: 'mars' is not among"):
        sim.load("baseline", settings={"entrants.late_startup.jurisdiction": "mars"})
    clash = {f"providers.late_giant_1.{k}": v for k, v in {
        "description": "Another.", "jurisdiction": "japan", "ownership": "startup", "cash": 1e6,
        "credit_line": 0.0, "backing": 0.0, "overhead": 0.0, "efficiency": 1.0, "weights": "closed",
        "tiers": ["api"], "largest_budget": 1e6, "training.kind": "never"}.items()}  # fmt: skip
    with pytest.raises(sim.UserError, match=r"providers\.late_giant_1: an entrant has the same name"):
        sim.load("baseline", settings=clash)
