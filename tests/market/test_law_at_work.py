"""The law where it meets wars, mergers, those who come late, every training rule, and auditors."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sim
from sim.agents import fighting
from sim.agents.appraisal import Held
from sim.agents.fighting import Duel, Purses, War
from sim.agents.prospects import market_ahead
from sim.agents.strategies import best_runs, weigh
from sim.config.training_rules import FixedPlan, PlannedRun, Race, ReinvestShare
from sim.model import Market
from sim.phases import entry, rivalry
from sim.phases.division import divide
from sim.phases.duties import duties_are_met
from sim.phases.exits import insolvent_providers_go
from sim.phases.invest import knowledge
from sim.phases.lineage import bases, descent
from sim.phases.mergers import rescuers
from sim.rules import Guarantee, Rules
from sim.safety import FRINGE

ALWAYS = {"description": "A test.", "start": "2020-07", "end": "2035-06"}
AMERICAN = {"jurisdictions": ["united_states"], "target": "domestic"}
CAP = 5e22  # FLOP
LIVELY = {"adoption.considering_at_start": 0.5, "demand.intercept": 1.0}  # many use mega models at once


def law(kind: str, **terms: Any) -> dict[str, Any]:
    """Settings that put a measure in force for the whole run."""
    return {f"policies.rule.{key}": value for key, value in ({"kind": kind} | ALWAYS | terms).items()}


def play(scenario: sim.Scenario, months: int, seed: int = 3) -> Market:
    market = Market(scenario.config, months, seed)
    for _ in range(months):
        market.step()
    return market


def planned(buyer: str, target: str, month: int) -> dict[str, Any]:
    plan = {"buyer": buyer, "target": target, "month": month}
    return {f"mergers.plan.{key}": value for key, value in plan.items()} | {"merger_control.screen": False}


BLOCK = law("merger_block", jurisdictions=["united_states"], concentration=0.0, rise=0.0)


def test_a_blocked_merger_does_not_happen(small: sim.Scenario) -> None:
    crowd = LIVELY | planned("search_giant", "first_mover", 20)
    free, blocked = (play(small.amend(crowd | rule), 22) for rule in ({}, BLOCK))
    assert [e.kind for e in free.events if e.kind.startswith(("acq", "merger"))] == ["acquisition"]
    told = [e for e in blocked.events if e.kind.startswith(("acq", "merger"))]
    assert [e.kind for e in told] == ["merger_blocked"]
    assert "a government blocks it" in told[0].text
    assert blocked.provider("first_mover").alive


def test_a_block_stops_a_rescue_unless_failing_firms_are_spared(small: sim.Scenario) -> None:
    terms = {
        "merger_control.rescue": True,
        "merger_control.screen": False,
        "adoption.considering_at_start": 0.3,
    }
    buyers = []
    for spared in (True, False):
        market = play(small.amend(BLOCK | terms | {"merger_control.failing_firm": spared}), 18)
        revenue = market.published.money.revenue_of_year
        american = [i for i in market.sellers if market.providers[i].config.jurisdiction == "united_states"]
        one, other = sorted(american, key=lambda i: revenue[i])[-2:]
        market.providers[other].cash, market.providers[one].cash = -1.0, 1e12
        found = rescuers(market, [market.providers[other]])
        buyers.append([p.name for p in found.values()] == [market.providers[one].name])
    assert buyers == [True, False]


def test_no_war_is_fought_below_cost_under_a_ban(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = {"rivalry.antitrust": "off"}
    market = play(small.amend(law("below_cost_ban", **AMERICAN) | LIVELY | free), 12)
    names = [p.name for p in market.providers]
    one, other = (i for i in market.sellers if names[i] in ("first_mover", "search_giant"))
    research = rivalry._research(market, ((one, other),))
    assert research.lowest[one] == 1.0
    assert research.lowest[names.index("china_champion")] == 0.0
    levels = np.array([0.5, 0.9, 1.1])
    size = len(names)
    purses = Purses(np.full(size, 5e7), np.full(size, 2e6), np.full(size, 1e6), {(one, other): 0.0})

    def wars(lowest: float) -> list[float]:
        duel = Duel(
            one, other, levels, np.array([3e6, 2e6, 1e6]), np.zeros(3), levels, levels >= lowest, 2e6, 3e6, 9e8,
        )  # fmt: skip
        monkeypatch.setattr(fighting, "_duels", lambda *_: iter([duel]))
        return [war.price for war in fighting.choose_wars(market.config, research, purses)[0]]

    assert wars(0.0) == [0.5]
    assert wars(1.0) == [1.1]


def test_a_duel_knows_what_the_law_lets_the_aggressor_ask(small: sim.Scenario) -> None:
    market = play(small.amend(law("below_cost_ban", **AMERICAN) | LIVELY), 12)
    market.publish()
    american = [i for i in market.sellers if market.providers[i].config.jurisdiction == "united_states"]
    pair = (american[0], american[1])
    research = rivalry._research(market, (pair,))
    size = len(market.providers)
    purses = Purses(np.full(size, 5e7), np.full(size, 2e6), np.full(size, 1e6), {pair: 0.0})
    fought = fighting._fought(market.config, research, purses)
    np.testing.assert_array_equal(fought.lawful, fought.levels >= 1.0)
    assert not fought.lawful.all()


def test_a_war_ends_when_the_law_comes_to_forbid_its_price(small: sim.Scenario) -> None:
    market = play(small.amend(LIVELY), 12)
    one, other = market.sellers[:2]
    war = War(one, other, 0.9, 1e6, 10.0, 1e6, 0.8)
    name = market.providers[one].name
    assert rivalry._goes_on(market, war)
    for rules in (Rules(never_below_cost=frozenset([name])), Rules(price_ceilings={name: 0.8})):
        market.rules = rules
        assert not rivalry._goes_on(market, war)
        assert market.events[-1].text.endswith("the law forbids its price")


RULES = (
    Race(kind="race", factor=50.0, purse_share=1.0),
    ReinvestShare(kind="reinvest_share", share=1.0, seed_share=1.0),
    FixedPlan(kind="fixed_plan", runs=(PlannedRun(name="run", month=0, budget=5e8),)),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_no_training_rule_begins_a_run_above_the_cap(small: sim.Scenario, rule: Any) -> None:
    rich = {"providers.first_mover.cash": 1e10}
    found = []
    for terms in ({}, law("compute_cap", most=CAP, **AMERICAN)):
        market = play(small.amend(terms | rich), 2)
        index = [p.name for p in market.providers].index("first_mover")
        view = market.published._replace(selling=np.zeros_like(market.published.selling))
        own = replace(knowledge(market, index), rule=rule, begun=0)
        seen = (market.config, view, market_ahead(market.config, view), [own])
        (run,) = best_runs(*seen, weigh(*seen))
        assert run is not None
        found.append(run.flop)
    assert found[0] > CAP
    assert found[1] == pytest.approx(CAP)


def test_a_cap_below_the_smallest_run_stops_all_training(small: sim.Scenario) -> None:
    market = play(small.amend(law("compute_cap", most=1e15, **AMERICAN)), 12)
    begun = {e.who for e in market.events if e.kind == "training"}
    assert begun
    assert all(market.provider(name).config.jurisdiction != "united_states" for name in begun)


def test_the_law_awaits_those_who_have_not_come_yet_and_guarantees_do_not(small: sim.Scenario) -> None:
    late = [p.name for p in play(small, 1).providers if p.born is None]
    home = [p.name for p in play(small, 1).providers if p.config.jurisdiction == "united_states"]
    capped = play(small.amend(law("compute_cap", most=CAP, **AMERICAN)), 1)
    assert set(capped.rules.flop_caps) == set(home)
    assert set(home) & set(late)
    line = law("credit_line", payer="united_states", target="domestic", size=1e9)
    assert {g.provider for g in play(small.amend(line), 1).rules.guarantees} == set(home) - set(late)


AUDIT = law("audit_mandate", threshold=1.0, effort=10.0, cost=2e4, paid_by="provider", **AMERICAN)


def test_a_mandated_audit_adds_to_what_auditors_have_done(small: sim.Scenario) -> None:
    market = play(small.amend(AUDIT), 2)
    provider = market.provider("first_mover")
    before = provider.vintages[-1].audit_effort
    duties_are_met(market, provider, provider.model)
    assert provider.vintages[-1].audit_effort == before + 10.0
    duties_are_met(market, provider, replace(provider.model, flop=0.5))
    assert provider.vintages[-1].audit_effort == before + 10.0
    live = bases(market, descent(market))
    assert live.effort[market.bases.index("first_mover")] == before + 10.0


def test_auditors_keep_nothing(small: sim.Scenario) -> None:
    book = play(small.amend(AUDIT), 12).ledger.table()
    assert (book.kind == "audit").any()
    assert book.amount[book.payee == "auditors"].sum() == pytest.approx(
        book.amount[book.payer == "auditors"].sum()
    )


def test_a_model_that_an_entrant_brings_is_audited(small: sim.Scenario) -> None:
    market = play(small.amend(AUDIT), 2)
    who = next(e for e in market.entrants if e.provider.jurisdiction == "united_states")
    provider = market.provider(who.provider.name)
    entry._come(market, entry.Decision(who, provider, Held(0.5, 1e10)))
    assert provider.vintages[-1].audit_effort == 10.0
    assert market.books.audit[provider.place] == 2e5


def test_a_divided_provider_hands_on_what_auditors_found(small: sim.Scenario) -> None:
    split = law(
        "break_up", jurisdictions=["united_states"], target="first_mover", successor="cloud_giant", share=0.5
    )
    market = play(small.amend(split | {"policies.rule.start": "2035-06"}), 6)
    target, successor = market.provider("first_mover"), market.provider("cloud_giant")
    target.vintages[-1].audit_effort = 77.0
    successor.model = None
    divide(market, market.config.policies[0], 0)  # type: ignore[arg-type]
    assert successor.vintages[-1].audit_effort == 77.0
    assert successor.model is not None
    assert successor.model.hazard == target.model.hazard


def test_weights_that_the_law_opens_rest_on_their_provider(small: sim.Scenario) -> None:
    closed = {"providers.open_weights_giant.weights": "closed", "open_frontier.open_lag": 200.0}
    closed |= {"entrants.chinese_startup": False}
    for terms, expected in (
        (closed, FRINGE),
        (closed | law("open_weights_mandate", delay=0, **AMERICAN), ""),
    ):
        market = play(small.amend(terms | LIVELY), 30)
        lines = descent(market)
        names = (*(p.name for p in market.providers), FRINGE)
        base = names[lines.base[market.catalogue.names.index("open weights")]]
        assert base == (expected or max(
            (p for p in market.providers if p.model and p.config.jurisdiction == "united_states"),
            key=lambda p: p.model.capability,
        ).name)  # fmt: skip


def test_a_guarantee_pays_only_what_a_sale_leaves_unpaid(small: sim.Scenario) -> None:
    market = play(small.amend({"merger_control.rescue": False, "capital.scrap": 0.0}), 2)
    provider = market.provider("china_champion")
    provider.credit_line, provider.guaranteed, provider.cash = 1e6, 2e6, -4e6
    market.rules = Rules(guarantees=(Guarantee(provider.name, "china", 2e6),))
    insolvent_providers_go(market)
    book = market.ledger.table().tail(2)
    assert dict(zip(book.kind, book.amount, strict=True)) == {"guarantee": 2e6, "write_off": 2e6}


def test_a_grant_lengthens_the_runway(small: sim.Scenario) -> None:
    market = play(small, 2)
    provider = market.providers[0]
    before = rivalry._fixed(market, provider)
    market.books.grant[provider.place] = 1e6
    assert rivalry._fixed(market, provider) == pytest.approx(before - 1e6)
