"""Measures that forbid or oblige do what their names say."""

import numpy as np
import pytest

import sim
from sim.agents.prospects import market_ahead, prospects
from sim.columns import OPEN
from sim.model import Market
from sim.phases import trade
from sim.phases.division import divide
from sim.phases.market import price_floors
from sim.rules import LAISSEZ_FAIRE
from tests.market.measures import BEGIN, LAST, LIVELY, MONTHS, book, measure, play


@pytest.fixture(scope="module")
def free(small: sim.Scenario) -> Market:
    return play(small)


def test_merger_screens_forbid_large_rises_in_concentrated_markets(small: sim.Scenario) -> None:
    rules = play(small.amend(measure("merger_block")), BEGIN + 1).rules
    for parties, after, rise, forbidden in (
        ({"china"}, 2000, 200, True),
        ({"china", "japan"}, 2000, 200, True),
        ({"japan"}, 2000, 200, False),
        ({"china"}, 1700, 200, False),
        ({"china"}, 2000, 50, False),
    ):
        assert rules.merger_forbidden(frozenset(parties), after, rise) is forbidden
    assert not LAISSEZ_FAIRE.merger_forbidden(frozenset({"china"}), 1e4, 1e3)


def test_a_break_up_divides_money_customers_and_model(small: sim.Scenario) -> None:
    market = Market(small.amend(measure("break_up") | LIVELY).config, MONTHS, 4)
    for _ in range(BEGIN):
        market.step()
    firms = {p.name: p for p in market.providers}
    target, successor = firms["first_mover"], firms["cloud_giant"]
    before, others = target.cash, successor.cash
    funds = target.credit_line + target.backing, successor.credit_line + successor.backing
    market.ledger.open_month()
    tiers, places = len(market.config.tiers), list(firms)
    users = market.workloads.product // tiers == places.index("first_mover")
    policy = market.config.policies[0]
    divide(market, policy, 0)  # type: ignore[arg-type]
    assert target.cash == pytest.approx(before / 2)
    assert successor.cash == pytest.approx(others + before / 2)
    assert market.ledger.net(["cloud_giant"]) == pytest.approx(before / 2)
    assert target.credit_line + target.backing == pytest.approx(funds[0] / 2)
    assert successor.credit_line + successor.backing == pytest.approx(sum(funds) - funds[0] / 2)
    assert successor.model is not None
    assert target.model is not None
    assert successor.model.capability >= target.model.capability
    moved = market.workloads.product[users] // tiers == places.index("cloud_giant")
    assert 0.2 < moved.mean() < 0.8
    assert set(market.workloads.product[users] // tiers) <= {
        places.index("first_mover"),
        places.index("cloud_giant"),
    }


def test_a_break_up_happens_once_and_the_market_goes_on(small: sim.Scenario) -> None:
    market = play(small.amend(measure("break_up")))
    divided = [e for e in market.events if e.kind == "break_up"]
    assert [e.month for e in divided] == [BEGIN]
    assert market.events[divided[0].because].kind == "policy"
    assert book(market, "division").month.tolist() == [BEGIN]


def test_nobody_under_the_ban_may_be_priced_below_cost(small: sim.Scenario) -> None:
    market = play(small.amend(measure("below_cost_ban")), BEGIN + 1)
    floors, goods = price_floors(market), market.catalogue
    assert goods.ceilings is None
    assert floors is not None
    home = np.array([owner in market.rules.never_below_cost for owner in goods.owners])
    assert home.any()
    assert not home.all()
    np.testing.assert_array_equal(floors[home], goods.unit_cost[home])
    assert (floors[~home] == -np.inf).all()
    assert price_floors(play(small, 1)) is None


def test_a_price_cap_holds_in_its_months(small: sim.Scenario, free: Market) -> None:
    market = play(small.amend(measure("price_cap")))
    home = [i for i, p in enumerate(market.providers) if p.config.jurisdiction == "united_states"]
    series = market.recorder.providers
    ratio = series["price"][:, home] / series["unit_cost"][:, home]
    assert np.nanmax(ratio[BEGIN : LAST + 1]) <= 1.5 * (1 + 1e-9)
    assert np.nanmin(ratio[:BEGIN]) > 1.5
    assert np.nanmin(ratio[LAST + 1 :]) > 1.5


def test_who_expects_a_cap_invests_less(small: sim.Scenario) -> None:
    capped = play(small.amend(measure("price_cap", start="2020-07", end="2030-01", ratio=1.01)), 24)
    assert (
        capped.recorder.market["training_outlay"].sum()
        < play(small, 24).recorder.market["training_outlay"].sum()
    )


def sales_across(market: Market) -> float:
    """Revenue that American providers have from Chinese customers in a month, from the ledger."""
    book = market.ledger.table().query("month == @market.month - 1")
    american = [p.name for p in market.providers if p.config.jurisdiction == "united_states"]
    across = book.payer.str.startswith("china:") & book.payee.isin(american)
    return float(book.amount[across].sum())


