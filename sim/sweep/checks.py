"""Small checks of what a plan file says; each mistake is one sentence and none hides another."""

from typing import Any

from sim.errors import UserError
from sim.scenario.files import nearest


class Mistakes:
    """Sentences about a file, each once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def add(self, place: str, sentence: str) -> None:
        """Note a mistake at a place of the file."""
        found = f"{self.file}: {place}: {sentence}" if place else f"{self.file}: {sentence}"
        if found not in self.found:
            self.found.append(found)

    def from_scenario(self, place: str, error: UserError) -> None:
        """Note what a scenario says against values that the file sets."""
        for problem in error.problems:
            own = problem.startswith("settings: ")
            self.add(place if own else "", problem.removeprefix("settings: "))

    def raise_any(self) -> None:
        """Raise `UserError` if there are mistakes."""
        if self.found:
            raise UserError(self.found)


def _join(table: str, key: str) -> str:
    return f"{table}.{key}" if table else key


def only(said: dict[str, Any], known: tuple[str, ...], table: str, mistakes: Mistakes) -> None:
    """Refuse keys that are not known."""
    for key in said:
        if key not in known:
            mistakes.add(_join(table, key), f"unknown key.{nearest(key, list(known))}")


def whole(
    said: dict[str, Any], key: str, default: int, low: int, high: int, mistakes: Mistakes, table: str = ""
) -> int:
    """A whole number between bounds."""
    value = said.get(key, default)
    good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if key in said and not good:
        mistakes.add(_join(table, key), f"is {value!r}; expected a whole number from {low:,} to {high:,}.")
        return default
    return int(value)


def number(said: dict[str, Any], key: str, default: float, low: float, mistakes: Mistakes) -> float:
    """A finite number of at least `low`."""
    value = said.get(key, default)
    if not is_number(value) or not low <= value < float("inf"):
        mistakes.add(key, f"is {value!r}; expected a number of at least {low:g}.")
        return default
    return float(value)


def text(said: dict[str, Any], key: str, default: str, mistakes: Mistakes) -> str:
    """Words."""
    value = said.get(key, default)
    if not isinstance(value, str):
        mistakes.add(key, f"is {value!r}; expected text.")
        return default
    return value


def listed(
    said: dict[str, Any], key: str, default: list[str], mistakes: Mistakes, table: str = ""
) -> list[str]:
    """A name or a list of names."""
    value = said.get(key, default)
    value = [value] if isinstance(value, str) else value
    if (
        not isinstance(value, list)
        or not all(isinstance(item, str) for item in value)
        or value == [] != default
    ):
        mistakes.add(_join(table, key), f"is {value!r}; expected a name or a list of names.")
        return default
    return value


def is_number(value: Any) -> bool:
    """Whether a value is a number (a switch is none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)
