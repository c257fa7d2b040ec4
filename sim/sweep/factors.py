"""What a sweep varies: values in a list, a range, or whole rows of a table."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

SCENARIO = "scenario"  # the factor that chooses among scenarios
ROWS = "row"  # the factor that chooses a row of a table of draws
Settings = dict[str, Any]  # dotted path -> value


@dataclass(frozen=True)
class Levels:
    """A list of values of one path; of a table with a name, `true` keeps it and `false` removes it."""

    name: str
    values: tuple[Any, ...]
    table: bool = False

    @property
    def size(self) -> int:
        """Number of values on a grid."""
        return len(self.values)

    def at(self, u: float) -> Any:
        """The value at a place in [0, 1); equal parts for all."""
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]

    def level(self, number: int) -> Any:
        """A value of the grid."""
        return self.values[number]

    def settings(self, value: Any) -> Settings:
        """What a value sets."""
        kept = self.table and value is True
        return {} if kept or self.name == SCENARIO else {self.name: value}


@dataclass(frozen=True)
class Range:
    """An interval of one quantity, even on its scale; whole numbers get equal parts of it."""

    name: str
    low: float
    high: float
    log: bool = False
    whole: bool = False
    steps: int = 2

    @property
    def size(self) -> int:
        """Number of values on a grid."""
        return self.steps

    def at(self, u: float) -> float:
        """The value at a place in [0, 1]."""
        room = 0.5 if self.whole else 0.0
        return self._between(self.low - room, self.high + room, u)

    def level(self, number: int) -> float:
        """A value of the grid, both ends included."""
        return self._between(self.low, self.high, number / (self.steps - 1))

    def _between(self, low: float, high: float, u: float) -> float:
        value = low * (high / low) ** u if self.log else low + u * (high - low)
        value = min(max(value, self.low), self.high)
        return round(value) if self.whole else float(value)

    def settings(self, value: Any) -> Settings:
        """What a value sets."""
        return {self.name: value}


@dataclass(frozen=True)
class Rows:
    """Rows of a table whose columns are dotted paths, drawn whole because they belong together."""

    file: str
    rows: tuple[tuple[tuple[str, Any], ...], ...]
    name: str = ROWS

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def at(self, u: float) -> int:
        """The row's number at a place in [0, 1)."""
        return min(int(u * self.size), self.size - 1)

    def level(self, number: int) -> int:
        """A row's number."""
        return number

    def settings(self, value: int) -> Settings:
        """What a row sets."""
        return dict(self.rows[value])


Factor = Levels | Range | Rows


@dataclass(frozen=True)
class Point:
    """One place of a design: which scenario, and what it sets there."""

    number: int
    scenario: str
    values: tuple[tuple[str, Any], ...]  # factor -> value

    @cached_property
    def named(self) -> Settings:
        """Factor -> value."""
        return dict(self.values)


def combined(factors: tuple[Factor, ...], values: Settings) -> Settings:
    """All that the factors' values set; what lies below a removed table falls away."""
    merged: Settings = {}
    for factor in factors:
        if factor.name in values:
            merged |= factor.settings(values[factor.name])
    removed = tuple(f"{path}." for path, value in merged.items() if value is False)
    return {path: value for path, value in merged.items() if not path.startswith(removed)}
