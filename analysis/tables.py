"""Reads run folders and stores of sweeps, and boils records down to tidy summaries over replications."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sweep_tables import SweepTables as SweepTables  # read here: analysis.tables.load(DIR)
from analysis.sweep_tables import load as load
from sim.errors import UserError
from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES, Series

FEW_RUNS = 32  # below this many, single runs are shown beside bands
LOW, HIGH = 0.1, 0.9  # quantiles of the band
YEAR = 12  # months
REGISTRIES = (
    ("runs", OUTCOMES), ("providers", PROVIDER_SERIES), ("products", PRODUCT_SERIES),
    ("jurisdictions", JURISDICTION_SERIES),
)  # fmt: skip
FRAMES = ("runs", "providers", "products", "jurisdictions", "vintages", "events", "regimes", "provenance")
FACTS = (
    "program", "version", "scenario", "title", "question", "description", "digest", "seed", "replications",
    "months", "start", "finished", "python", "platform", "packages", "command", "changed",
)  # fmt: skip
HEADLINES = (
    "providers", "effective_number", "leader_share", "revenue", "training_outlay", "consumer_surplus",
    "flagship_price", "mean_price", "lerner", "frontier", "frontier_cost", "follower_gap",
    "considering", "using", "spend_share",
)  # fmt: skip


NOWHERE = Path("not written")


@dataclass(frozen=True, eq=False)
class RunTables:
    """All that a run folder holds, for one scenario and all its replications; equal only to itself."""

    months: pd.DataFrame  # one row a replication and month
    providers: pd.DataFrame  # one row a replication, month and provider
    products: pd.DataFrame  # one row a replication, month and product
    jurisdictions: pd.DataFrame  # one row a replication, month and jurisdiction
    vintages: pd.DataFrame  # one row a replication and model
    events: pd.DataFrame  # one row a replication and event
    regimes: pd.DataFrame  # one row a replication: how it ended
    provenance: pd.DataFrame  # one row a parameter
    metadata: dict[str, Any]
    folder: Path  # NOWHERE for runs that are not written

    @property
    def replications(self) -> int:
        """Number of runs."""
        return int(self.months["replication"].nunique())


def read_run(folder: Path) -> RunTables:
    """Read a run folder. Raises `UserError` where something is missing or spoilt."""
    if not folder.is_dir():
        raise UserError(f"{folder}: there is no such folder; expected the folder of a run.")
    missing = [name for name in _files() if not (folder / name).is_file()]
    if missing:
        raise UserError(f"{folder}: is not the folder of a finished run; {', '.join(missing)} missing.")
    frames = {name: read_frame(folder / f"{name}.parquet") for name in FRAMES}
    _check_series(folder, frames)
    return RunTables(
        months=frames.pop("runs"), metadata=_read_metadata(folder / "metadata.json"), folder=folder, **frames
    )


def _files() -> list[str]:
    return [f"{name}.parquet" for name in FRAMES] + ["metadata.json"]


def _check_series(folder: Path, frames: dict[str, pd.DataFrame]) -> None:
    """Refuse a run that another version of the program recorded with other series."""
    for name, registry in REGISTRIES:
        lacking = {series.name for series in registry} - set(frames[name])
        if lacking:
            series = ", ".join(sorted(lacking))
            raise UserError(f"{folder / name}.parquet: lacks {series}; this version records more. Run again.")


def read_frame(path: Path) -> pd.DataFrame:
    """A table of a run folder. Raises `UserError` where it cannot be read."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: is not a readable Parquet file ({error}). Run again.") from None


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UserError(f"{path}: is not JSON. Run again.") from None
    lacking = [fact for fact in FACTS if not isinstance(said, dict) or fact not in said]
    if lacking:
        raise UserError(f"{path}: does not tell {', '.join(lacking)}. Run again.")
    return dict(said)


def outcome(name: str) -> Series:
    """The registry's entry of an outcome. Raises KeyError for an unknown name."""
    return {known.name: known for known in OUTCOMES}[name]


def is_flow(unit: str) -> bool:
    """Whether a series adds up over months."""
    return unit.endswith("/month")


def band(values: pd.Series) -> dict[str, float]:
    """Median, 10 and 90 per cent quantile and number of the finite values."""
    found = values[np.isfinite(values)]
    if found.empty:
        return {"median": np.nan, "low": np.nan, "high": np.nan, "runs": 0}
    low, median, high = (float(quantile) for quantile in np.quantile(found, [LOW, 0.5, HIGH]))
    return {"median": median, "low": low, "high": high, "runs": len(found)}


