"""Reads the factors of a plan: lists of values, ranges, or every quantity that has a range."""

from typing import Any

from sim.scenario import Leaf, Scenario
from sim.scenario.files import nearest
from sim.sweep.checks import Mistakes, is_number, whole
from sim.sweep.factors import SCENARIO, Factor, Levels, Range

RANGE_KEYS = ("low", "high", "scale", "steps")
SCALES = ("linear", "log")
BY_RANGE = "range"
ALL = "all"
WIDE = 10  # a range whose ends are so many times apart is sampled on a log scale unless said otherwise


def flat(said: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Nested tables as dotted paths; a range stays whole."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        path = f"{above}{key}"
        nested = isinstance(value, dict) and value and not set(value) <= set(RANGE_KEYS)
        found |= flat(value, f"{path}.") if nested else {path: value}
    return found


def read_factors(said: dict[str, Any], kind: str, base: Scenario, mistakes: Mistakes) -> list[Factor]:
    """The factors of a design's table."""
    factors = said.get("factors", {})
    reader = _Reader(kind, base, mistakes)
    if factors == ALL:
        return reader.all_but(said.get("except", []))
    if "except" in said:
        mistakes.add("design.except", 'goes with factors = "all" only.')
    if not isinstance(factors, dict):
        mistakes.add("design.factors", f'is {factors!r}; expected a table of paths, or "all".')
        return []
    read = [reader.factor(path, value) for path, value in flat(factors).items()]
    return [factor for factor in read if factor is not None]


class _Reader:
    """Turns what a plan says about a path into a factor, in the light of the scenario."""

    def __init__(self, kind: str, base: Scenario, mistakes: Mistakes) -> None:
        self.kind = kind
        self.config = base.config
        self.leaves = {leaf.path: leaf for leaf in base.leaves}
        self.mistakes = mistakes

    def blame(self, path: str, sentence: str) -> None:
        self.mistakes.add(f"design.factors.{path}", sentence)

    def all_but(self, spared: Any) -> list[Factor]:
        """Every quantity that has a range, but those at or below some paths."""
        if not isinstance(spared, list):
            self.mistakes.add("design.except", f"is {spared!r}; expected a list of paths.")
            return []
        for path in spared:
            if not any(_is_at(leaf, path) for leaf in self.leaves):
                hint = nearest(str(path), list(self.leaves))
                self.mistakes.add("design.except", f"'{path}' is not in the scenario.{hint}")
        free = [leaf for leaf in self.leaves.values() if not any(_is_at(leaf.path, path) for path in spared)]
        return [
            self.range(leaf, leaf.low, leaf.high)
            for leaf in free
            if leaf.low is not None and leaf.high is not None and leaf.low < leaf.high
        ]

    def factor(self, path: str, value: Any) -> Factor | None:
        if isinstance(value, list):
            return self.levels(path, value)
        if value != BY_RANGE and not isinstance(value, dict):
            self.blame(
                path, f'is {value!r}; expected a list of values, "range", or {{ low = ..., high = ... }}.'
            )
        elif path not in self.leaves:
            self.blame(path, f"is not in the scenario.{nearest(path, list(self.leaves))}")
        elif not is_number(self.leaves[path].value):
            self.blame(path, "is no number, so it has no range; give a list of values.")
        else:
            return self.checked_range(self.leaves[path], {} if value == BY_RANGE else value)
        return None

    def levels(self, path: str, values: list[Any]) -> Factor | None:
        table = path not in self.leaves
        switch = table and all(isinstance(value, bool) for value in values)
        if not values:
            self.blame(path, "is an empty list; give at least one value.")
        elif path == SCENARIO and not all(isinstance(value, str) for value in values):
            self.blame(path, f"is {values!r}; expected names of scenarios.")
        elif switch and path not in self._tables(path.count(".") + 1):
            self.blame(path, f"is not in the scenario.{nearest(path, self._tables(path.count('.') + 1))}")
        else:
            return Levels(path, tuple(values), table)
        return None

    def _tables(self, depth: int) -> list[str]:
        """Paths of tables with so many names."""
        return list(
            dict.fromkeys(".".join(p.split(".")[:depth]) for p in self.leaves if p.count(".") >= depth)
        )

    def checked_range(self, leaf: Leaf, said: dict[str, Any]) -> Factor | None:
        before = len(self.mistakes.found)
        low: Any = said.get("low", leaf.low)
        high: Any = said.get("high", leaf.high)
        scale = said.get("scale")
        self._check_end(leaf.path, "low", low)
        self._check_end(leaf.path, "high", high)
        if scale is not None and scale not in SCALES:
            self.blame(f"{leaf.path}.scale", f"is {scale!r}; expected one of {', '.join(SCALES)}.")
        if self.kind == "grid" and "steps" not in said:
            self.blame(leaf.path, "is a range; on a grid it needs steps = N, or give a list of values.")
        steps = whole(said, "steps", 2, 2, 100_000, self.mistakes, f"design.factors.{leaf.path}")
        if len(self.mistakes.found) > before:
            return None
        if not low < high:
            self.blame(leaf.path, f"low {low:g} is not below high {high:g}.")
        elif scale == "log" and low <= 0:
            self.blame(leaf.path, f"low is {low:g}; a log scale needs numbers above zero.")
        else:
            return self.range(leaf, low, high, scale, steps)
        return None

    def _check_end(self, path: str, name: str, end: Any) -> None:
        if end is None:
            self.blame(path, f"has no {name}, and the scenario knows no range of it; give low and high.")
        elif not is_number(end) or not abs(end) < float("inf"):
            self.blame(f"{path}.{name}", f"is {end!r}; expected a number.")

    def range(self, leaf: Leaf, low: float, high: float, scale: str | None = None, steps: int = 2) -> Range:
        wide = low > 0 and high / low >= WIDE
        whole_number = isinstance(_value(self.config, leaf.path), int)
        return Range(leaf.path, low, high, scale == "log" or (scale is None and wide), whole_number, steps)


def _is_at(leaf: str, path: str) -> bool:
    """Whether a path names a value or a table above it."""
    return leaf == path or leaf.startswith(f"{path}.")


def _value(config: Any, path: str) -> Any:
    """The checked value at a path, of its declared type."""
    for name in path.split("."):
        named = isinstance(config, tuple)
        config = next(item for item in config if item.name == name) if named else getattr(config, name)
    return config
