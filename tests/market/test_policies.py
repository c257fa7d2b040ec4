"""Measures in general: their months, what does not fit, all of them at once."""

import itertools

import numpy as np
import pytest

import sim
from sim.columns import NOBODY, OPEN
from sim.config.policies import Policy
from sim.model import Market
from sim.rules import LAISSEZ_FAIRE
from sim.scenario.files import presets
from tests.market.measures import BEGIN, LAST, MONTHS, TERMS, measure, play


@pytest.fixture(scope="module")
def free(small: sim.Scenario) -> Market:
    return play(small)


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


def test_all_measures_together_keep_the_books(small: sim.Scenario) -> None:
    settings = dict(itertools.chain.from_iterable(measure(kind, end="2030-01").items() for kind in TERMS))
    market = play(small.amend(settings), 40)
    assert set(market.rules.names) == set(TERMS)
    assert (market.workloads.product >= OPEN).all()
    assert (market.workloads.product == NOBODY).any()


def test_dearer_compute_slows_the_frontier(small: sim.Scenario) -> None:
    dear = small.amend({"technology.flop_per_usd": small.config.technology.flop_per_usd / 4})
    assert play(dear, 48).recorder.market["frontier"][-1] < play(small, 48).recorder.market["frontier"][-1]
