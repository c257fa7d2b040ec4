"""Scenario files: layering, named tables, provenance, and the way back from a resolved file."""

from pathlib import Path

import pytest

import sim
from sim.scenario.files import presets, shipped
from sim.scenario.sources import SET_BY_USER, sources
from sim.scenario.writer import resolved_toml


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def leaf(scenario: sim.Scenario, path: str):  # type: ignore[no-untyped-def]
    return next(leaf for leaf in scenario.leaves if leaf.path == path)


def test_layers_override_each_other_and_leaves_remember_their_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        "cheap.toml",
        'extends = ["baseline.toml"]\n[demand]\ntrust = 0.6\nprice_sensitivity = 1.5\n',
    )
    top = write(tmp_path, "mine.toml", 'title = "Mine"\nextends = ["cheap.toml"]\n[demand]\ntrust = 0.7\n')
    mine = sim.load(top)
    assert (mine.config.demand.trust, mine.config.demand.price_sensitivity) == (0.7, 1.5)
    assert (leaf(mine, "demand.trust").file, leaf(mine, "demand.price_sensitivity").file) == (
        "mine.toml",
        "cheap.toml",
    )
    assert leaf(mine, "demand.intercept").file == "baseline.toml"
    assert mine.title == "Mine"


def test_a_bare_number_inherits_unit_and_range_but_never_the_source(tmp_path: Path) -> None:
    top = write(tmp_path, "mine.toml", 'extends = ["baseline.toml"]\n[technology]\nhalving_time = 20\n')
    found = leaf(sim.load(top), "technology.halving_time")
    assert (found.value, found.unit, found.low, found.high) == (20, "month", 5, 14)
    assert found.source == SET_BY_USER
    assert found.outside_range


def test_a_quantity_table_replaces_the_inherited_one_whole(tmp_path: Path) -> None:
    text = 'extends = ["baseline.toml"]\n[technology]\n'
    text += 'halving_time = { value = 9, unit = "month", source = "team-assumption" }\n'
    found = leaf(sim.load(write(tmp_path, "mine.toml", text)), "technology.halving_time")
    assert (found.value, found.low, found.high, found.note) == (9, None, None, "")


def test_named_tables_merge_by_name_sort_and_can_be_removed(tmp_path: Path) -> None:
    text = (
        'extends = ["baseline.toml"]\n[providers]\neu_champion = false\n[providers.first_mover]\ncash = 5e9\n'
    )
    config = sim.load(write(tmp_path, "mine.toml", text)).config
    names = [provider.name for provider in config.providers]
    assert "eu_champion" not in names
    assert names == sorted(names)
    first = next(provider for provider in config.providers if provider.name == "first_mover")
    assert (first.cash, first.efficiency) == (5e9, 1.2)


def test_another_kind_drops_what_was_said_for_the_old_one() -> None:
    assert sim.load("baseline", settings={"demand.value.kind": "linear"}).config.demand.value.kind == "linear"
    with pytest.raises(sim.UserError, match=r"demand\.value\.plateau: unknown key"):
        sim.load("baseline", settings={"demand.value.kind": "linear", "demand.value.plateau": 5.0})


def test_a_diamond_of_layers_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "left.toml", 'extends = ["baseline.toml"]\n[demand]\ntrust = 0.3\n')
    write(tmp_path, "right.toml", 'extends = ["baseline.toml"]\n[demand]\nintercept = -2.0\n')
    top = write(tmp_path, "top.toml", 'extends = ["left.toml", "right.toml"]\n')
    demand = sim.load(top).config.demand
    assert (demand.trust, demand.intercept) == (0.3, -2.0)


def test_the_resolved_file_loads_to_the_same_parameters(tmp_path: Path) -> None:
    changed = sim.load("baseline", settings={"demand.trust": 0.9, "providers.eu_champion": False})
    again = sim.load(write(tmp_path, "again.toml", resolved_toml(changed)))
    assert again.digest == changed.digest
    assert {row["path"]: row["value"] for row in again.changes} == {
        "demand.trust": 0.9,
        "providers.eu_champion": "removed",
    }


def test_what_a_user_changed_is_told_with_the_value_before() -> None:
    (change,) = sim.load("baseline", overrides=["demand.price_sensitivity=2.0"]).changes
    assert change == {
        "path": "demand.price_sensitivity",
        "value": 2.0,
        "unit": "1",
        "before": 0.25,
        "file": "--set",
    }
    assert sim.load("baseline").changes == []


def test_amend_adds_to_what_was_set_before() -> None:
    scenario = sim.load("baseline", settings={"demand.trust": 0.5}).amend({"demand.intercept": -1.0})
    assert (scenario.config.demand.trust, scenario.config.demand.intercept) == (0.5, -1.0)


@pytest.mark.parametrize("alpha", [1.5, 2.0, 3.0])
def test_price_sensitivity_admits_the_textbook_values(alpha: float) -> None:
    assert (
        sim.load("baseline", settings={"demand.price_sensitivity": alpha}).config.demand.price_sensitivity
        == alpha
    )


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_asks_a_question_and_justifies_itself(name: str) -> None:
    scenario = sim.load(name)
    assert scenario.question.endswith("?")
    assert scenario.title
    for found in scenario.leaves:
        if found.unit:
            assert found.source in sources(), found.path
            assert found.source != SET_BY_USER, found.path
            assert not found.outside_range, found.path
            assert found.low is not None, found.path
            assert found.note or sources()[found.source].kind != "assumption", found.path


def test_every_source_is_used_or_named_in_a_note() -> None:
    layers = [*shipped(), "shared/scaling_hoffmann.toml", "shared/scaling_kaplan.toml"]
    leaves = [found for name in layers for found in sim.load(name).leaves]
    leaves += [found for name in presets() for found in sim.load("baseline", policies=[name]).leaves]
    used = {found.source for found in leaves}
    notes = " ".join(found.note for found in leaves)
    idle = [key for key in sources() if key not in used and key not in notes and key != SET_BY_USER]
    assert idle == []
