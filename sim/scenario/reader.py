"""Walks the schema over all layers of a scenario, collects its values and every mistake in them."""

from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.config.base import Group, NamedTables
from sim.scenario.checks import expected, mistake, unit_of
from sim.scenario.files import nearest
from sim.scenario.sources import SET_BY_USER, SOURCES_FILE, sources

Stack = list[tuple[str, Any]]  # (label of the layer, what it says), base first
TABLE_KEYS = ("value", "unit", "low", "high", "source", "note")


@dataclass(frozen=True)
class Leaf:
    """One value of a scenario and where it comes from; `unit` is empty for words and switches."""

    path: str
    value: Any
    file: str
    meaning: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    source: str = ""
    note: str = ""

    @property
    def outside_range(self) -> bool:
        """Whether the value lies outside the range that its source supports."""
        return self.low is not None and self.high is not None and not self.low <= self.value <= self.high


@dataclass
class Reading:
    """What a walk brings home."""

    leaves: list[Leaf] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def blame(self, label: str, path: str, sentence: str) -> None:
        """Note a mistake."""
        self.problems.append(f"{label}: {path}: {sentence}" if path else f"{label}: {sentence}")


def read_group(model: type[Group], stack: Stack, path: str, into: Reading) -> dict[str, Any]:
    """Values of all fields of a group."""
    known = [name for name in model.model_fields if name != "name"]
    tables: Stack = []
    for label, said in stack:
        if not isinstance(said, dict):
            into.blame(label, path, f"is {said!r}; expected a table with {', '.join(known)}.")
            continue
        for key in said:
            if key not in known:
                into.blame(label, _join(path, key), f"unknown key.{nearest(key, known)}")
        tables.append((label, said))
    values: dict[str, Any] = {}
    for key in known:
        below = [(label, said[key]) for label, said in tables if key in said]
        values |= _read_field(key, model.model_fields[key], below, _join(path, key), into)
    return values


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _read_field(key: str, info: FieldInfo, stack: Stack, path: str, into: Reading) -> dict[str, Any]:
    """`{key: value}`, or nothing where the value is missing or wrong."""
    marker = next((m for m in info.metadata if isinstance(m, NamedTables)), None)
    if marker is not None:
        return {key: _read_named(_groups(get_args(info.annotation)[0]), stack, path, into)}
    groups = _groups(info.annotation)
    if groups:
        stack = _after_last_false(stack)
        if not stack and not info.is_required():
            return {key: info.default}
        read = _read_union if len(groups) > 1 else _read_single
        return {key: read(groups, stack, path, into)}
    if not stack:
        into.problems.append(
            f"{path}: is missing; expected {expected(info)}. Extend baseline.toml or add it."
        )
        return {}
    leaf = (
        _read_quantity(info, stack, path, into) if unit_of(info) else _read_setting(info, stack, path, into)
    )
    if leaf is None:
        return {}
    into.leaves.append(leaf)
    return {key: leaf.value}


