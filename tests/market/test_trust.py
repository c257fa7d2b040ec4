"""Trust in a running market: failures, learning, contagion, its worth, and what hosts take."""

import numpy as np
import pytest

import sim
from sim.columns import NOBODY
from sim.economics.trust import worth
from sim.phases.market import demand_of
from sim.phases.trust import trust_moves
from tests.market.risks import CALM, PEOPLE, market_at, played


def test_a_failure_strikes_trust_in_its_line_most_and_trust_recovers(small: sim.Scenario) -> None:
    market = market_at(small.amend(PEOPLE))
    before, calm = market.trust.copy(), np.zeros(len(market.lines))
    market.struck = calm.copy()
    market.struck[0] = 0.8
    trust_moves(market)
    after = market.trust.copy()
    assert (after[:, 0] < 0.6 * before[:, 0]).all()
    assert (after[:, 0] / before[:, 0] < after[:, 1] / before[:, 1]).all()
    assert (after < before).mean() > 0.9  # others suffer, too
    market.struck = calm
    for _ in range(60):
        trust_moves(market)
    assert (market.trust[:, 0] > after[:, 0]).mean() > 0.9
    assert (market.trust > 0).all()
    assert (market.trust < 1).all()


FAILING = {"oversight.failure_interval": 3.0, "oversight.public_capacity": 0.0, "oversight.paid_share": 0.0}


def test_failures_are_told_lower_trust_and_slow_adoption(small: sim.Scenario) -> None:
    busy = small.amend({"adoption.considering_at_start": 0.1})
    calm, failing = (sim.run(busy.amend(s), months=40, seed=3) for s in ({}, FAILING))
    told = failing.events.query("kind == 'common_failure'")
    assert len(told) > 5
    assert failing.months.common_failures.sum() >= len(told)
    assert failing.months.trust.iloc[-1] < calm.months.trust.iloc[-1] - 0.1
    assert failing.months.considering.iloc[-1] < calm.months.considering.iloc[-1]
    assert failing.months.revenue.iloc[-1] < calm.months.revenue.iloc[-1]
    deaf = busy.amend(FAILING | {"trust.adoption_pull": 0.0})
    assert sim.run(deaf, months=40, seed=3).months.considering.iloc[-1] > failing.months.considering.iloc[-1]
    causes = failing.events.set_index("event").loc[[b for b in told.because if b >= 0]]
    assert (causes.kind == "release").all()


def test_without_learning_trust_stays_and_with_it_the_rates_matter(small: sim.Scenario) -> None:
    busy = small.amend(PEOPLE)
    assert played(busy, 12, **CALM).trust.dropna().to_numpy() == pytest.approx(0.46)
    slow, quick = (played(busy, 24, **{"trust.rise": rise}).trust.iloc[-1] for rise in (0.02, 0.5))
    assert quick > slow
    kind, harsh = (played(busy, 24, **{"trust.fall": fall}).trust.iloc[-1] for fall in (0.2, 3.0))
    assert harsh < kind
    for odds, slope in ((3.0, 0.2), (0.8, 0.0)):
        worse = played(busy, 24, **{"trust.failure_odds": odds, "trust.failure_slope": slope})
        assert worse.trust.iloc[-1] < played(busy, 24).trust.iloc[-1]


def test_without_contagion_and_spill_a_segment_learns_from_itself_alone(small: sim.Scenario) -> None:
    def trust_of_an_onlooker(**settings: float) -> np.ndarray:
        market = market_at(small.amend(PEOPLE | {f"trust.{k}": v for k, v in settings.items()}), 2)
        market.trust[:] = 0.46
        market.segment_use[0] = 0.0
        market.struck = np.zeros(len(market.lines))
        trust_moves(market)
        return market.trust[0]

    assert (trust_of_an_onlooker(contagion=0.0) == 0.46).all()
    assert (trust_of_an_onlooker(contagion=0.5) != 0.46).any()
    all_peers, abroad_only = trust_of_an_onlooker(contagion=0.5), trust_of_an_onlooker(peer_domain_share=1.0)
    assert (all_peers != abroad_only).any()


def test_trust_enters_utility_by_the_need_for_correctness(small: sim.Scenario) -> None:
    market = market_at(small)
    rows = np.arange(len(market.workloads.ids))
    before = np.asarray(demand_of(market, rows, np.ones(len(rows))).V0)
    market.trust[:, 1] *= 0.5
    market.reliance = worth(market.fields.correctness, market.trust)
    change = np.asarray(demand_of(market, rows, np.ones(len(rows))).V0) - before
    need = market.fields.correctness[market.workloads.segment]
    assert change[:, market.catalogue.line == 1] == pytest.approx(
        np.log(0.5) * np.repeat(need[:, None], (market.catalogue.line == 1).sum(), axis=1)
    )
    assert (change[:, market.catalogue.line != 1] == 0).all()
    market.publish()
    doubted = market.published.panel.trust
    assert (doubted[:, 1] < doubted[:, 0]).all()


def test_hold_up_takes_from_those_who_renew_a_tuned_model(small: sim.Scenario) -> None:
    busy = small.amend(PEOPLE | {"demand.intercept": 1.0})
    free, held = (market_at(busy.amend({"oversight.hold_up": share}), 48) for share in (0.0, 0.5))
    assert free.published.premium == 0
    assert (free.workloads.taken == 0).all()
    work, tiers = held.workloads, held.config.tiers
    taken = work.taken > 0
    assert taken.sum() > 3
    assert (work.product[taken] != NOBODY).all()
    expected = [0.5 * held.config.demand.retuning_cost * tiers[code % len(tiers)].lock_in
                for code in work.product[taken]]  # fmt: skip
    assert work.taken[taken] == pytest.approx(expected)
    months = played(busy, **{"oversight.hold_up": 0.5})
    assert months.hold_up.iloc[-1] > 0.02
    unit = busy.amend({"demand.form": "unit_demand", "demand.price_unit": 20.0, "oversight.hold_up": 0.5})
    assert sim.run(unit, months=40, seed=3).months.hold_up.iloc[-1] > 0