@pytest.mark.parametrize("form", ["constant_expenditure", "unit_demand"])
def test_an_export_control_leaves_no_sale_across_the_edge(small: sim.Scenario, form: str) -> None:
    known = {"demand.form": form, "demand.price_unit": 20.0}
    market = Market(small.amend(measure("export_control") | LIVELY | known).config, MONTHS, 4)
    seller, buyer = (market.places[name] for name in ("united_states", "china"))
    for month in range(MONTHS):
        market.step()
        cut = BEGIN <= month <= LAST
        assert (sales_across(market) == 0) == cut
        assert (market.trade[seller, buyer] == 0) == cut
        assert market.trade[buyer, buyer] + market.trade[seller, seller] > 0
        assert market.rules.reach is None or market.rules.reach.sum() == len(market.places) ** 2 - 1


@pytest.mark.parametrize("face", ["allowed", "barred"])
def test_a_market_that_ignores_the_edge_is_caught(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch, face: str
) -> None:
    blind = {
        "allowed": lambda world, ties: ties,
        "barred": lambda world: None,
    }
    assert hasattr(trade, face)
    monkeypatch.setattr(f"sim.phases.market.{face}", blind[face])
    market = play(small.amend(measure("export_control") | LIVELY), BEGIN + 1)
    assert sales_across(market) > 0


def test_a_cut_market_does_not_count_for_those_outside(small: sim.Scenario) -> None:
    cut = {
        "sellers": ["united_states"],
        "buyers": ["china", "european_union", "india", "japan", "united_kingdom"],
    }
    market = play(small.amend(measure("export_control", start="2020-07", end="2030-01", **cut)), 24)
    view = market.published
    reaches = view.reaches(list(view.names).index("first_mover"))
    assert reaches is not None
    np.testing.assert_array_equal(reaches, view.panel.homes == market.places["united_states"])
    ahead = market_ahead(market.config, view)
    newcomer = int(np.argmin(ahead.there.any(axis=1)))
    assert not ahead.there[newcomer].any()
    seen = prospects(market.config, view, ahead, [list(view.names).index("first_mover"), newcomer])
    without, everybody = seen.rivals
    np.testing.assert_allclose(everybody[:, ~reaches], without[:, ~reaches], rtol=1e-12)
    assert (everybody[:, reaches] > without[:, reaches]).all()
    american = [i for i, p in enumerate(market.providers) if p.config.jurisdiction == "united_states"]
    spent = market.recorder.providers["training"][:, american].sum()
    assert spent < play(small, 24).recorder.providers["training"][:, american].sum()


@pytest.mark.parametrize(("paid_by", "payer"), [("provider", "provider"), ("government", "united_states")])
def test_an_audit_is_paid_at_each_release(small: sim.Scenario, paid_by: str, payer: str) -> None:
    market = play(small.amend(measure("audit_mandate", paid_by=paid_by)))
    paid = book(market, "audit")
    released = [e for e in market.events if e.kind == "release" and BEGIN <= e.month <= LAST]
    home = {p.name for p in market.providers if p.config.jurisdiction == "united_states"}
    owed = [(e.month, e.who if payer == "provider" else payer) for e in released if e.who in home]
    assert sorted(zip(paid.month, paid.payer, strict=True)) == sorted(owed)
    assert owed
    np.testing.assert_allclose(paid.amount, 2e5)
    assert {duty.effort for duty in market.rules.duties} <= {10.0}


def test_a_licence_costs_its_fee_above_its_threshold(small: sim.Scenario) -> None:
    market = play(small.amend(measure("licence", threshold=1.2e23)))
    paid = book(market, "licence_fee")
    owed = [
        (account.model.release_month, p.name)
        for p in market.providers
        for account in p.vintages
        if BEGIN <= account.model.release_month <= LAST and account.model.flop >= 1.2e23
        and p.config.jurisdiction == "united_states"
    ]  # fmt: skip
    assert sorted(zip(paid.month, paid.payer, strict=True)) == sorted(owed)
    assert set(paid.payee) == {"united_states"}
    assert set(paid.amount) == {1e5}
    assert 0 < len(owed) < sum(e.kind == "release" and BEGIN <= e.month <= LAST for e in market.events)


def test_no_run_begins_above_the_cap(small: sim.Scenario) -> None:
    def begun(market: Market) -> np.ndarray:
        flops = [
            account.model.flop
            for p in market.providers
            for account in p.vintages
            if p.config.jurisdiction == "united_states"
            and BEGIN <= account.model.release_month - market.config.training.duration <= LAST
        ]
        return np.array(flops)

    capped, free = begun(play(small.amend(LIVELY | measure("compute_cap")))), begun(play(small.amend(LIVELY)))
    assert capped.max() <= 5e22 * (1 + 1e-9)
    assert np.median(free) > 5e22
    assert capped.max() == pytest.approx(5e22)  # as much as the law allows is worth having


def test_mandated_weights_are_open_after_the_delay(small: sim.Scenario) -> None:
    closed = {"providers.open_weights_giant.weights": "closed", "open_frontier.open_lag": 200.0}
    for delay in (0, 6):
        market = Market(small.amend(measure("open_weights_mandate", delay=delay) | closed).config, MONTHS, 4)
        for month in range(LAST + 1):
            market.step()
            goods = market.catalogue
            open_weights = goods.capability[goods.code == OPEN][0]
            old = [
                a.model.capability
                for p in market.providers
                if p.config.jurisdiction == "united_states"
                for a in p.vintages
                if month - a.model.release_month >= delay
            ]
            if month >= BEGIN:
                assert open_weights == pytest.approx(max(old))
            else:
                assert open_weights < 0
