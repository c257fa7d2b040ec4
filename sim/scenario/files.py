"""Finds scenario files, parses them and puts their layers in order, base first."""

import difflib
import tomllib
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.errors import UserError
from sim.extending import Extension

LARGEST_FILE = 5_000_000  # bytes
POLICIES = "policies"  # folder of the presets


@dataclass(frozen=True)
class Layer:
    """One file's statements, or those of the command line."""

    label: str
    data: dict[str, Any]
    shipped: bool = False
    policy: bool = False  # a preset of measures, put on top of a scenario
    extensions: tuple[Path, ...] = ()  # files of rules of the user's own


def shipped_folder() -> Path:
    """The folder of the scenarios that come with the program."""
    spec = find_spec("scenarios")
    if spec is None or not spec.submodule_search_locations:
        raise UserError("The folder 'scenarios' is not installed: install megamarket again.")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def shipped() -> dict[str, Path]:
    """Name -> file of every shipped scenario."""
    return {path.stem: path for path in sorted(shipped_folder().glob("*.toml"))}


def presets() -> dict[str, Path]:
    """Name -> file of every preset of measures that comes with the program."""
    return {path.stem: path for path in sorted((shipped_folder() / POLICIES).glob("*.toml"))}


def preset_layers(name: str, below: list[Layer]) -> list[Layer]:
    """The layers that a preset of measures, by name or path, adds to those of a scenario.

    Raises `UserError` for a name that is not shipped.
    """
    known = presets()
    if name not in known and not name.endswith(".toml"):
        raise UserError(
            f"There is no policy '{name}'.{nearest(name, list(known))} Shipped are {', '.join(known)}; "
            "a file of your own is given by its path and ends in .toml."
        )
    there = {layer.label for layer in below}
    found = layers(known.get(name, Path(name)))
    return [replace(layer, policy=True) for layer in found if layer.label not in there]


def nearest(word: str, known: list[str]) -> str:
    """A hint such as ` Did you mean 'demand'?`, or nothing."""
    close = difflib.get_close_matches(word, known, n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def locate(name: str) -> Path:
    """The file of a shipped scenario's name, or of a path."""
    known = shipped()
    if name in known:
        return known[name]
    path, inside = Path(name), shipped_folder() / name
    if path.exists():
        return path
    if path.suffix == ".toml":
        return inside if inside.is_file() else path
    raise UserError(
        f"There is no scenario '{name}'.{nearest(name, list(known))} Shipped are {', '.join(known)}; "
        "a file of your own is given by its path and ends in .toml."
    )


def parse(path: Path) -> dict[str, Any]:
    """The statements of one file; a sentence, never a traceback, if it cannot be read."""
    if path.is_dir():
        raise UserError(f"{path.name}: is a folder; expected a scenario file that ends in .toml.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UserError(f"{path.name}: is larger than {LARGEST_FILE:,} bytes, too large for a scenario.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path.name}: there is no such file.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name}: is not a text file in UTF-8; expected TOML.") from None
    except OSError as error:
        raise UserError(f"{path.name}: cannot be read ({error.strerror}).") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path.name}: is not valid TOML: {error}.") from None
    if not data:
        raise UserError(f'{path.name}: is empty; start with extends = ["baseline.toml"] and a title.')
    return data


def layers(path: Path, _below: tuple[Path, ...] = ()) -> list[Layer]:
    """The file and all that it extends, base first, each file once."""
    path = path.resolve()
    if path in _below:
        chain = " -> ".join(p.name for p in (*_below[_below.index(path) :], path))
        raise UserError(f"{path.name}: extends itself ({chain}); remove one of these lines.")
    data = parse(path)
    ordered: dict[str, Layer] = {}
    for base in _bases(path, data.pop("extends", [])):
        for layer in layers(base, (*_below, path)):
            ordered.setdefault(layer.label, layer)
    shipped = path.is_relative_to(shipped_folder())
    label = str(path.relative_to(shipped_folder())) if shipped else path.name
    extensions = _extensions(path, data.pop("extensions", []))
    return [*ordered.values(), Layer(label, data, shipped, extensions=extensions)]


def _bases(path: Path, extends: Any) -> list[Path]:
    if not isinstance(extends, list) or not all(isinstance(item, str) for item in extends):
        raise UserError(
            f'{path.name}: extends is {extends!r}; expected a list of file names such as ["baseline.toml"].'
        )
    found = []
    for item in extends:
        options = [path.parent / item, shipped_folder() / item]
        if not any(option.is_file() for option in options):
            raise UserError(
                f"{path.name}: extends '{item}', which is neither beside it nor among the shipped scenarios."
                + nearest(item, [f"{name}.toml" for name in shipped()])
            )
        found.append(next(option for option in options if option.is_file()))
    return found


def _extensions(path: Path, files: Any) -> tuple[Path, ...]:
    """Where the files of extensions lie that a scenario file names; they are not read yet."""
    if not isinstance(files, list) or not all(isinstance(f, str) and f.endswith(".py") for f in files):
        raise UserError(
            f'{path.name}: extensions is {files!r}; expected a list of Python files such as ["my_rule.py"].'
        )
    return tuple(path.parent / file for file in files)


def read_extension(path: Path) -> Extension:
    """An extension as it stands in its file. Raises `UserError` if it cannot be read."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UserError(
                f"{path.name}: is larger than {LARGEST_FILE:,} bytes, too large for an extension."
            )
        return Extension(path.name, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path.name}: there is no such file in {path.parent}.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name}: is not a text file in UTF-8; expected Python.") from None
    except OSError as error:
        raise UserError(f"{path.name}: cannot be read ({error.strerror}).") from None


def command_line_layer(settings: list[str]) -> Layer | None:
    """The layer that `--set PATH=VALUE` statements make."""
    problems: list[str] = []
    data: dict[str, Any] = {}
    for statement in settings:
        path, sign, text = statement.partition("=")
        if not sign or not path.strip() or not text.strip():
            problems.append(f"--set {statement}: expected PATH=VALUE, such as demand.price_sensitivity=2.0.")
            continue
        problem = _put(data, path.strip().split("."), value_of(text.strip()))
        problems += [f"--set {statement}: {problem}"] if problem else []
    if problems:
        raise UserError(problems)
    return Layer("--set", data) if data else None


def settings_layer(settings: dict[str, Any]) -> Layer:
    """The layer that a mapping of dotted paths to values makes."""
    data: dict[str, Any] = {}
    problems = [(path, _put(data, path.split("."), value)) for path, value in settings.items()]
    if any(problem for _, problem in problems):
        raise UserError(f"{path}: {problem}" for path, problem in problems if problem)
    return Layer("settings", data)


def _put(data: dict[str, Any], keys: list[str], value: Any) -> str | None:
    for key in keys[:-1]:
        data = data.setdefault(key, {})
        if not isinstance(data, dict):
            return f"'{key}' was already given a value."
    if keys[-1] in data:
        return "this path was already given."
    data[keys[-1]] = value
    return None


def value_of(text: str) -> Any:
    """A value as TOML writes it; what is no TOML is taken as a word."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
