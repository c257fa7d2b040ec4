"""What a user asks for: a scenario, measures, changed values and luck; as link, command, Python and file."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import tomli_w

from sim.errors import UserError
from sim.scenario import Scenario, load
from sim.scenario.files import POLICIES, presets, value_of
from sim.sweep.keys import model_version

USUAL_RUNS = 8
Query = dict[str, str | list[str]]


@dataclass(frozen=True)
class Study:
    """A question as a user put it together; equal studies give equal values."""

    scenario: str = "baseline"
    settings: tuple[tuple[str, Any], ...] = ()  # dotted path -> value
    seed: int = 0
    months: int | None = None  # the scenario's own if not given
    replications: int = field(default_factory=lambda: USUAL_RUNS)
    policies: tuple[str, ...] = ()  # presets of measures on top, by name

    def resolve(self) -> Scenario:
        """The scenario with measures and changed values. Raises `UserError` with every mistake."""
        return _resolved(self.scenario, self.settings, self.policies)

    @property
    def plain(self) -> "Study":
        """The same scenario and measures as shipped, without changed values."""
        return Study(self.scenario, policies=self.policies)

    def having(self, settings: Mapping[str, Any]) -> "Study":
        """The same study with some values set anew."""
        return replace(self, settings=tuple(sorted((dict(self.settings) | dict(settings)).items())))

    @property
    def query(self) -> Query:
        """The study as parameters of a link; what is as usual is left out."""
        found: Query = {}
        if self.scenario != "baseline":
            found["scenario"] = self.scenario
        if self.policies:
            found["policy"] = list(self.policies)
        if self.settings:
            found["set"] = statements(self.settings)
        if self.seed:
            found["seed"] = str(self.seed)
        if self.months is not None:
            found["months"] = str(self.months)
        return found


@lru_cache(maxsize=128)
def _resolved(scenario: str, settings: tuple[tuple[str, Any], ...], policies: tuple[str, ...]) -> Scenario:
    return load(scenario, settings=dict(settings) or None, policies=policies)


def read_query(query: Mapping[str, Sequence[str]]) -> Study:
    """The study that a link holds. Raises `UserError` for what cannot be read."""
    problems, settings = [], {}
    for statement in query.get("set", ()):
        path, sign, text = statement.partition("=")
        if sign and path and text:
            settings[path] = _hashable(value_of(text))
        else:
            problems.append(f"The link holds set={statement}; expected set=PATH=VALUE.")
    counts: dict[str, int] = {}
    for name in ("seed", "months"):
        for text in query.get(name, ())[:1]:
            if text.isdecimal():
                counts[name] = int(text)
            else:
                problems.append(f"The link holds {name}={text}; expected a whole number.")
    if problems:
        raise UserError(problems)
    scenario = next(iter(query.get("scenario", ())), "baseline")
    if not scenario.isidentifier():
        raise UserError(
            f"The link names the scenario '{scenario}'; expected one that comes with the program."
        )
    policies = tuple(dict.fromkeys(query.get("policy", ())))
    strange = [name for name in policies if name not in presets()]
    if strange:
        raise UserError(
            f"The link names the measure '{name}'; it does not come with the program." for name in strange
        )
    return Study(scenario, tuple(sorted(settings.items())), policies=policies, **counts)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def statements(settings: Sequence[tuple[str, Any]]) -> list[str]:
    """Settings as `--set` takes them."""
    return [f"{path}={_toml(value)}" for path, value in settings]


def _toml(value: Any) -> str:
    """A value as TOML; a word as it is, unless it would be read as something else."""
    if isinstance(value, str):
        return value if value.strip() == value and value_of(value) == value else json.dumps(value)
    if isinstance(value, dict | tuple | list):
        return json.dumps(value)
    return tomli_w.dumps({"x": value}).partition("=")[2].strip()


def command(
    scenario: str,
    months: int,
    seed: int,
    replications: int,
    settings: Sequence[str] | None = None,
    policies: Sequence[str] | None = None,
) -> str:
    """The command that makes a result again."""
    words = ["megamarket", "run", scenario, "--months", months, "--seed", seed]
    words += ["--replications", replications]
    words += [word for policy in policies or [] for word in ("--policy", policy)]
    words += [word for setting in settings or [] for word in ("--set", setting)]
    return shlex.join(str(word) for word in words)


def python(study: Study, months: int, replications: int) -> str:
    """The same as a few lines of Python."""
    settings = "".join(f"    {path!r}: {value!r},\n" for path, value in study.settings)
    told = f", policies={list(study.policies)!r}" if study.policies else ""
    told += f", settings={{\n{settings}}}" if settings else ""
    return (
        "import sim\n\n"
        f"scenario = sim.load({study.scenario!r}{told})\n"
        f"runs = [sim.run(scenario, months={months}, seed={study.seed}, replication=k) "
        f"for k in range({replications})]\n"
    )


def toml(study: Study, scenario: Scenario) -> str:
    """The study as a scenario file of one's own, which says what made it."""
    document: dict[str, Any] = {
        "title": f"{scenario.title}, changed" if study.settings else scenario.title,
        "question": scenario.question,
        "extends": [f"{study.scenario}.toml", *(f"{POLICIES}/{name}.toml" for name in study.policies)],
    }
    for path, value in study.settings:
        *groups, name = path.split(".")
        table = document
        for group in groups:
            table = table.setdefault(group, {})
        table[name] = list(value) if isinstance(value, tuple) else value
    head = f"# Parameters {scenario.digest}, model {model_version()}, seed {study.seed}.\n"
    return head + tomli_w.dumps(document)


def changes(base: Scenario, other: Scenario) -> dict[str, Any]:
    """The settings that turn one scenario into another, by dotted path."""
    before = {leaf.path: leaf.value for leaf in base.leaves}
    found = {leaf.path: leaf.value for leaf in other.leaves if before.get(leaf.path) != leaf.value}
    stay = {_place(leaf.path) for leaf in other.leaves}
    gone = {_place(path) for path in before} - stay
    return found | dict.fromkeys(sorted(gone), False)


def _place(path: str) -> str:
    """The named table that a path lies in, or its group."""
    return ".".join(path.split(".")[:2])
