"""The ODD description says what the code says."""

import ast
import importlib
import inspect
import re
from dataclasses import fields, is_dataclass
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

import sim
from sim import outcomes
from sim.agents.auditors import Auditors
from sim.agents.entrants import PotentialEntrant
from sim.agents.provider import BaseModel, TrainingRun, VintageAccount
from sim.columns import Workloads
from sim.config import Config
from sim.model import Market
from sim.published import Catalogue

ODD = (Path(__file__).parents[2] / "docs" / "odd.md").read_text()
MESA = {"unique_id", "pos"}  # what every Mesa agent has
VALUES = (BaseModel, TrainingRun, VintageAccount, PotentialEntrant, Workloads, Catalogue, Auditors)


def rows(heading: str) -> list[list[str]]:
    """Cells of the table whose first heading this is."""
    table = re.search(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", ODD, re.M)
    assert table, heading
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table[1].splitlines()]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def market(small: sim.Scenario) -> Market:
    return Market(small.config, 1, 0)


def test_entities_have_the_state_variables_that_are_listed(market: Market) -> None:
    told = {quoted(row[0])[0]: quoted(row[2]) for row in rows("entity")}
    assert all(is_dataclass(kind) for kind in VALUES)
    there = {kind.__name__: {field.name for field in fields(kind)} for kind in VALUES}
    # an agent's `model` is Mesa's name for the market; a provider's hides it with the model on sale
    agents = {"Provider": (market.providers[0], MESA)}
    agents |= {"Government": (market.governments[0], MESA | {"model"})}
    agents |= {"CustomerSegment": (market.segments[0], MESA | {"model"})}
    there |= {name: set(vars(agent)) - aside for name, (agent, aside) in agents.items()}
    assert {name: set(names) for name, names in told.items()} == there
    assert all(len(names) == len(set(names)) for names in told.values())
    (mesa_agents,) = {row[1] for row in rows("entity") if quoted(row[0])[0] in agents}
    assert mesa_agents == "Mesa agent"


def test_the_schedule_is_that_of_a_month() -> None:
    (step,) = ast.parse(dedent(inspect.getsource(Market.step))).body
    calls = [
        line.value.func
        for line in step.body
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)
    ]
    names = [call.id if isinstance(call, ast.Name) else call.attr for call in calls]
    assert names.pop() == "close_month"
    assert [quoted(row[0])[0] for row in rows("step")] == names


def test_groups_of_parameters_are_those_of_the_config() -> None:
    assert [quoted(row[0])[0] for row in rows("group") if len(row) == 2] == list(Config.model_fields)


def test_groups_of_outcomes_are_those_of_the_registry() -> None:
    table = re.search(r"^\| group \| file .*\n\|[-|]+\|\n((?:\|.*\n)+)", ODD, re.M)
    assert table
    told = [quoted(line) for line in table[1].splitlines()]
    registered = []
    for file, first in told:
        group = getattr(importlib.import_module(f"sim.outcomes.{file}"), file.upper())
        assert group[0].name == first
        registered += group
    assert tuple(registered) == outcomes.OUTCOMES


def test_submodels_are_where_they_are_said_to_be() -> None:
    told = rows("submodel")
    formulas = {name for row in told for name in quoted(row[1])}
    verbs = {name for row in told for name in quoted(row[2])}
    assert all(find_spec(f"sim.economics.{name}") for name in formulas)
    assert all(find_spec(f"sim.phases.{name}") for name in verbs)
    folder = Path(inspect.getfile(sim)).parent / "phases"
    aside = {
        "__init__",
        "money_view",
        "publishing",
        "reconcile",
        "policies",
        "accounts",
    }  # books, view, records
    assert {path.stem for path in folder.glob("*.py")} - aside - verbs <= set()
