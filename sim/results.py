"""Writes the replications of a scenario into a folder that says what made them; all or nothing."""

import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import UserError
from sim.model import Run
from sim.scenario import Scenario
from sim.scenario.writer import resolved_toml

TABLES = {
    "runs": "months",
    "providers": "providers",
    "products": "products",
    "jurisdictions": "jurisdictions",
    "vintages": "vintages",
    "events": "events",
    "ledger": "ledger",
    "regimes": "regimes",
}  # file -> table of a Run
PACKAGES = ("mesa", "networkx", "numba", "numpy", "pandas", "pydantic", "scipy")
METADATA = "metadata.json"


def check_folder(folder: Path, overwrite: bool) -> None:
    """Refuse, before anything runs, a place that cannot be written or holds something else."""
    if folder.exists():
        if not folder.is_dir():
            raise UserError(f"--out {folder}: is a file; expected the name of a new folder.")
        ours = (folder / METADATA).is_file() or not any(folder.iterdir())
        if not ours:
            raise UserError(f"--out {folder}: holds something that is not a run; choose another name.")
        if not overwrite and any(folder.iterdir()):
            raise UserError(f"--out {folder}: exists; choose another name, or say --overwrite to replace it.")
    parent = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise UserError(f"--out {folder}: {parent} cannot be written to; choose another place.")


def write(folder: Path, runs: list[Run], metadata: dict[str, Any], finish: Callable[[Path], Any]) -> None:
    """Write tables, resolved scenario and metadata beside the folder, let `finish` add to it, then rename.

    An earlier run in the same place is replaced only when everything is there.
    Raises `UserError` if the place cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            draft.chmod(0o755)
            _fill(draft, runs, metadata)
            finish(draft)
            _swap(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise UserError(
            f"--out {folder}: cannot be written ({error.strerror or error}); nothing was changed."
        ) from None


def _fill(folder: Path, runs: list[Run], metadata: dict[str, Any]) -> None:
    for file, table in TABLES.items():
        frame = pd.concat([getattr(run, table) for run in runs], ignore_index=True)
        frame.to_parquet(folder / f"{file}.parquet", index=False)
    scenario = runs[0].scenario
    book = scenario.provenance.assign(value=lambda table: table["value"].astype(str))
    book.to_parquet(folder / "provenance.parquet", index=False)
    (folder / "scenario.toml").write_text(resolved_toml(scenario), encoding="utf-8")
    for extension in scenario.extensions:
        (folder / extension.file).write_text(extension.source, encoding="utf-8")
    (folder / METADATA).write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")


def _swap(draft: Path, folder: Path) -> None:
    """Put the draft in the place of the folder; the old one goes last."""
    if not folder.exists():
        draft.rename(folder)
        return
    old = draft.with_name(draft.name + "-old")
    folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def describe(scenario: Scenario, seed: int, replications: int, months: int, command: str) -> dict[str, Any]:
    """What made a result: program, scenario, seed, versions, and the command that makes it again."""
    return {
        "program": "megamarket",
        "version": version("megamarket"),
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "description": scenario.description,
        "digest": scenario.digest,
        "extensions": {extension.file: extension.digest for extension in scenario.extensions},
        "seed": seed,
        "replications": replications,
        "months": months,
        "start": scenario.config.calendar.start,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": _packages(),
        "command": command,
        "changed": scenario.changes,
    }


@cache
def _packages() -> dict[str, str]:
    """The versions of the packages that results depend on."""
    return {name: version(name) for name in PACKAGES}
