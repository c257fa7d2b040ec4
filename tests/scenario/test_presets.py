"""Presets of measures on top of scenarios."""

from pathlib import Path

import pytest

import sim
from sim.scenario.files import presets
from sim.scenario.sources import SET_BY_USER
from sim.scenario.writer import resolved_toml
from sim.sweep.reading import read_plan


@pytest.mark.parametrize("name", presets())
def test_a_preset_asks_a_question_and_justifies_its_numbers(name: str, tmp_path: Path) -> None:
    scenario = sim.load("baseline", policies=[name])
    plain = sim.load("baseline")
    assert scenario.title.startswith("Baseline with ")
    assert scenario.question == plain.question
    said = next(layer for layer in scenario.layers if layer.policy)
    assert said.data["question"].endswith("?")
    mine = [leaf for leaf in scenario.leaves if leaf.file == f"policies/{name}.toml"]
    assert any(leaf.path.startswith("policies.") for leaf in mine)
    assert all(leaf.source and leaf.source != SET_BY_USER for leaf in mine if leaf.unit)
    assert all(leaf.low is not None and not leaf.outside_range for leaf in mine if leaf.unit)
    assert all(leaf.note for leaf in mine if leaf.source == "team-assumption")
    assert {change["path"] for change in scenario.changes} == {leaf.path for leaf in mine}
    (tmp_path / "resolved.toml").write_text(resolved_toml(scenario))
    assert sim.load(tmp_path / "resolved.toml").digest == scenario.digest


def test_presets_stack_and_settings_change_them() -> None:
    both = sim.load("baseline", policies=["eu_grant", "licence"], overrides=["policies.licence.fee=5e6"])
    assert [policy.name for policy in both.config.policies] == ["eu_grant", "licence"]
    assert both.config.policies[1].fee == 5e6
    assert both.name == "baseline+eu_grant+licence"
    assert both.title == "Baseline with a European grant and a licence"
    assert sim.load("baseline", policies=["licence", "licence"]).name == "baseline+licence"


def test_a_preset_that_does_not_fit_is_told(tmp_path: Path) -> None:
    with pytest.raises(sim.UserError, match=r"There is no policy 'eu_gran'. Did you mean 'eu_grant'\?"):
        sim.load("baseline", policies=["eu_gran"])
    with pytest.raises(sim.UserError, match=r"mine.toml: there is no such file"):
        sim.load("baseline", policies=[str(tmp_path / "mine.toml")])
    gone = tmp_path / "gone.toml"
    gone.write_text('title = "Alone"\nextends = ["baseline.toml"]\n[providers]\nfirst_mover = false\n')
    with pytest.raises(
        sim.UserError, match=r"policies.break_up.target: 'first_mover' is not among the providers"
    ):
        sim.load(gone, policies=["break_up"])


def test_a_preset_of_ones_own_lies_on_top(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('title = "a dearer licence"\n[policies.licence]\nfee = 1e9\n')
    scenario = sim.load("baseline", policies=["licence", str(mine)])
    assert scenario.config.policies[0].fee == 1e9
    assert scenario.title == "Baseline with a licence and a dearer licence"


def test_measures_are_factors_of_plans(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    text = 'title = "Grants"\nquestion = "Do they help?"\npolicies = ["eu_grant"]\nmonths = 3\n[design]\nkind = "grid"\n'
    plan.write_text(text + "[design.factors]\npolicies.eu_grant = [true, false]\n")
    read = read_plan(plan)
    assert len(read.points) == 2
    assert [read.settings(point) for point in read.points] == [{}, {"policies.eu_grant": False}]
    assert read.different_runs == 2
    plan.write_text(text.replace("eu_grant", "eu_gran") + "[design.factors]\ndemand.trust = [0.3, 0.5]\n")
    with pytest.raises(sim.UserError, match="There is no policy 'eu_gran'"):
        read_plan(plan)
