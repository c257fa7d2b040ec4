"""A scenario: layered files, checked at once, with the provenance of every value."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from sim.config import Config
from sim.errors import UserError
from sim.extending import Extension, in_use
from sim.scenario.files import (
    Layer,
    command_line_layer,
    layers,
    locate,
    preset_layers,
    read_extension,
    settings_layer,
)
from sim.scenario.reader import Leaf, Reading, read_group
from sim.scenario.sources import SET_BY_USER, sources

HEADINGS = ("title", "question", "description")


@dataclass(frozen=True)
class Scenario:
    """A named, checked set of parameters and where each value comes from."""

    name: str
    title: str
    question: str
    description: str
    config: Config
    leaves: tuple[Leaf, ...]
    layers: tuple[Layer, ...]
    extensions: tuple[Extension, ...] = ()  # files of rules of the user's own, as they were read

    @cached_property
    def digest(self) -> str:
        """A short hash of all parameter values and extensions; equal ones, equal digest."""
        canonical = json.dumps(self.config.model_dump(mode="json"), sort_keys=True)
        canonical += "".join(extension.digest for extension in self.extensions)
        return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()

    @property
    def provenance(self) -> pd.DataFrame:
        """One row a value: path, value, unit, low, high, source, kind, verified, note, file, meaning."""
        rows = [vars(leaf) | _source_columns(leaf.source) for leaf in self.leaves]
        order = [
            "path", "value", "unit", "low", "high", "source", "kind", "verified", "note", "file", "meaning",
        ]  # fmt: skip
        return pd.DataFrame(rows)[order]

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """What a user's own files and settings changed: path, value, unit, before, file.

        Compared with the shipped layers, or with the baseline where a file stands alone.
        """
        shipped = [layer for layer in self.layers if layer.shipped and not layer.policy]
        reference = _build(self.name, shipped) if shipped else load("baseline")
        before = {leaf.path: leaf.value for leaf in reference.leaves}
        rows = [
            {"path": leaf.path, "value": leaf.value, "unit": leaf.unit, "before": before.get(leaf.path)}
            | {"file": leaf.file}
            for leaf in self.leaves
            if before.get(leaf.path) != leaf.value
        ]
        gone = {_table(path) for path in before} - {_table(leaf.path) for leaf in self.leaves}
        return rows + [
            {"path": path, "value": "removed", "unit": "", "before": "there", "file": self.layers[-1].label}
            for path in sorted(gone)
        ]

    def amend(self, settings: dict[str, Any]) -> "Scenario":
        """The same scenario with some values set anew, by dotted path."""
        return _build(self.name, [*self.layers, settings_layer(settings)], self.extensions)


def _table(path: str) -> str:
    """The group, or named table, that a path lies in."""
    return ".".join(path.split(".")[:2])


def _source_columns(key: str) -> dict[str, Any]:
    source = sources().get(key)
    return {"kind": source.kind, "verified": source.verified} if source else {"kind": "", "verified": None}


def load(
    name: str | Path,
    settings: dict[str, Any] | None = None,
    overrides: list[str] | None = None,
    policies: Sequence[str] = (),
    extensions: bool = False,
) -> Scenario:
    """Load a shipped scenario by name or a file by path.

    `settings` maps dotted paths to values, `overrides` holds statements like
    `demand.price_sensitivity=2.0` as the command line takes them, `policies` names presets of measures.
    `extensions` says whether the Python files that a scenario may name are run; they can do anything.
    Raises `UserError` with every mistake found.
    """
    path = locate(str(name))
    stack = layers(path)
    policies = list(dict.fromkeys(policies))
    for policy in policies:
        stack += preset_layers(policy, stack)
    extra = command_line_layer(overrides or [])
    stack += [extra] if extra else []
    stack += [settings_layer(settings)] if settings else []
    name = "+".join([path.stem, *(Path(policy).stem for policy in policies)])
    return _build(name, stack, _brought(stack, extensions))


def load_with(extensions: tuple[Extension, ...], settings: dict[str, Any]) -> Scenario:
    """The baseline with extensions, which settings may name."""
    return _build("baseline", [*layers(locate("baseline")), settings_layer(settings)], extensions)


def _brought(stack: list[Layer], allowed: bool) -> tuple[Extension, ...]:
    """The extensions that layers name, each once. Raises `UserError` where they may not be run."""
    files = {path.resolve(): layer for layer in stack for path in layer.extensions}
    if files and not allowed:
        raise UserError(
            f"{layer.label}: extensions: {path.name} is a program; play it with megamarket run, "
            "which alone loads extensions."
            for path, layer in files.items()
        )
    return tuple(read_extension(path) for path in files)


def _build(name: str, stack: list[Layer], extensions: tuple[Extension, ...] = ()) -> Scenario:
    reading = Reading()
    headings = _headings(stack, reading)
    bodies = [
        (layer.label, {key: said for key, said in layer.data.items() if key not in HEADINGS})
        for layer in stack
    ]
    values = read_group(Config, list(bodies), "", reading)
    if reading.problems:
        raise UserError(dict.fromkeys(reading.problems))
    try:
        with in_use(extensions):
            config = Config.model_validate(values)
    except ValidationError as error:
        raise UserError(f"{name}.toml: {_plain(problem)}" for problem in error.errors()) from None
    return Scenario(
        name, headings.get("title", name), headings.get("question", ""), headings.get("description", ""),
        config, tuple(reading.leaves), tuple(stack), extensions,
    )  # fmt: skip


def _headings(stack: list[Layer], reading: Reading) -> dict[str, str]:
    """Title, question and description of the scenario: a file's own, or the name where it says none.

    Measures on top add their title to it.
    """
    found: dict[str, str] = {}
    added: list[str] = []
    for layer in stack:
        said = {key: layer.data[key] for key in HEADINGS if key in layer.data}
        for key, value in said.items():
            if not isinstance(value, str):
                reading.blame(layer.label, key, f"is {value!r}; expected text.")
        if layer.policy:
            added.append(str(said.get("title", layer.label)))
        else:
            found |= said
    if added and "title" in found:
        found["title"] = " with ".join([found["title"], " and ".join(added)])
    return found


def _plain(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    sentence = str(problem["msg"]).removeprefix("Value error, ")
    return f"{place}: {sentence}" if place else sentence


__all__ = ["SET_BY_USER", "Layer", "Leaf", "Scenario", "load", "load_with"]
