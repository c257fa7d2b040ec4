"""A study as a link, a command, Python and a file: each gives the same parameters."""

from pathlib import Path

import pytest

import sim
from analysis.lab import NAME, Lab, settings_of
from analysis.levers import LEVERS, present, spoken, steps
from analysis.study import Study, changes, python, read_query, statements, toml
from sim.scenario import load

STUDY = Study(
    settings=(("demand.nest_correlation", 0.7), ("demand.value.kind", "linear"), ("training.duration", 9)),
    seed=3,
    months=24,
)
LAB = Lab(5e8, 3e8, 0.0, 2e7, 1.1, 2e6, "startup", "japan", ("api", "economy"), True)


def lists(study: Study) -> dict[str, list[str]]:
    return {name: said if isinstance(said, list) else [said] for name, said in study.query.items()}


def test_link_gives_the_study_again() -> None:
    assert read_query(lists(STUDY)) == STUDY
    assert Study().query == {}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"set": ["nonsense"]}, "expected set=PATH=VALUE"),
        ({"seed": ["-1"]}, "expected a whole number"),
        ({"scenario": ["../../etc/passwd"]}, "expected one that comes with the program"),
    ],
)
def test_spoilt_links_are_told(query: dict[str, list[str]], told: str) -> None:
    with pytest.raises(sim.UserError, match=told):
        read_query(query)


def test_statements_are_those_of_the_command_line() -> None:
    assert load("baseline", overrides=statements(STUDY.settings)).digest == STUDY.resolve().digest


def test_file_gives_the_same_parameters(tmp_path: Path) -> None:
    for study in (STUDY, Study(settings=settings_of(STUDY, LAB))):
        path = tmp_path / "mine.toml"
        path.write_text(toml(study, study.resolve()))
        assert load(path).digest == study.resolve().digest


def test_python_gives_the_same_parameters() -> None:
    known: dict[str, object] = {}
    lines = python(STUDY, 24, 2).splitlines()
    exec("\n".join(line for line in lines if not line.startswith("runs")), known)
    assert known["scenario"].digest == STUDY.resolve().digest  # type: ignore[attr-defined]


def test_changes_turn_one_scenario_into_another() -> None:
    base = load("baseline")
    other = load("baseline", settings=dict(STUDY.settings) | {"providers.eu_champion": False})
    found = changes(base, other)
    assert found["providers.eu_champion"] is False
    assert load("baseline", settings=found).digest == other.digest


def test_lab_is_a_provider_of_the_scenario() -> None:
    config = Study(settings=settings_of(Study(), LAB)).resolve().config
    own = next(provider for provider in config.providers if provider.name == NAME)
    assert (own.cash, own.jurisdiction, own.weights, own.tiers) == (5e8, "japan", "open", ("api", "economy"))


def test_every_lever_is_in_the_baseline_with_a_range() -> None:
    found = present(load("baseline"))
    assert [lever for lever, _ in found] == list(LEVERS)
    assert len(LEVERS) <= 10
    for lever, leaf in found:
        stand = steps(lever, leaf, leaf.value)
        assert leaf.value in stand
        assert stand[0] == leaf.low
        assert stand[-1] == leaf.high
        assert len({spoken(value, leaf.unit) for value in stand}) == len(stand)
