"""Rules of training in the running market, and what the two frictions do."""

import numpy as np
import pytest

import sim
from sim.model import Market

NOBODY_COMES = {
    f"entrants.{name}": False for name in ("late_startup", "chinese_startup", "late_giant", "model_holder")
}
FREE = {"belief.kind": "informed", "training.knee_exponent": 1.0}
EVERYBODY_CONSIDERS = {"adoption.considering_at_start": 1.0}


def first_year(scenario: sim.Scenario, seed: int, who: str = "first_mover") -> float:
    """Budgets of the runs that a provider starts in its first year, USD."""
    events = sim.run(scenario, months=12, seed=seed).events
    return float(events[(events.kind == "training") & (events.who == who)].amount.sum())


@pytest.mark.parametrize("diffusion", [{}, EVERYBODY_CONSIDERS], ids=["diffusion", "no diffusion"])
def test_without_the_frictions_the_first_mover_overspends(small: sim.Scenario, diffusion: dict) -> None:
    """Seen in 2020: a run of 2e7 USD, then none known of that size for a year."""
    with_them = [first_year(small.amend(diffusion), seed) for seed in (1, 2, 3)]
    without = [first_year(small.amend(diffusion | FREE), seed) for seed in (1, 2, 3)]
    assert np.mean(without) > 3 * np.mean(with_them)
    assert np.mean(without) > 4e7
    assert np.all(np.array(without) > with_them)


@pytest.mark.parametrize("friction", ["belief.conviction_at_start", "training.knee_exponent"])
def test_each_friction_is_a_matter_of_degree(small: sim.Scenario, friction: str) -> None:
    """In a market in which all consider, spending rises as either friction is loosened."""
    low, high = (0.05, 0.9) if friction.startswith("belief") else (0.05, 1.0)
    rest = EVERYBODY_CONSIDERS | ({"belief.kind": "informed"} if friction.startswith("training") else {})
    spent = [
        sim.run(small.amend(rest | {friction: x}), months=8, seed=1).months.training_outlay.sum()
        for x in (low, high)
    ]
    assert spent[1] > 1.3 * spent[0]


def test_conviction_grows_with_success(small: sim.Scenario) -> None:
    quick = small.amend({"belief.conviction_at_start": 0.0, "belief.conviction_gain": 0.5})
    never = small.amend({"belief.conviction_at_start": 0.0, "belief.conviction_gain": 0.0})
    ends = [sim.run(s, months=72, seed=3).months.frontier.iloc[-1] for s in (never, quick)]
    assert ends[1] > ends[0] + 0.5


