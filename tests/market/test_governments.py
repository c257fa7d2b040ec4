"""Governments that pay by their motives: what they see, and how they answer each other."""

from typing import Any

import numpy as np
import pytest

import sim
from sim.model import Market
from tests.market.measures import book, play

STATES = ("united_states", "european_union", "china")


def by_motives(states: tuple[str, ...] = STATES, **motives: float) -> dict[str, Any]:
    """Grants by motives for the domestic providers of some governments, all other motives at nothing."""
    found: dict[str, Any] = {}
    nothing = {
        "budget": 1e12,
        "security_value": 0.0,
        "tolerated_lag": 0.0,
        "second_source": 0.0,
        "rents": 0.0,
        "rivalry": 0.0,
    }
    for state in states:
        said = {
            "kind": "grant",
            "description": "A test.",
            "start": "2020-07",
            "end": "2030-06",
            "payer": state,
        }
        said |= {"target": "domestic", "amount.kind": "motives"}
        found |= {f"policies.{state}.{key}": value for key, value in said.items()}
        found |= {f"governments.{state}.motives.{key}": value for key, value in (nothing | motives).items()}
    return found


def test_a_laggard_pays_by_its_lag_and_the_leader_does_not(small: sim.Scenario) -> None:
    market = Market(small.amend(by_motives(security_value=1e8, tolerated_lag=0.25)).config, 30, 4)
    for _ in range(30):
        market.step()
        view = market.published
        for state in STATES:
            home = view.capability[view.selling & (view.homes == market.places[state])]
            open_weights = view.catalogue.capability[view.catalogue.names.index("open weights")]
            lag = view.frontier - (home.max() if len(home) else open_weights)
            owed = 1e8 * max(0.0, lag - 0.25) / 12
            assert market.public_outlay[market.places[state]] == pytest.approx(owed, abs=1e-3)
    paid = book(market, "grant").groupby("payer").amount.sum()
    assert paid["china"] > 0
    assert paid["european_union"] > 0


def test_missing_sources_are_paid_for(small: sim.Scenario) -> None:
    market = play(small.amend(by_motives(second_source=1.2e8)), 1)
    sellers = market.published.selling
    assert sellers.sum() == 1  # the first mover, in the United States
    assert market.public_outlay[[market.places[s] for s in STATES]].tolist() == [1e7, 2e7, 2e7]


def test_profit_abroad_is_that_of_trade_at_the_market_margin(small: sim.Scenario) -> None:
    market = play(small.amend({"adoption.considering_at_start": 0.5, "demand.intercept": 1.0}), 20)
    market.publish()
    china = market.governments[market.places["china"]]
    book = market.ledger.table().query("month == @market.month - 1")
    abroad = book.payer.str.startswith("china:") & ~book.payee.isin(["world", "china_champion"])
    imports = book.amount[abroad].sum()
    margin = np.nanmean(market.published.lerner)
    assert imports > 0
    assert china.profit_abroad(market.published) == pytest.approx(12 * margin * imports, rel=1e-9)


def test_rivals_answer_the_most_generous(small: sim.Scenario) -> None:
    calm = play(small.amend(by_motives(security_value=1e8) | {"governments.china.motives.rivalry": 0.0}), 30)
    race = play(small.amend(by_motives(security_value=1e8) | {"governments.china.motives.rivalry": 0.5}), 30)
    paid = [book(market, "grant").groupby("payer").amount.sum() for market in (calm, race)]
    assert paid[1]["china"] > paid[0]["china"]


def test_a_budget_binds(small: sim.Scenario) -> None:
    market = play(small.amend(by_motives(budget=1.2e6, security_value=1e9, second_source=1e9)), 24)
    paid = book(market, "grant")
    per_month = paid.groupby(["payer", "month"]).amount.sum()
    assert per_month.max() == pytest.approx(1e5)


def test_two_grants_by_the_same_motives_do_not_pay_twice(small: sim.Scenario) -> None:
    one = by_motives(("china",), second_source=1.2e8)
    two = one | {
        key.replace("policies.china", "policies.again"): value
        for key, value in one.items()
        if "policies" in key
    }
    paid = [book(play(small.amend(settings), 3), "grant").amount.sum() for settings in (one, two)]
    assert paid[0] == pytest.approx(paid[1])


def test_grants_do_not_depend_on_the_order_of_measures(small: sim.Scenario) -> None:
    names = {state: f"{'zyx'[i]}_{state}" for i, state in enumerate(STATES)}
    plain = by_motives(security_value=1e8, rivalry=0.3)
    turned = {
        key.replace(f"policies.{s}", f"policies.{names[s]}"): v
        for key, v in plain.items()
        for s in STATES
        if f".{s}." in key
    }
    one, two = play(small.amend(plain), 20), play(small.amend(turned), 20)
    np.testing.assert_array_equal(one.recorder.providers["cash"], two.recorder.providers["cash"])
