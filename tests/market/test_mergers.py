"""Takeovers: planned by the scenario, asked for in code, or to rescue one that cannot pay."""

import numpy as np
import pytest

import sim
from sim.agents.provider import TrainingRun
from sim.model import Market
from sim.phases.mergers import acquire, takeovers_are_completed
from sim.studies.extension_check import reorder

OPEN = {"merger_control.screen": False}
CROWD = {"adoption.considering_at_start": 0.3, "demand.intercept": 1.0}


def planned(buyer: str, target: str, month: int) -> dict:
    return {"mergers.plan.buyer": buyer, "mergers.plan.target": target, "mergers.plan.month": month}


def played(scenario: sim.Scenario, months: int, seed: int = 3) -> Market:
    market = Market(scenario.config, months + 12, seed)
    for _ in range(months):
        market.step()
    return market


def test_a_takeover_moves_money_customers_and_the_better_model(small: sim.Scenario) -> None:
    market = played(small.amend(OPEN | CROWD), 30)
    at = max(market.sellers, key=lambda i: market.providers[i].model.capability)
    to = max((i for i in market.sellers if i != at), key=lambda i: market.providers[i].funds)
    buyer, target = market.providers[to], market.providers[at]
    model, tiers, buyer.run = target.model, len(market.config.tiers), None
    used = market.workloads.product // tiers == at
    assert used.sum() > 0
    money = buyer.cash + target.cash
    owned = market.ledger.table()
    assert acquire(market, buyer.name, target.name)
    entries = market.ledger.table().iloc[len(owned) :]
    price = entries[~entries.payee.isin([target.name])].amount.sum()
    assert buyer.cash + target.cash == pytest.approx(money - price)
    assert target.alive
    market.step()
    assert not target.alive
    assert target.cash == 0
    assert buyer.model.capability == pytest.approx(model.capability)
    assert (market.workloads.product // tiers != at).all()
    kept = (market.workloads.product[used] // tiers == to).mean()
    assert kept > 0.6
    assert buyer.vintages[-1].revenue > 0
    sold = sum(account.revenue for provider in market.providers for account in provider.vintages)
    assert sold == pytest.approx(market.recorder.market["revenue"][:31].sum(), rel=1e-12)
    events = [event for event in market.events if event.kind == "acquisition"]
    assert [event.who for event in events] == [buyer.name]


def test_books_balance_through_a_takeover_and_revenue_is_counted_once(small: sim.Scenario) -> None:
    run = sim.run(small.amend(OPEN | CROWD | planned("search_giant", "first_mover", 20)), months=40, seed=3)
    assert run.months.acquisitions.sum() == 1
    assert run.vintages.revenue.sum() == pytest.approx(run.months.revenue.sum(), rel=1e-12)
    names = run.providers.query("month == 39 and alive == 1").provider
    assert "first_mover" not in set(names)


def test_screens_block_what_is_presumed_harmful_and_say_so(small: sim.Scenario) -> None:
    few = {
        f"providers.{name}": False
        for name in ("china_champion", "eu_champion", "funded_startup", "open_weights_giant")
    }
    few |= {
        f"entrants.{name}": False
        for name in ("late_startup", "chinese_startup", "late_giant", "model_holder")
    }
    lines = small.amend(CROWD | few | planned("search_giant", "cloud_giant", 20))
    blocked = sim.run(lines, months=24, seed=3)
    (event,) = blocked.events.query("kind == 'merger_blocked'").itertuples()
    assert event.text.endswith("presumed harmful")
    assert (blocked.months.acquisitions == 0).all()
    year = blocked.providers.query("8 <= month < 20").groupby("provider").revenue.sum()
    share = year / year.sum()
    one, other = share["search_giant"], share["cloud_giant"]
    after = 1e4 * (np.square(share).sum() + 2 * one * other)
    assert 2e4 * one * other > 100
    assert after > 1800 or one + other > 0.3
    allowed = sim.run(lines.amend(OPEN), months=24, seed=3)
    assert allowed.months.acquisitions.sum() == 1


def test_small_mergers_pass_the_screen(small: sim.Scenario) -> None:
    """A provider that sells nothing adds nothing to concentration."""
    idle = {"providers.cloud_giant.training.kind": "never"}
    run = sim.run(small.amend(CROWD | idle | planned("first_mover", "cloud_giant", 20)), months=24, seed=3)
    assert run.months.acquisitions.sum() == 1


def test_what_cannot_be_bought_is_told(small: sim.Scenario) -> None:
    market = played(small.amend(OPEN), 6)
    assert not acquire(market, "first_mover", "first_mover")
    assert not acquire(market, "first_mover", "late_startup_3")
    assert acquire(market, "first_mover", "cloud_giant")
    assert not acquire(market, "search_giant", "cloud_giant")
    assert not acquire(market, "search_giant", "first_mover")  # it is buying itself
    texts = [event.text for event in market.events if event.kind == "merger_blocked"]
    assert len(texts) == 4
    assert texts[1].endswith("late_startup_3 is not in business")
    market.step()


def test_a_merger_of_somebody_unknown_is_refused() -> None:
    with pytest.raises(sim.UserError, match=r"mergers\.plan\.buyer: 'nobody' is not among the providers"):
        sim.load("baseline", settings=planned("nobody", "first_mover", 5))


def failing(small: sim.Scenario, change: dict, order: np.ndarray | None = None) -> tuple[Market, str]:
    """A market in which the provider that earns most has just lost all its money, and its name."""
    market = Market(small.amend(CROWD | change).config, 48, 3)
    if order is not None:
        reorder(market, order)
    for _ in range(40):
        market.step()
    index = int(np.argmax(market.published.money.gross_of_year))
    victim = market.providers[index]
    victim.run = None
    victim.cash = -victim.config.credit_line - 2 * market.books.revenue[victim.place] - 1e8
    return market, victim.name


def told(market: Market, kind: str) -> list[str]:
    return [f"{event.who}: {event.text}" for event in market.events if event.kind == kind]


def test_a_provider_that_cannot_pay_is_rescued_by_the_richest_who_gains(small: sim.Scenario) -> None:
    market, name = failing(small, {"providers.eu_champion.cash": 9e11, "providers.cloud_giant.cash": 8e11})
    market.step()
    (event,) = (event for event in market.events if event.kind == "acquisition")
    assert event.who == "eu_champion"
    assert f"takes over {name}," in event.text
    assert market.provider(name).cash == 0
    paid = market.ledger.table().query("kind == 'acquisition' and payee == @name")
    assert paid.amount.sum() == pytest.approx(event.amount)
    assert paid.amount.sum() > 1e8
    assert set(paid.payer) == {"eu_champion"}
    assert not told(market, "bankruptcy")
    market.step()
    assert not market.provider(name).alive


POOR = {f"providers.{p}.{what}": 1e7 for p in ("china_champion", "eu_champion", "search_giant", "cloud_giant",
        "open_weights_giant", "first_mover", "funded_startup") for what in ("credit_line", "backing")}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"merger_control.rescue": False},
        {"merger_control.failing_firm": False, "providers.search_giant.cash": 2e9} | {
            f"providers.{p}": False for p in ("eu_champion", "china_champion", "open_weights_giant", "funded_startup")
        } | {f"entrants.{t}": False for t in ("late_startup", "chinese_startup", "late_giant", "model_holder")},
        {"training.model_life": 1} | POOR,
    ],
    ids=["no rescue", "no defence of a failing firm", "not worth its debt"],
)  # fmt: skip
def test_without_a_rescuer_it_goes_bankrupt(small: sim.Scenario, change: dict) -> None:
    market, name = failing(small, change)
    market.step()
    assert any(line.startswith(f"{name}: cannot pay") for line in told(market, "bankruptcy"))
    assert not told(market, "acquisition")
    assert not market.provider(name).alive