def test_leaders_change(small: sim.Scenario) -> None:
    """In at least half of the seeds another provider sells most at the end of a later year."""
    changed = []
    for seed in range(4):
        sales = sim.run(small, months=66, seed=seed).providers.assign(year=lambda t: t.month // 12)
        year = sales.query("year > 0").groupby(["year", "provider"]).revenue.sum().unstack()
        changed.append(year.idxmax(axis=1).nunique() > 1)
    assert np.mean(changed) >= 0.5


def rule(kind: str, **quantities: float) -> dict:
    said = {"providers.first_mover.training.kind": kind}
    return (
        said | {f"providers.first_mover.training.{name}": x for name, x in quantities.items()} | NOBODY_COMES
    )


def runs_of(scenario: sim.Scenario, months: int, seed: int = 3) -> sim.Run:
    return sim.run(scenario, months=months, seed=seed)


def test_a_fixed_plan_is_followed_to_the_month_and_the_dollar(small: sim.Scenario) -> None:
    plan = "providers.first_mover.training.runs"
    told = {f"{plan}.b_second.month": 9, f"{plan}.b_second.budget": 3e7, f"{plan}.a_first.month": 2,
            f"{plan}.a_first.budget": 5e7, f"{plan}.c_too_soon.month": 10, f"{plan}.c_too_soon.budget": 1e7}  # fmt: skip
    events = runs_of(small.amend(rule("fixed_plan") | told), 24).events
    mine = events.query("kind == 'training' and who == 'first_mover'")
    assert list(zip(mine.month, mine.amount, strict=True)) == [(2, 5e7), (9, 3e7), (15, 1e7)]


def test_a_plan_that_money_does_not_reach_is_cut_to_it(small: sim.Scenario) -> None:
    plan = "providers.first_mover.training.runs.only"
    events = runs_of(small.amend(rule("fixed_plan") | {f"{plan}.month": 0, f"{plan}.budget": 1e12}), 1).events
    (cut,) = events.query("who == 'first_mover'").amount
    assert 5e8 < cut < 1e9


def test_reinvestment_is_its_share_of_the_years_gross_profit(small: sim.Scenario) -> None:
    market = Market(
        small.amend(rule("reinvest_share", share=0.5, seed_share=0.1) | EVERYBODY_CONSIDERS).config, 20, 3
    )
    seen = 0
    for _ in range(20):
        before = len(market.events)
        market.step()
        for event in market.events[before:]:
            if (event.kind, event.who) == ("training", "first_mover"):
                index = market.published.names.index("first_mover")
                gross = market.published.money.gross_of_year[index]
                assert event.amount == pytest.approx(0.5 * gross * 6 / 12)
                seen += 1
    assert seen >= 2


def test_a_larger_share_reinvested_buys_larger_runs(small: sim.Scenario) -> None:
    largest = [
        runs_of(small.amend(rule("reinvest_share", share=x, seed_share=0.1) | EVERYBODY_CONSIDERS), 30)
        .vintages.query("provider == 'first_mover'")
        .budget.max()
        for x in (0.2, 0.8)
    ]
    assert largest[1] > 1.5 * largest[0]


def test_a_racer_aims_at_the_frontier_times_its_factor(small: sim.Scenario) -> None:
    market = Market(small.amend(rule("race", factor=1.5, purse_share=1.0)).config, 60, 3)
    aims = []
    for _ in range(60):
        before = len(market.events)
        market.step()
        for event in market.events[before:]:
            if (event.kind, event.who) == ("training", "first_mover"):
                view = market.published
                index = view.names.index("first_mover")
                others = [plan.capability for plan in view.plans if plan.provider != index]
                aim = max([view.frontier + 6 * view.trend, *others]) + np.log(1.5)
                got = next(plan.capability for plan in market.plans if plan.provider == index)
                aims.append(got - aim)
    assert len(aims) > 4
    assert max(aims) < 0.05  # never much more than what it takes
    assert sum(abs(gap) < 0.05 for gap in aims) >= 2  # the rest: as far as the purse reaches


def test_a_racer_with_a_larger_factor_spends_more(small: sim.Scenario) -> None:
    spent = [
        runs_of(small.amend(rule("race", factor=x, purse_share=0.5)), 36)
        .providers.query("provider == 'first_mover'")
        .training.sum()
        for x in (0.5, 2.0)
    ]
    assert spent[1] > 1.2 * spent[0]


def test_leakage_levels_competence_and_discovery_spreads_it(small: sim.Scenario) -> None:
    def spread(leak: float, discovery: float) -> float:
        settings = {"competence.leak_rate": leak, "competence.discovery": discovery}
        return float(sim.run(small.amend(settings), months=48, seed=3).months.competence_spread.iloc[-1])

    assert spread(3.0, 0.0) < 0.02 < spread(0.0, 0.0)
    assert spread(0.5, 0.3) > spread(0.5, 0.0) + 0.05


def test_competence_that_is_idle_leaves_efficiency_as_it_was(small: sim.Scenario) -> None:
    run = sim.run(small.amend({"competence.leak_rate": 0.0, "competence.discovery": 0.0}), months=24, seed=3)
    assert (run.providers.groupby("provider").efficiency.nunique() == 1).all()
