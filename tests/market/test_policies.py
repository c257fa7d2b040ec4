"""Every measure does what its name says, in its months, and costs what it says."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents.prospects import market_ahead
from sim.agents.provider import Provider
from sim.columns import NOBODY, OPEN
from sim.config.policies import Policy
from sim.model import Market
from sim.phases import trade
from sim.phases.division import divide
from sim.phases.market import price_limits
from sim.rules import LAISSEZ_FAIRE
from sim.scenario.files import presets

START, END, BEGIN, LAST = "2021-07", "2022-06", 12, 23  # months of the run
MONTHS = 30
LIVELY = {"adoption.considering_at_start": 0.5, "demand.intercept": 1.0}  # many use mega models at once
TERMS: dict[str, dict[str, Any]] = {
    "grant": {"payer": "european_union", "target": "eu_champion", "amount.kind": "fixed", "amount.size": 1.2e9},
    "commons_grant": {"payer": "european_union", "size": 1.2e9},
    "credit_line": {"payer": "china", "target": "champions", "size": 1e9},
    "procurement": {"payer": "japan", "size": 2.4e8, "home_bias": 2.0},
    "merger_block": {"jurisdictions": ["china"], "concentration": 1800.0, "rise": 100.0},
    "break_up": {
        "jurisdictions": ["united_states"], "target": "first_mover", "successor": "cloud_giant", "share": 0.5,
    },
    "below_cost_ban": {"jurisdictions": ["united_states"], "target": "domestic"},
    "price_cap": {"jurisdictions": ["united_states"], "target": "domestic", "ratio": 1.5},
    "export_control": {"sellers": ["united_states"], "buyers": ["china"]},
    "audit_mandate": {
        "jurisdictions": ["united_states"], "target": "domestic", "threshold": 0.0, "effort": 10.0, "cost": 2e4,
        "paid_by": "provider",
    },
    "licence": {"jurisdictions": ["united_states"], "target": "domestic", "threshold": 0.0, "fee": 1e5},
    "compute_cap": {"jurisdictions": ["united_states"], "target": "domestic", "most": 5e22},
    "open_weights_mandate": {"jurisdictions": ["united_states"], "target": "domestic", "delay": 6},
}  # fmt: skip


def measure(kind: str, start: str = START, end: str = END, **terms: Any) -> dict[str, Any]:
    """Settings that put a measure of a kind in force."""
    said = {"kind": kind, "description": "A test.", "start": start, "end": end} | TERMS[kind] | terms
    return {f"policies.{kind}.{key.replace('__', '.')}": value for key, value in said.items()}


def play(scenario: sim.Scenario, months: int = MONTHS, seed: int = 4) -> Market:
    market = Market(scenario.config, months, seed)
    for _ in range(months):
        market.step()
    return market


@pytest.fixture(scope="module")
def free(small: sim.Scenario) -> Market:
    return play(small)


def living(market: Market, state: str) -> list[Provider]:
    return [p for p in market.providers if p.alive and p.config.jurisdiction == state]


def book(market: Market, kind: str) -> pd.DataFrame:
    table = market.ledger.table()
    return table[table.kind == kind]


def test_there_are_no_measures_unless_a_scenario_has_them(free: Market) -> None:
    assert free.config.policies == ()
    assert free.rules is LAISSEZ_FAIRE
    states = [government.name for government in free.governments]
    book = free.ledger.table()
    assert set(book.kind[book.payer.isin(states)]) == {
        "public_audits"
    }  # the public part of oversight, no measure


def test_every_kind_is_tried_here_and_has_a_preset() -> None:
    kinds = {kind.model_fields["kind"].annotation.__args__[0] for kind in Policy.__args__[0].__args__}  # type: ignore[attr-defined]
    kinds.remove("extension")  # a law of the user's own
    assert kinds == set(TERMS)
    shipped = [sim.load("baseline", policies=[name]).config.policies for name in presets()]
    assert {policy.kind for policies in shipped for policy in policies} == kinds


@pytest.mark.parametrize("kind", TERMS)
def test_a_measure_is_in_force_in_its_months_and_told(small: sim.Scenario, kind: str) -> None:
    market = Market(small.amend(measure(kind)).config, MONTHS, 4)
    for month in range(LAST + 3):
        market.step()
        assert market.rules.names == ((kind,) if BEGIN <= month <= LAST else ())
    told = [(e.kind, e.month) for e in market.events if e.who == kind]
    assert told == [("policy", BEGIN), ("policy_end", LAST + 1)]


@pytest.mark.parametrize("kind", TERMS)
def test_a_measure_changes_nothing_before_it_begins(small: sim.Scenario, free: Market, kind: str) -> None:
    market = play(small.amend(measure(kind, start="2021-07")), BEGIN)
    for name in ("revenue", "frontier", "training_outlay", "public_outlay"):
        np.testing.assert_array_equal(market.recorder.market[name], free.recorder.market[name][:BEGIN])


@pytest.mark.parametrize("kind", TERMS)
def test_a_measure_that_has_been_removed_leaves_no_trace(small: sim.Scenario, kind: str) -> None:
    gone = small.amend(measure(kind)).amend({f"policies.{kind}": False})
    assert gone.digest == small.digest


WRONG = {
    "grant": ({"payer": "atlantis"}, "policies.grant.payer: 'atlantis' is not among the governments"),
    "commons_grant": ({"size": -1.0}, "policies.commons_grant.size: is -1.0; expected a number at least 0"),
    "credit_line": ({"target": "nobody"}, "policies.credit_line.target: 'nobody' is not among the providers; expected one of domestic,"),
    "procurement": ({"home_bias": "much"}, "policies.procurement.home_bias: is 'much'; expected a number at least 0"),
    "merger_block": ({"concentration": 2e4}, "policies.merger_block.concentration: is 20000.0; expected a number at least 0 and at most 10000."),
    "break_up": ({"successor": "first_mover"}, "policies.break_up.successor: is the target itself"),
    "below_cost_ban": ({"jurisdictions": []}, "policies.below_cost_ban.jurisdictions: is empty; expected one or more of china,"),
    "price_cap": ({"ratio": 0.5}, "policies.price_cap.ratio: is 0.5; expected a number at least 1"),
    "export_control": ({"buyers": ["united_states"]}, "policies.export_control: 'united_states' is among sellers and buyers; sales at home cannot be cut."),
    "audit_mandate": ({"paid_by": "nobody"}, "policies.audit_mandate.paid_by: is 'nobody'; expected one of provider, government."),
    "licence": ({"start": "2022-07"}, "policies.licence.end: is 2022-06, before its start in 2022-07."),
    "compute_cap": ({"target": "eu_champion"}, "policies.compute_cap.target: 'eu_champion' is not under the law of united_states."),
    "open_weights_mandate": ({"delay": 1.5}, "policies.open_weights_mandate.delay: is 1.5; expected a whole number at least 0"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TERMS)
def test_a_wrong_measure_is_told_in_one_sentence(small: sim.Scenario, kind: str) -> None:
    terms, sentence = WRONG[kind]
    with pytest.raises(sim.UserError) as caught:
        small.amend(measure(kind, **terms))
    assert len(caught.value.problems) == 1
    assert sentence in caught.value.problems[0]


def test_all_that_does_not_fit_is_told_at_once(small: sim.Scenario) -> None:
    with pytest.raises(sim.UserError) as caught:
        small.amend(measure("grant", payer="atlantis", target="nobody") | measure("licence", end="2020-01"))
    assert str(caught.value).count("policies.") == 3


def test_a_grant_costs_what_it_says(small: sim.Scenario, free: Market) -> None:
    market = play(small.amend(measure("grant")))
    paid = book(market, "grant")
    assert paid.month.tolist() == list(range(BEGIN, LAST + 1))
    assert set(zip(paid.payer, paid.payee, strict=True)) == {("european_union", "eu_champion")}
    np.testing.assert_allclose(paid.amount, 1e8)
    outlay = market.recorder.market["public_outlay"]
    np.testing.assert_allclose(outlay[BEGIN : LAST + 1], 1e8)
    assert outlay.sum() == pytest.approx(1.2e9)


@pytest.mark.parametrize("target", ["domestic", "champions", "china_champion"])
def test_a_grant_is_split_among_those_it_names(small: sim.Scenario, target: str) -> None:
    market = play(small.amend(measure("grant", payer="united_states", target=target)), BEGIN + 1)
    named = {
        "domestic": [p.name for p in living(market, "united_states")],
        "champions": [],
        "china_champion": ["china_champion"],
    }[target]
    paid = book(market, "grant").groupby("payee").amount.sum()
    assert sorted(paid.index) == sorted(named)
    np.testing.assert_allclose(paid, 1e8 / max(len(named), 1))


def test_the_best_domestic_provider_is_the_most_capable_on_sale(small: sim.Scenario) -> None:
    market = play(small.amend(measure("grant", payer="united_states", target="best_domestic")), BEGIN + 1)
    home = [p for p in market.providers if p.config.jurisdiction == "united_states" and p.model]
    best = max(home, key=lambda p: p.model.capability if p.model else 0.0)
    assert set(book(market, "grant").payee) == {best.name}


def test_a_commons_is_paid_wherever_it_sits(small: sim.Scenario) -> None:
    commons = {"providers.china_champion.ownership": "commons"}
    paid = book(play(small.amend(measure("commons_grant") | commons)), "grant")
    assert set(zip(paid.payer, paid.payee, strict=True)) == {("european_union", "china_champion")}
    assert paid.amount.sum() == pytest.approx(1.2e9)
    assert book(play(small.amend(measure("commons_grant"))), "grant").empty


@pytest.mark.parametrize("kind", ["grant", "credit_line"])
@pytest.mark.parametrize("target", ["china_champion", "funded_startup"])
def test_a_subsidy_never_lowers_its_receivers_funds(small: sim.Scenario, kind: str, target: str) -> None:
    idle = small.amend(
        {f"providers.{name}.training.kind": "never" for name in ("china_champion", "funded_startup")}
    )
    with_, without = (
        Market(idle.amend(measure(kind, target=target)).config, MONTHS, 4),
        Market(idle.config, MONTHS, 4),
    )
    place = [p.name for p in with_.providers].index(target)
    more = []
    for _ in range(MONTHS):
        with_.step()
        without.step()
        more.append(with_.providers[place].funds - without.providers[place].funds)
    assert min(more) >= 0
    assert more[BEGIN - 1] == 0 < more[BEGIN]


def ruined(small: sim.Scenario) -> sim.Scenario:
    """The champion of China with costs that it cannot bear, and no credit of its own."""
    return small.amend(
        {
            "providers.china_champion.cash": 0.0,
            "providers.china_champion.credit_line": 1e8,
            "providers.china_champion.backing": 0.0,
            "providers.china_champion.overhead": 1.2e9,
            "finance.interest_rate": 0.0,
            "capital.scrap": 0.0,
        }
    )


def test_a_guarantee_is_called_when_its_provider_fails(small: sim.Scenario) -> None:
    line = measure("credit_line", start="2020-07", end="2030-01")
    market = play(ruined(small).amend(line))
    failed = next(e.month for e in market.events if e.kind == "bankruptcy")
    assert failed == 11  # 100m USD a month against 100m of its own and 1bn guaranteed
    called = book(market, "guarantee")
    assert called.payer.tolist() == ["china"]
    assert called.amount.tolist() == [pytest.approx(1e9)]
    assert book(market, "write_off").amount.sum() == pytest.approx(2e8)
    alone = play(ruined(small))
    assert next(e.month for e in alone.events if e.kind == "bankruptcy") == 1


def test_a_line_that_ends_still_covers_the_losses_it_made(small: sim.Scenario) -> None:
    market = play(ruined(small).amend(measure("credit_line", start="2020-07", end="2020-12")))
    failed = next(e.month for e in market.events if e.kind == "bankruptcy")
    assert failed == 6
    assert book(market, "guarantee").amount.sum() == pytest.approx(6e8)  # seven months of losses less its own


def test_procurement_costs_what_it_says_and_is_served(small: sim.Scenario, free: Market) -> None:
    market = play(small.amend(measure("procurement", payer="united_states")))
    bought = book(market, "procurement")
    assert set(bought.payer) == {"united_states"}
    np.testing.assert_allclose(bought.groupby("month").amount.sum(), 2e7)
    assert sorted(set(bought.month)) == list(range(BEGIN, LAST + 1))
    month = BEGIN
    more = [m.recorder.providers["serving"][month].sum() for m in (free, market)]
    lerner = market.recorder.market["lerner"][month]
    assert 0 < more[1] - more[0] < 2e7
    assert (more[1] - more[0]) / 2e7 == pytest.approx(1 - lerner, abs=0.25)


def test_a_bias_for_home_brings_public_money_home(small: sim.Scenario) -> None:
    late = {"start": "2022-01", "end": "2022-12"}
    shares = []
    for bias in (0.0, 3.0, 100.0):
        market = play(small.amend(measure("procurement", payer="china", home_bias=bias, **late)))
        bought = book(market, "procurement")
        home = bought.payee == "china_champion"
        shares.append(bought[home].amount.sum() / bought.amount.sum())
    assert shares == sorted(shares)
    assert shares[0] < shares[2]
    assert shares[2] == pytest.approx(1)


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
    assert market.ledger.net()["cloud_giant"] == pytest.approx(before / 2)
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
    floors, ceilings = price_limits(market)
    assert ceilings is None
    assert floors is not None
    goods = market.catalogue
    home = np.array([owner in market.rules.never_below_cost for owner in goods.owners])
    assert home.any()
    assert not home.all()
    np.testing.assert_array_equal(floors[home], goods.unit_cost[home])
    assert (floors[~home] == -np.inf).all()
    assert price_limits(play(small, 1)) == (None, None)


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
    book = market.ledger.table()[market.ledger.opened :]
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


@pytest.mark.parametrize("face", ["availability", "cut_off"])
def test_a_market_that_ignores_the_edge_is_caught(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch, face: str
) -> None:
    blind = {
        "availability": lambda world, rows: None,
        "cut_off": lambda world: np.zeros(len(world.workloads.product), dtype=bool),
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
    others = ahead.rivals[ahead.firms.index(list(view.names).index("first_mover"))]
    np.testing.assert_allclose(ahead.rivals[-1][:, ~reaches], others[:, ~reaches], rtol=1e-12)
    assert (ahead.rivals[-1][:, reaches] > others[:, reaches]).all()
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

    capped, free = begun(play(small.amend(measure("compute_cap")))), begun(play(small))
    assert capped.max() <= 5e22 * (1 + 1e-9)
    assert free.min() > 5e22
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


def test_all_measures_together_keep_the_books(small: sim.Scenario) -> None:
    settings = dict(itertools.chain.from_iterable(measure(kind, end="2030-01").items() for kind in TERMS))
    market = play(small.amend(settings), 40)
    assert set(market.rules.names) == set(TERMS)
    assert (market.workloads.product >= OPEN).all()
    assert (market.workloads.product == NOBODY).any()


def test_dearer_compute_slows_the_frontier(small: sim.Scenario) -> None:
    dear = small.amend({"technology.flop_per_usd": small.config.technology.flop_per_usd / 4})
    assert play(dear, 48).recorder.market["frontier"][-1] < play(small, 48).recorder.market["frontier"][-1]


def test_a_guarantee_is_split_among_those_it_names(small: sim.Scenario) -> None:
    market = play(small.amend(measure("credit_line", payer="united_states", target="domestic")), BEGIN + 1)
    home = living(market, "united_states")
    assert [p.guaranteed for p in home] == [pytest.approx(1e9 / len(home))] * len(home)
    assert all(p.guaranteed == 0 for p in market.providers if p not in home)


def test_governments_do_not_buy_across_a_cut_edge(small: sim.Scenario) -> None:
    cut = measure("export_control", sellers=["china", "european_union"], buyers=["united_states"])
    market = play(small.amend(measure("procurement", payer="united_states", home_bias=0.0) | cut))
    sellers = set(book(market, "procurement").payee)
    assert sellers
    assert not sellers & {"china_champion", "eu_champion"}
