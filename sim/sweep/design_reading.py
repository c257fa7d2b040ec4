"""Reads the design of a plan: its kind, its factors, its points and its table of draws."""

import csv
from pathlib import Path
from typing import Any

from sim.scenario import Scenario
from sim.scenario.files import nearest, shipped_folder
from sim.sweep.checks import Mistakes, only, whole
from sim.sweep.designs import KINDS, SAMPLED
from sim.sweep.factor_reading import flat, read_factors
from sim.sweep.factors import Factor, Levels, Rows
from sim.sweep.plan import Design

KEYS = ("kind", "samples", "factors", "except", "points", "rows")
ROWS_KEYS = ("file", "take")
POWERS = ("sobol", "saltelli")


def read_design(said: Any, base: Scenario, file: Path, mistakes: Mistakes) -> Design | None:
    """The design, or nothing where a mistake hides it."""
    if said is None:
        return Design("grid")
    if not isinstance(said, dict):
        mistakes.add("design", f"is {said!r}; expected a table with {', '.join(KEYS)}.")
        return None
    only(said, KEYS, "design", mistakes)
    kind = said.get("kind")
    if kind not in KINDS:
        mistakes.add(
            "design.kind",
            f"is {kind!r}; expected one of {', '.join(KINDS)}.{nearest(str(kind), list(KINDS))}",
        )
        return None
    samples = _samples(said, kind, mistakes)
    points = _points(said, kind, mistakes)
    factors = read_factors(said, kind, base, mistakes) if kind != "list" else _listed(points, base)
    rows = _rows(said.get("rows"), file, mistakes) if "rows" in said else None
    factors += [rows] if rows else []
    for path in _twice(factors):
        mistakes.add("design", f"'{path}' is varied twice, by itself and by the rows; leave one out.")
    if not factors and kind in SAMPLED and not mistakes.found:
        mistakes.add("design.factors", f"there are none; a design of kind '{kind}' needs at least one.")
    return Design(kind, tuple(factors), samples, tuple(points))


def _samples(said: dict[str, Any], kind: str, mistakes: Mistakes) -> int:
    if kind not in SAMPLED:
        if "samples" in said:
            mistakes.add(
                "design.samples", f"a design of kind '{kind}' takes none: its factors say how many points."
            )
        return 0
    if "samples" not in said:
        mistakes.add("design.samples", f"is missing; a design of kind '{kind}' needs a number of samples.")
        return 0
    samples = whole(said, "samples", 0, 1, 10_000_000, mistakes, "design")
    if kind in POWERS and samples & (samples - 1):
        below = 1 << (samples.bit_length() - 1)
        mistakes.add(
            "design.samples", f"is {samples}; '{kind}' needs a power of two, such as {below} or {2 * below}."
        )
    return samples


def _points(said: dict[str, Any], kind: str, mistakes: Mistakes) -> list[dict[str, Any]]:
    points = said.get("points", [])
    if kind != "list":
        if "points" in said:
            mistakes.add("design.points", f"belong to kind 'list', not to '{kind}'.")
        return []
    if "factors" in said:
        mistakes.add(
            "design.factors", "belong to the other kinds; a list says its points in [[design.points]]."
        )
    if not isinstance(points, list) or not points or not all(isinstance(point, dict) for point in points):
        mistakes.add("design.points", "are missing; expected tables [[design.points]] of values by path.")
        return []
    return [flat(point) for point in points]


def _listed(points: list[dict[str, Any]], base: Scenario) -> list[Factor]:
    paths = dict.fromkeys(path for point in points for path in point)
    leaves = {leaf.path for leaf in base.leaves}
    return [Levels(path, tuple(p[path] for p in points if path in p), path not in leaves) for path in paths]


def _rows(said: Any, file: Path, mistakes: Mistakes) -> Rows | None:
    if not isinstance(said, dict) or not isinstance(said.get("file"), str):
        mistakes.add("design.rows", 'expected file = "NAME.csv", with dotted paths as columns.')
        return None
    only(said, ROWS_KEYS, "design.rows", mistakes)
    take = whole(said, "take", 0, 1, 1_000_000, mistakes, "design.rows")
    options = [file.parent / said["file"], shipped_folder() / said["file"]]
    path = next((option for option in options if option.is_file()), None)
    if path is None:
        mistakes.add(
            "design.rows.file", f"'{said['file']}' is neither beside the plan nor among the shipped files."
        )
        return None
    rows = _table(path, mistakes)
    if take > len(rows) > 0:
        mistakes.add("design.rows.take", f"is {take}; {path.name} has {len(rows)} rows.")
    return Rows(said["file"], tuple(rows[: take or None])) if rows else None


def _table(path: Path, mistakes: Mistakes) -> list[tuple[tuple[str, Any], ...]]:
    """Rows of a CSV file as (path, number) pairs; lines that start with # are remarks."""
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    rows = []
    for number, row in enumerate(csv.DictReader(lines), start=1):
        try:
            rows.append(tuple((name, float(cell)) for name, cell in row.items()))
        except (TypeError, ValueError):
            mistakes.add("design.rows.file", f"row {number} of {path.name} is not one number a column.")
    if not rows:
        mistakes.add("design.rows.file", f"{path.name} has no rows.")
    return rows


def _twice(factors: list[Factor]) -> list[str]:
    paths = [path for f in factors for path in (f.rows[0] if isinstance(f, Rows) else [(f.name, None)])]
    names = [path for path, _ in paths]
    return sorted({name for name in names if names.count(name) > 1})
