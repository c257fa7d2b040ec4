"""Reads a plan file and finds every mistake in it before anything starts."""

import tomllib
from pathlib import Path
from typing import Any

from sim.errors import UserError
from sim.model import LONGEST_RUN, TABLES
from sim.outcomes import OUTCOMES
from sim.scenario import Scenario, load
from sim.scenario.files import nearest, shipped_folder
from sim.sweep.checks import Mistakes, listed, number, only, text, whole
from sim.sweep.design_reading import read_design
from sim.sweep.factor_reading import flat
from sim.sweep.factors import SCENARIO
from sim.sweep.plan import Design, Plan, Record
from sim.sweep.trial import try_levels, try_points

KEYS = (
    "title",
    "question",
    "scenario",
    "policies",
    "months",
    "seed",
    "replications",
    "time_limit",
    "settings",
    "design",
    "record",
)
RECORD_KEYS = ("outcomes", "every", "tables")
LARGEST_PLAN = 5_000_000  # runs
SHIPPED = "sweeps"


def shipped_plans() -> dict[str, Path]:
    """Name -> file of every plan that comes with the program."""
    return {path.stem: path for path in sorted((shipped_folder() / SHIPPED).glob("*.toml"))}


def read_plan(
    name: str | Path,
    replications: int | None = None,
    months: int | None = None,
    samples: int | None = None,
) -> Plan:
    """Read a shipped plan by name or a file by path; the counts replace the plan's own.

    Raises `UserError` with every mistake found.
    """
    path = _locate(str(name))
    said = _parse(path)
    given = {"replications": replications, "months": months}
    said |= {key: value for key, value in given.items() if value is not None}
    if samples is not None and isinstance(said.get("design"), dict):
        said["design"] |= {"samples": samples}
    mistakes = Mistakes(path.name)
    plan = _plan(path, said, mistakes)
    mistakes.raise_any()
    assert plan is not None
    if plan.size > LARGEST_PLAN:
        raise UserError(
            f"{path.name}: makes {plan.size:,} runs; {LARGEST_PLAN:,} are the most. Vary fewer factors."
        )
    try_points(plan, mistakes)
    mistakes.raise_any()
    return plan


def _locate(name: str) -> Path:
    known = shipped_plans()
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return path
    raise UserError(
        f"There is no plan '{name}'.{nearest(name, list(known))} Shipped are {', '.join(known)}; a plan of "
        "your own is given by its path and ends in .toml."
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file.") from None
    except (IsADirectoryError, UnicodeDecodeError):
        raise UserError(f"{path}: is not a text file in UTF-8; expected a plan in TOML.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path.name}: is not valid TOML: {error}.") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).") from None
    if not said:
        raise UserError(f"{path.name}: is empty; expected a plan, see docs/sweeps.md.")
    return said


def _plan(path: Path, said: dict[str, Any], mistakes: Mistakes) -> Plan | None:
    """The plan, or nothing where a mistake hides it."""
    only(said, KEYS, "", mistakes)
    title = text(said, "title", path.stem, mistakes)
    crossed = _names(said, mistakes)
    choice = _chosen(said)
    scenarios = _scenarios([*crossed, *choice], said, mistakes)
    months = whole(said, "months", 0, 1, LONGEST_RUN, mistakes) or None
    seed = whole(said, "seed", 1, 0, 2**63 - 1, mistakes)
    replications = whole(said, "replications", 1, 1, 1_000_000, mistakes)
    time_limit = number(said, "time_limit", 0.0, 0.0, mistakes)
    record = _record(said.get("record", {}), mistakes)
    design = Design("grid")
    if scenarios:
        base = next(iter(scenarios.values()))
        design = read_design(said.get("design"), base, path, mistakes) or design
        if mistakes.found:
            try_levels(base, design, mistakes)
    if not scenarios or mistakes.found:
        return None
    return Plan(
        path.stem, title, text(said, "question", "", mistakes), scenarios, months, seed, replications,
        time_limit, design, record, tuple(crossed), _inherited(said, scenarios),
    )  # fmt: skip


def _names(said: dict[str, Any], mistakes: Mistakes) -> list[str]:
    names = listed(said, "scenario", ["baseline"], mistakes)
    for name in {name for name in names if names.count(name) > 1}:
        mistakes.add("scenario", f"names '{name}' twice.")
    return list(dict.fromkeys(names))


def _chosen(said: dict[str, Any]) -> list[str]:
    """Scenarios among which a factor or a list of points chooses."""
    design = said.get("design")
    if not isinstance(design, dict):
        return []
    factors, points = design.get("factors"), design.get("points")
    found = factors.get(SCENARIO, []) if isinstance(factors, dict) else []
    if isinstance(points, list):
        found = [p[SCENARIO] for p in points if isinstance(p, dict) and SCENARIO in p]
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _scenarios(names: list[str], said: dict[str, Any], mistakes: Mistakes) -> dict[str, Scenario]:
    """Scenarios by name, with the plan's policies and settings."""
    settings, policies = said.get("settings", {}), listed(said, "policies", [], mistakes)
    if not isinstance(settings, dict):
        mistakes.add("settings", f"is {settings!r}; expected a table of values by path.")
        settings = {}
    found = {}
    for name in dict.fromkeys(names):
        try:
            found[name] = load(name, settings=flat(settings) or None, policies=policies)
        except UserError as error:
            mistakes.from_scenario("settings", error)
    return found


def _record(said: Any, mistakes: Mistakes) -> Record:
    if not isinstance(said, dict):
        mistakes.add("record", f"is {said!r}; expected a table with {', '.join(RECORD_KEYS)}.")
        return Record()
    only(said, RECORD_KEYS, "record", mistakes)
    known = [outcome.name for outcome in OUTCOMES]
    outcomes = listed(said, "outcomes", [], mistakes, "record")
    for name in (name for name in outcomes if name not in known):
        mistakes.add("record.outcomes", f"'{name}' is no outcome.{nearest(name, known)}")
    further = [name for name in TABLES if name not in ("months", "regimes")]  # which are always recorded
    tables = listed(said, "tables", [], mistakes, "record")
    for name in (name for name in tables if name not in further):
        mistakes.add(
            "record.tables", f"'{name}' is no further table of a run; expected some of {', '.join(further)}."
        )
    every = whole(said, "every", 1, 1, LONGEST_RUN, mistakes, "record")
    return Record(tuple(outcomes), every, tuple(dict.fromkeys(tables)))


def _inherited(said: dict[str, Any], scenarios: dict[str, Scenario]) -> tuple[tuple[str, str], ...]:
    """What the plan leaves open and what is taken instead."""
    rows = []
    if "months" not in said:
        months = ", ".join(f"{s.config.calendar.months} ({name})" for name, s in scenarios.items())
        rows.append(("months", months))
    defaults = {
        "scenario": "baseline", "seed": "1", "replications": "1", "time_limit": "none",
        "record.outcomes": "all", "record.every": "1 month", "record.tables": "the monthly outcomes only",
    }  # fmt: skip
    record = said.get("record", {})
    rows += [(k, v) for k, v in defaults.items() if k not in said and k.removeprefix("record.") not in record]
    workloads = {name: s.config.demand.workloads for name, s in scenarios.items()}
    if "demand.workloads" not in flat(said.get("settings", {})):
        rows.append(("demand.workloads", ", ".join(f"{n:,} ({name})" for name, n in workloads.items())))
    return tuple(rows)