def test_the_order_of_providers_does_not_decide_who_rescues(small: sim.Scenario) -> None:
    slots = np.arange(len(Market(small.config, 1, 3).providers))
    seen = []
    for order in (slots, slots[::-1]):
        market, _ = failing(small, {"providers.search_giant.credit_line": 1e9}, order)
        market.step()
        seen.append([line.split(", ")[0] for line in told(market, "acquisition")])
    assert seen[0] == seen[1]
    assert len(seen[0]) == 1


@pytest.mark.parametrize(("promise", "goes_on"), [(0.5, True), (-0.5, False)])
def test_a_run_of_the_buyers_goes_on_where_it_promises_more(
    small: sim.Scenario, promise: float, goes_on: bool
) -> None:
    market = played(small.amend(OPEN | CROWD), 2)
    at, to = market.provider("first_mover"), market.provider("cloud_giant")
    bought, at.run = at.model.capability, None
    to.run = TrainingRun(to.next_vintage, 1e8, 1e22, 1e10, 1e12, bought + promise, 1, 7)
    to.model = None
    assert acquire(market, to.name, at.name)
    takeovers_are_completed(market)
    assert to.model.capability == bought
    assert (to.run is not None) == goes_on
    if goes_on:
        assert (to.run.vintage, to.run.release_month) == (to.model.vintage + 1, 7)
