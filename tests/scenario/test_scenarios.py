"""Scenarios ask by causes: they differ from the baseline in what they set and in what comes out."""

import pandas as pd
import pytest

import sim
from sim.model import run
from sim.outcomes import OUTCOMES
from sim.scenario.files import shipped
from sim.studies.promises import broken_in_months
from sim.sweep.reading import read_plan

MONTHS = 36
LATER = {"commons": 80, "compression_leap": 75}  # month in which the change is seen
ROWS = {"demand.workloads": 600}
CAUSES = (
    "technology", "scaling", "training", "compute", "limits", "demand", "adoption", "economy", "finetuning",
    "open_frontier", "rivalry", "finance", "trust", "oversight", "lineage", "belief", "competence", "capital",
    "entry", "fringe", "merger_control", "tiers", "domains", "governments", "providers", "entrants", "mergers",
    "policies", "calendar.start", "calendar.months",
)  # fmt: skip
OTHERS = [name for name in shipped() if name != "baseline"]
LATE = ("effective_number", "revenue", "frontier", "using", "flagship_price", "expected_harm", "served")


def values(scenario: sim.Scenario) -> dict[str, object]:
    return {leaf.path: leaf.value for leaf in scenario.leaves}


@pytest.fixture(scope="module")
def plain() -> sim.Scenario:
    return sim.load("baseline")


@pytest.fixture(scope="module")
def plain_months() -> pd.DataFrame:
    return run(sim.load("baseline", settings=ROWS), max(LATER.values())).months


@pytest.mark.parametrize("name", OTHERS)
def test_a_scenario_changes_causes_only(name: str, plain: sim.Scenario) -> None:
    mine, base = values(sim.load(name)), values(plain)
    changed = {path for path in mine.keys() | base.keys() if mine.get(path) != base.get(path)}
    assert changed
    strange = [path for path in changed if not path.startswith(CAUSES)]
    assert strange == []
    outcomes = {outcome.name for outcome in OUTCOMES} - {"trust"}  # demand.trust is what people begin with
    assert [path for path in changed if path.rpartition(".")[2] in outcomes] == []
    assert not any(path.startswith(("regimes", "pricing")) for path in changed)


@pytest.mark.parametrize("name", OTHERS)
def test_a_scenario_changes_results_and_keeps_its_numbers_sound(
    name: str, plain_months: pd.DataFrame
) -> None:
    months = run(sim.load(name, settings=ROWS), LATER.get(name, MONTHS)).months
    assert list(broken_in_months(months)) == []
    last = plain_months.iloc[len(months) - 1]
    assert any(months.iloc[-1][outcome] != last[outcome] for outcome in LATE)


def test_all_scenarios_differ_from_each_other() -> None:
    digests = [sim.load(name).digest for name in shipped()]
    assert len(set(digests)) == len(digests)


def test_the_plan_of_all_scenarios_has_all() -> None:
    plan = read_plan("all_scenarios", months=12, replications=1)
    assert sorted(plan.scenarios) == sorted(shipped())
    assert plan.size == len(shipped())


def test_now_begins_with_the_published_shares() -> None:
    first = run(sim.load("now"), 1)
    use = first.providers.set_index("provider")["share"]
    assert use["funded_startup"] > use["first_mover"] > use["search_giant"] > use["open_weights_giant"]
    assert use["funded_startup"] == pytest.approx(0.40, abs=0.06)
    assert use["first_mover"] == pytest.approx(0.27, abs=0.06)
    dates = pd.to_datetime(first.months["date"])
    assert dates.iloc[0] == pd.Timestamp("2026-01-01")


def test_first_models_cannot_have_more_users_than_there_are() -> None:
    now = sim.load("now").config.providers
    name = next(p.name for p in now if p.first_model)
    with pytest.raises(sim.UserError, match=r"first_model\.users add up to .*; expected 1 or less in all"):
        sim.load("now", settings={f"providers.{name}.first_model.users": 1.0})
