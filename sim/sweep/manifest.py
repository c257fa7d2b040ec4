"""What a store says about itself: the plan it belongs to, the versions that made it."""

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import UserError
from sim.sweep.factors import Factor
from sim.sweep.files import get_json, get_parquet
from sim.sweep.keys import canonical, model_version
from sim.sweep.plan import Plan

FORMAT = 1
NAME = "manifest.json"
LIBRARIES = ("numpy", "scipy", "pandas", "numba", "mesa", "pyarrow")


@dataclass(frozen=True)
class Charter:
    """What a store is founded on: its manifest, and the tables `index`, `points` and, if sampled, `cube`."""

    manifest: dict[str, Any]
    tables: dict[str, pd.DataFrame]


def charter(plan: Plan) -> Charter:
    """The charter of a plan's store."""
    tables = {"index": plan.index(), "points": _uniform(plan.table())}
    return Charter(_describe(plan), tables | ({} if plan.cube is None else {"cube": plan.cube}))


def read_charter(folder: Path) -> Charter:
    """The charter of a store; raises `UserError` where it is damaged."""
    manifest = read_manifest(folder)
    names = ["index", "points", *(["cube"] if (folder / "cube.parquet").exists() else [])]
    try:
        return Charter(manifest, {n: get_parquet(folder / f"{n}.parquet").to_pandas() for n in names})
    except FileNotFoundError as error:
        raise UserError(f"{error.filename}: is missing; repeat the sweep to write it again.") from None


def _uniform(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of one kind each: numbers, switches, or words."""
    return frame.apply(lambda column: column.map(_word) if column.dtype == object else column)


def _word(value: object) -> object:
    return value if isinstance(value, str) or value is None else canonical(value)


def _describe(plan: Plan) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "title": plan.title,
        "question": plan.question,
        "plan": plan.name,
        "plan_digest": plan.digest,
        "model_version": model_version(),
        "points": len(plan.points),
        "runs": plan.different_runs,
        "replications": plan.replications,
        "seed": plan.seed,
        "months": {name: plan.horizon(name) for name in plan.scenarios},
        "scenarios": {name: scenario.digest for name, scenario in plan.scenarios.items()},
        "design": {"kind": plan.design.kind, "samples": plan.design.samples},
        "factors": {factor.name: _factor(factor) for factor in plan.design.factors},
        "record": vars(plan.record),
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _factor(factor: Factor) -> dict[str, Any]:
    return {"kind": type(factor).__name__.lower()} | {k: v for k, v in vars(factor).items() if k != "name"}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a store; raises `UserError` where there is none, or one of another format."""
    if not (folder / NAME).is_file():
        raise UserError(f"{folder}: is not the store of a sweep (it has no {NAME}).")
    found = get_json(folder / NAME)
    if found.get("format") != FORMAT:
        raise UserError(
            f"{folder}: its format is {found.get('format')}, this program reads {FORMAT}; use the version of "
            "megamarket that made it."
        )
    return found


def check_manifest(folder: Path, expected: dict[str, Any]) -> None:
    """Refuse to mix a store with another version or another plan."""
    found = read_manifest(folder)
    theirs, ours = found["model_version"], expected["model_version"]
    if theirs != ours:
        raise UserError(
            f"{folder}: was made by model version {theirs}, this is {ours}: their runs cannot be mixed; "
            "choose another --out, or go back to that version."
        )
    theirs, ours = found["plan_digest"], expected["plan_digest"]
    if theirs != ours:
        raise UserError(
            f"{folder}: holds the sweep '{found['title']}' ({theirs}), not '{expected['title']}' as it "
            f"stands now ({ours}); choose another --out, or undo the change of the plan."
        )
