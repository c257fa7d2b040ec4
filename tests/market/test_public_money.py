"""Measures that pay cost what they say and reach whom they name."""

import numpy as np
import pytest

import sim
from sim.model import Market
from tests.market.measures import BEGIN, LAST, MONTHS, book, living, measure, play


@pytest.fixture(scope="module")
def free(small: sim.Scenario) -> Market:
    return play(small)


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