def bands(months: pd.DataFrame, names: Sequence[str] | None = None) -> pd.DataFrame:
    """Band over replications: one row an outcome and month, with month, date, median, low, high, runs."""
    wanted = sorted([o.name for o in OUTCOMES] if names is None else names)
    numbers, first, place = np.unique(months["month"], return_index=True, return_inverse=True)
    dates = months["date"].to_numpy()[first]
    found = [quantiles(months[name].to_numpy(dtype=float), place, (LOW, 0.5, HIGH)) for name in wanted]
    low, median, high = np.concatenate([levels for levels, _ in found], axis=1)
    when = {"month": np.tile(numbers, len(wanted)), "date": np.tile(dates, len(wanted))}
    spread = {"median": median, "low": low, "high": high, "runs": np.concatenate([runs for _, runs in found])}
    return pd.DataFrame({"outcome": np.repeat(wanted, len(numbers)), **when, **spread})


def quantiles(
    values: NDArray[np.float64], groups: NDArray[np.intp], levels: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Quantiles `[level, group]` of the finite values of groups numbered from 0, and how many these are.

    Linear between the two nearest ranks; NaN for a group without a finite value.
    """
    finite = np.isfinite(values)
    sizes, counts = np.bincount(groups), np.bincount(groups, finite).astype(np.intp)
    ranked = np.where(finite, values, np.nan)[np.lexsort((np.where(finite, values, np.inf), groups))]
    first, last = np.cumsum(sizes) - sizes, np.maximum(counts - 1, 0)
    rank = np.multiply.outer(levels, last)
    below = rank.astype(np.intp)
    low, high = ranked[first + below], ranked[first + np.minimum(below + 1, last)]
    return low + (high - low) * (rank - below), counts


def last_year_sums(months: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Flows summed over the twelve months up to each month; rows from the twelfth month on."""
    ordered = months.sort_values(["replication", "month"])[["replication", "month", "date", *names]]
    flows = ordered.groupby("replication")[list(names)]
    sums = flows.transform(lambda flow: flow.rolling(YEAR).sum())
    return ordered.assign(**sums)[ordered["month"] >= YEAR - 1]


def yearly(months: pd.DataFrame) -> pd.DataFrame:
    """Flows summed over calendar years: replication, year, months (counted), outcome, unit, value."""
    flows = {o.name: o.unit.removesuffix("/month") + "/yr" for o in OUTCOMES if is_flow(o.unit)}
    long = months.assign(year=months["date"].dt.year).melt(
        ["replication", "year", "month"], list(flows), "outcome", "value"
    )
    sums = long.groupby(["replication", "outcome", "year"])["value"].agg(["sum", "count"]).reset_index()
    sums = sums.rename(columns={"sum": "value", "count": "months"})
    return sums.assign(unit=sums["outcome"].map(flows))


def headlines(months: pd.DataFrame, names: Sequence[str] = HEADLINES) -> pd.DataFrame:
    """End of the run: name, label, unit, meaning, when, median, low, high, runs for each outcome."""
    found = end_values(months, names)
    return pd.DataFrame([_headline(months, outcome(name), found[name]) for name in names])


def _headline(months: pd.DataFrame, entry: Series, values: pd.Series) -> dict[str, Any]:
    words = {"name": entry.name, "label": entry.label, "unit": entry.unit, "meaning": entry.meaning}
    covered = min(YEAR, int(months["month"].max()) + 1) if is_flow(entry.unit) else 1
    when = f"mean of the last {covered} months" if covered > 1 else "last month"
    return words | {"when": when} | band(values)


def ends(months: pd.DataFrame, name: str) -> pd.Series:
    """An outcome at the end of each run: its last value, or its mean over the last year if it is a flow."""
    return end_values(months, [name])[name]


def end_values(months: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Outcomes at the end of each run, `[replication, outcome]`; see `ends`."""
    lengths = {name: YEAR if is_flow(outcome(name).unit) else 1 for name in names}
    parts = []
    for length in set(lengths.values()):
        recent = months.loc[months["month"] > months["month"].max() - length]
        parts.append(recent.groupby("replication")[[n for n in names if lengths[n] == length]].mean())
    return pd.concat(parts, axis=1)[list(names)]


def median_replication(months: pd.DataFrame, name: str = "effective_number") -> int:
    """The replication whose last finite value of an outcome is in the middle (the lower of two)."""
    last = months.sort_values("month").dropna(subset=[name]).groupby("replication")[name].last()
    if last.empty:
        return int(months["replication"].min())
    return int(last.sort_values(kind="stable").index[(len(last) - 1) // 2])
