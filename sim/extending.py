"""Rules of a user's own: decorators for them, and what may be asked while a scenario that brings them runs.

An extension is a Python file that a scenario names. It is loaded from the terminal only, and what it brings
holds for that scenario alone.
"""

import hashlib
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from sim.errors import UserError

Function = Callable[..., Any]


@dataclass(frozen=True)
class Extension:
    """A file of a user's own, as it was read."""

    file: str  # its name
    source: str

    @property
    def digest(self) -> str:
        """16 hexadecimal digits of its text."""
        return hashlib.blake2b(self.source.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Brought:
    """One thing that an extension brings."""

    file: str
    kind: str
    name: str
    act: Function
    unit: str = ""  # of an outcome
    label: str = ""  # of an outcome

    def __call__(self, *told: Any) -> Any:
        """Ask it; an error of it is told as the user's mistake."""
        try:
            return self.act(*told)
        except Exception as error:
            raise UserError(f"{self.place} failed: {_cause(error, self.file)}") from error

    @property
    def place(self) -> str:
        """Where it is, for a sentence."""
        return f"{self.file}: {self.kind} '{self.name}'"

    def refuse(self, answer: Any, expected: str) -> UserError:
        """What to raise about an answer that is of no use."""
        return UserError(f"{self.place} gave {answer!r}; expected {expected}.")


@dataclass
class _Shelf:
    """What is there: kind and name -> thing."""

    things: dict[tuple[str, str], Brought] = field(default_factory=dict)


ENTRY_RULE, TRAINING_RULE, MEASURE = "entry rule", "training rule", "measure"
VALUE_MAP, SLOPE, OUTCOME = "value map", "slope of the value map", "outcome"
_loading: list[tuple[str, _Shelf]] = []  # the extension that is being read
_active: list[_Shelf] = [_Shelf()]  # what the scenario in hand may use


def entry_rule(name: str) -> Function:
    """Whether a potential entrant comes: (value, losses, war_chance, sunk_cost) -> bool.

    All in USD but the chance; it replaces `sim.economics.entry.enters`.
    """
    return _registers(ENTRY_RULE, name)


def training_rule(name: str) -> Function:
    """What to train now: (view, own) -> budget in USD, or None.

    See `sim.published.Published` and `sim.agents.appraisal.Own`.
    """
    return _registers(TRAINING_RULE, name)


def measure(name: str) -> Function:
    """A law: (rules, names of the providers it is for) -> rules. See `sim.rules.Rules`."""
    return _registers(MEASURE, name)


def value_map(name: str, slope: Function) -> Function:
    """What capability is worth, (Q, nat) -> nat, and its slope, both of arrays. See `sim.economics.value`."""

    def keep(act: Function) -> Function:
        _registers(SLOPE, name)(slope)
        return _registers(VALUE_MAP, name)(act)

    return keep


def outcome(name: str, unit: str, label: str) -> Function:
    """A series of the whole market: (view) -> number; see `Noted` ones in `sim.outcomes` for examples."""
    return _registers(OUTCOME, name, unit, label)


def _registers(kind: str, name: str, unit: str = "", label: str = "") -> Function:
    def keep(act: Function) -> Function:
        if not _loading:
            raise UserError(f"{kind} '{name}': an extension is named by a scenario, not imported.")
        file, shelf = _loading[-1]
        if (kind, name) in shelf.things:
            raise UserError(f"{file}: {kind} '{name}' is there twice; rename one of them.")
        shelf.things[kind, name] = Brought(file, kind, name, act, unit, label)
        return act

    return keep


@cache
def read(extension: Extension) -> tuple[Brought, ...]:
    """Run the file once and return what it brings. Raises `UserError` for a file that cannot be used."""
    shelf = _Shelf()
    module = ModuleType(f"megamarket_extension_{extension.digest}")
    sys.modules[module.__name__] = module
    _loading.append((extension.file, shelf))
    try:
        exec(compile(extension.source, extension.file, "exec"), vars(module))
    except UserError:
        raise
    except SyntaxError as error:
        raise UserError(f"{extension.file}: line {error.lineno}: {error.msg}.") from None
    except Exception as error:
        raise UserError(f"{extension.file}: cannot be loaded: {_cause(error, extension.file)}") from error
    finally:
        _loading.pop()
    if not shelf.things:
        raise UserError(
            f"{extension.file}: brings nothing; use a decorator of sim.extending, see docs/extend.md."
        )
    return tuple(shelf.things.values())


def _cause(error: Exception, file: str) -> str:
    """The error and the last line of the user's file that it passed."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    where = f" in line {lines[-1]}" if lines else ""
    return f"{type(error).__name__}{where}: {error}."


@contextmanager
def in_use(extensions: Sequence[Extension]) -> Iterator[None]:
    """Let these extensions be asked, and no others, until the end of the block."""
    shelf = _Shelf()
    for thing in (thing for extension in extensions for thing in read(extension)):
        other = shelf.things.setdefault((thing.kind, thing.name), thing)
        if other is not thing:
            raise UserError(f"{thing.place} is in {other.file} too; rename one of them.")
    _active.append(shelf)
    try:
        yield
    finally:
        _active.pop()


def brought(kind: str, name: str) -> Brought:
    """The thing of a kind and a name. Raises `UserError` where no extension in use brings it."""
    problem = missing(kind, name)
    if problem:
        raise UserError(problem)
    return _active[-1].things[kind, name]


def missing(kind: str, name: str) -> str:
    """What is wrong with a name, in a sentence; empty if an extension in use brings it."""
    known = names(kind)
    if name in known:
        return ""
    there = f"there is {', '.join(known)}" if known else 'name its file in extensions = ["..."]'
    return f"no extension brings the {kind} '{name}'; {there}."


def names(kind: str) -> list[str]:
    """Names of the things of a kind that are in use."""
    return sorted(name for what, name in _active[-1].things if what == kind)


def outcomes() -> list[Brought]:
    """The outcomes that extensions in use bring."""
    return [brought(OUTCOME, name) for name in names(OUTCOME)]