def _groups(annotation: Any) -> list[type[Group]]:
    """The groups among the alternatives of an annotation."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    options = get_args(annotation) if get_origin(annotation) in (UnionType, Union) else (annotation,)
    return [option for option in options if isinstance(option, type) and issubclass(option, Group)]


def _after_last_false(stack: Stack) -> Stack:
    """What is said after a layer removed the thing."""
    last = max((i for i, (_, said) in enumerate(stack) if said is False), default=-1)
    return stack[last + 1 :]


def _read_named(
    models: list[type[Group]], stack: Stack, path: str, into: Reading
) -> tuple[dict[str, Any], ...]:
    """Values of all named tables, by name; several models are alternatives that `kind` chooses among."""
    tables: Stack = []
    for label, said in stack:
        if isinstance(said, dict):
            tables.append((label, said))
        else:
            into.blame(label, path, f"is {said!r}; expected tables with names, such as [{path}.some_name].")
    names = sorted({name for _, said in tables for name in said})
    found = []
    for name in names:
        below = [(label, said[name]) for label, said in tables if name in said]
        _check_removal(below, _join(path, name), names, into)
        below = _after_last_false(below)
        if below:
            _check(models[0].model_fields["name"], name, below[0][0], _join(path, name), into)
            read = _read_union if len(models) > 1 else _read_single
            found.append({"name": name, **read(models, below, _join(path, name), into)})
    return tuple(found)


def _read_single(groups: list[type[Group]], stack: Stack, path: str, into: Reading) -> dict[str, Any]:
    return read_group(groups[0], stack, path, into)


def _check_removal(stack: Stack, path: str, names: list[str], into: Reading) -> None:
    label, said = stack[0]
    if said is False:
        others = [name for name in names if name != path.rpartition(".")[2]]
        into.blame(
            label, path, f"cannot be removed: it is not there.{nearest(path.rpartition('.')[2], others)}"
        )


def _read_union(groups: list[type[Group]], stack: Stack, path: str, into: Reading) -> dict[str, Any]:
    """The alternative that the last `kind` names; what was said for another kind falls away."""
    by_kind = {get_args(group.model_fields["kind"].annotation)[0]: group for group in groups}
    kinds = [
        (i, said["kind"]) for i, (_, said) in enumerate(stack) if isinstance(said, dict) and "kind" in said
    ]
    if not kinds:
        into.problems.append(f"{path}.kind: is missing; expected one of {', '.join(by_kind)}.")
        return {}
    last, kind = kinds[-1]
    if kind not in by_kind:
        hint = nearest(str(kind), list(by_kind))
        into.blame(
            stack[last][0], f"{path}.kind", f"is {kind!r}; expected one of {', '.join(by_kind)}.{hint}"
        )
        return {}
    changed = [i for i, said in kinds if said != kind]
    return read_group(by_kind[kind], stack[max(changed, default=-1) + 1 :], path, into)


def _read_setting(info: FieldInfo, stack: Stack, path: str, into: Reading) -> Leaf | None:
    stack = [(label, tuple(said) if isinstance(said, list) else said) for label, said in stack]
    good = [_check(info, said, label, path, into) for label, said in stack]
    label, said = stack[-1]
    return Leaf(path, said, label, info.description or "") if all(good) else None


def _read_quantity(info: FieldInfo, stack: Stack, path: str, into: Reading) -> Leaf | None:
    leaf: Leaf | None = None
    unit, meaning = unit_of(info), info.description or ""
    for label, said in stack:
        if isinstance(said, dict):
            leaf = _read_table(info, said, label, path, into)
        elif _check(info, said, label, path, into):
            low, high = (leaf.low, leaf.high) if leaf else (None, None)
            leaf = Leaf(path, said, label, meaning, unit, low, high, SET_BY_USER)
        else:
            leaf = None
    return leaf


def _read_table(info: FieldInfo, said: dict[str, Any], label: str, path: str, into: Reading) -> Leaf | None:
    before = len(into.problems)
    for key in said:
        if key not in TABLE_KEYS:
            into.blame(label, _join(path, key), f"unknown key.{nearest(key, list(TABLE_KEYS))}")
    for key in ("value", "unit", "source"):
        if key not in said:
            into.blame(label, path, f"has no {key}; {_remedy(key, unit_of(info))}")
    if "unit" in said and said["unit"] != unit_of(info):
        into.blame(label, path, f"unit is '{said['unit']}', but this quantity is in '{unit_of(info)}'.")
    if "source" in said and said["source"] not in sources():
        hint = nearest(str(said["source"]), list(sources()))
        into.blame(label, path, f"source '{said['source']}' is not in scenarios/{SOURCES_FILE}.{hint}")
    if not isinstance(said.get("note", ""), str):
        into.blame(label, path, f"note is {said['note']!r}; expected text.")
    for key in ("value", "low", "high"):
        if key in said:
            _check(info, said[key], label, path if key == "value" else _join(path, key), into)
    if len(into.problems) == before:
        _check_order(said, label, path, into)
    if len(into.problems) > before:
        return None
    rest = {key: said[key] for key in ("unit", "low", "high", "source", "note") if key in said}
    return Leaf(path, said["value"], label, info.description or "", **rest)


def _remedy(key: str, unit: str) -> str:
    return {
        "value": "expected value = a number.",
        "unit": f"expected unit = '{unit}'.",
        "source": f"name one of scenarios/{SOURCES_FILE}, or write a bare number to set it yourself.",
    }[key]


def _check_order(said: dict[str, Any], label: str, path: str, into: Reading) -> None:
    low, high = said.get("low", said["value"]), said.get("high", said["value"])
    if not low <= said["value"] <= high:
        into.blame(label, path, f"value {said['value']:g} is not between low {low:g} and high {high:g}.")


def _check(info: FieldInfo, value: Any, label: str, path: str, into: Reading) -> bool:
    """Whether the value fits; blames it if not."""
    sentence = mistake(info, value)
    if sentence:
        into.blame(label, path, sentence)
    return not sentence
