"""The report of a sweep: what the outcomes do over its factors."""

from typing import Any

import numpy as np
import pandas as pd

from analysis import charts
from analysis.assumptions import as_texts
from analysis.charts.market import BOTH
from analysis.charts.pairs import against
from analysis.charts.parts import Named, inside, runs_word
from analysis.charts.phases import level_word
from analysis.document import Document, hash_table, regime_table
from analysis.exhibits import Exhibit
from analysis.sentences import course
from analysis.tables import FEW_RUNS, HEADLINES, SweepTables, band, end_values, outcome
from analysis.units import amount, amounts, banded
from sim import load
from sim.errors import UserError
from sim.outcomes import OUTCOMES
from sim.scenario import Scenario

VALUES = ("effective_number", "leader_share", "training_outlay", "frontier", "mean_price", "consumer_surplus")
TOLD = ("effective_number", "training_outlay", "frontier")
MOST_LEVELS = 12  # of a factor that is drawn level by level
MOST_PANELS = 4
MOST_FACTORS = 6  # that are drawn one by one
BAND_NOTE = "Medians; in brackets the 10th to 90th percentile over runs that differ in parameters and luck."


def sweep_document(tables: SweepTables) -> Document:
    """What a sweep has to say. Raises `UserError` where no run has finished or a scenario cannot be found."""
    said, scenario = tables.manifest, _scenario(tables)
    months = as_runs(tables, scenario)
    names = [name for name in HEADLINES if name in months]
    ends = end_values(months, names).join(_points(months))
    factors = factor_words(tables, scenario)
    return Document(
        title=said["title"],
        kicker=f"{len(ends):,} runs at {said['points']:,} points, seed {said['seed']}",
        question=said["question"],
        description=_description(tables),
        sentences=[_sentence(ends, outcome(name), factors) for name in TOLD if name in names],
        band_note=BAND_NOTE,
        changed=factor_table(tables, factors),
        unchanged="Nothing: every run has the scenario's own values.",
        regimes=regime_table(tables.regimes),
        headlines=_spread(ends, names),
        headlines_caption=f"Outcomes at the end of {runs_word(len(ends))} over all points",
        few=FEW_RUNS if len(ends) < FEW_RUNS else 0,
        exhibits=_exhibits(months, ends, factors),
        provenance=scenario.provenance.assign(value=lambda table: table["value"].astype(str)),
        commands=[f"megamarket sweep {said['plan']} --out STORE --replications {said['replications']}"],
        facts=_facts(said),
        hashes=hash_table([tables.folder]),
    )


def _scenario(tables: SweepTables) -> Scenario:
    """The first scenario of the sweep, as it is here."""
    name = next(iter(tables.manifest["scenarios"]))
    try:
        return load(name)
    except UserError as error:
        raise UserError(
            f"{tables.folder}: its scenario '{name}' cannot be loaded here ({error.problems[0]}) Go to the "
            "folder in which the sweep was played."
        ) from None


def as_runs(tables: SweepTables, scenario: Scenario) -> pd.DataFrame:
    """The months of all runs with a number for each run in `replication`, and dates."""
    months = tables.months
    if months.empty:
        raise UserError(f"{tables.folder}: has no finished run yet; go on with the sweep first.")
    start = pd.Timestamp(f"{scenario.config.calendar.start}-01")
    dates = {m: start + pd.DateOffset(months=int(m)) for m in months["month"].unique()}
    run = months.groupby(["point", "replication"], sort=True).ngroup()
    return months.assign(replication=run, date=pd.to_datetime(months["month"].map(dates)))


def _points(months: pd.DataFrame) -> pd.DataFrame:
    """The factors of each run."""
    known = {entry.name for entry in OUTCOMES} | {"month", "date", "run_key"}
    return months.drop(columns=[name for name in months if name in known]).groupby("replication").first()


def factor_words(tables: SweepTables, scenario: Scenario) -> list[Named]:
    """The factors that vary, with label and unit."""
    units = scenario.provenance.set_index("path")["unit"]
    varying = [name for name in tables.factors if name in tables.points and tables.points[name].nunique() > 1]
    return [Named(name, factor_label(name), str(units.get(name, "1")) or "1") for name in varying]


def factor_label(path: str) -> str:
    """A dotted path as words, without its group."""
    return (path.split(".", 1)[-1]).replace(".", " ").replace("_", " ")


def factor_table(tables: SweepTables, factors: list[Named]) -> pd.DataFrame:
    """What is varied, from where to where."""
    rows = []
    for factor in factors:
        levels = tables.points[factor.name].drop_duplicates()
        ordered = sorted(levels, key=lambda level: (isinstance(level, str), level))
        rows.append(
            (factor.name, factor.unit, f"{level_word(ordered[0])} to {level_word(ordered[-1])}", len(levels))
        )
    return as_texts(pd.DataFrame(rows, columns=["Value", "Unit", "From the lowest to the highest", "Levels"]))


def _description(tables: SweepTables) -> str:
    failed = int((tables.runs["status"] != "ok").sum())
    missing = len(tables.index) - len(tables.runs)
    parts = [
        f"{failed} runs failed." if failed else "",
        f"{missing} runs are not played yet." if missing else "",
    ]
    kind = {"grid": "All combinations of the levels are played."}.get(tables.manifest["design"]["kind"], "")
    return " ".join(part for part in (kind, *parts) if part)


def _sentence(ends: pd.DataFrame, entry: Any, factors: list[Named]) -> str:
    """Where an outcome is lowest and where it is highest, and its spread over all runs."""
    found = band(ends[entry.name])
    spread = banded(found["median"], found["low"], found["high"], entry.unit)
    opening = f"{entry.label} ends at {spread} over all runs"
    grouped = ends.groupby([factor.name for factor in factors], dropna=False)[entry.name].median().dropna()
    if grouped.nunique() < 2:
        return opening + "."
    places = [_place(key, factors) for key in (grouped.idxmin(), grouped.idxmax())]
    low, high = (amount(value, entry.unit) for value in (grouped.min(), grouped.max()))
    return f"{opening}: lowest, {low}, at {places[0]}, and highest, {high}, at {places[1]}."


def _place(key: Any, factors: list[Named]) -> str:
    levels = key if isinstance(key, tuple) else (key,)
    named = [f"{inside(f.label)} {level_word(level)}" for f, level in zip(factors, levels, strict=True)]
    return " and ".join(named[:3])


def _spread(ends: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Each outcome's median and band over all runs, and its meaning."""
    rows = []
    for name in names:
        entry, found = outcome(name), band(ends[name])
        rows.append(
            {"Outcome": entry.label, "Median": amount(found["median"], entry.unit)}
            | {"10th to 90th percentile": amounts(found["low"], found["high"], entry.unit)}
            | {"Runs with a value": str(found["runs"]), "Meaning": entry.meaning}
        )
    return pd.DataFrame(rows)


def _exhibits(months: pd.DataFrame, ends: pd.DataFrame, factors: list[Named]) -> list[Exhibit]:
    values = [Named(name, outcome(name).label, outcome(name).unit) for name in VALUES if name in ends]
    fans = [
        Exhibit(f"fan-{v.name}", charts.fan(months, v.name, BOTH), course(months, [v.name])) for v in values
    ]
    return [*_phases(ends, factors, values), *_responses(ends, factors, values[:1]), *fans]


def _phases(ends: pd.DataFrame, factors: list[Named], values: list[Named]) -> list[Exhibit]:
    """A phase diagram of each outcome where two or three factors have few levels."""
    levels = {factor.name: ends[factor.name].nunique() for factor in factors}
    ordered = sorted(factors, key=lambda factor: -levels[factor.name])
    flat = len(factors) in (2, 3) and max(levels.values()) <= MOST_LEVELS
    if not flat or (len(factors) == 3 and levels[ordered[2].name] > MOST_PANELS):
        return []
    panel = ordered[2] if len(ordered) == 3 else None
    return [
        Exhibit(
            f"phase-{value.name}",
            charts.phase(ends, ordered[0], ordered[1], value, panel),
            phase_table(ends, ordered, value),
        )
        for value in values
    ]


def phase_table(ends: pd.DataFrame, factors: list[Named], value: Named) -> pd.DataFrame:
    """Medians by the levels of the factors, the first across."""
    rows = [factor.name for factor in factors[1:]]
    wide = ends.pivot_table(value.name, rows, factors[0].name, "median", sort=True)
    texts = wide.map(lambda x: amount(x, value.unit)).rename(columns=level_word)
    texts.index = texts.index.map(
        lambda key: ", ".join(level_word(k) for k in (key if isinstance(key, tuple) else (key,)))
    )
    return texts.rename_axis(" and ".join(factor.label for factor in factors[1:])).reset_index()


def _responses(ends: pd.DataFrame, factors: list[Named], values: list[Named]) -> list[Exhibit]:
    """An outcome against single factors that are numbers."""
    numbers = [factor for factor in factors if pd.api.types.is_numeric_dtype(ends[factor.name])]
    found = []
    for factor in numbers[:MOST_FACTORS]:
        for value in values:
            few = ends[factor.name].nunique() <= MOST_LEVELS
            title = f"{value.label} by {inside(factor.label)}"
            figure = charts.response(ends, factor, value) if few else against(ends, factor, value, title)
            found.append(
                Exhibit(
                    f"{value.name}-by-{factor.name}".replace(".", "-"), figure, _thirds(ends, factor, value)
                )
            )
    return found


def _thirds(ends: pd.DataFrame, factor: Named, value: Named) -> pd.DataFrame:
    """Median of an outcome by level, or by fifths of the levels where there are many."""
    levels = ends[factor.name]
    if levels.nunique() > MOST_LEVELS:
        cuts = pd.qcut(levels, 5, duplicates="drop")
        words = cuts.map(lambda cut: f"{level_word(cut.left)} to {level_word(cut.right)}")
    else:
        words = levels.map(level_word)
    grouped = ends.assign(level=words.astype(str), at=levels).groupby("level")
    found = grouped.agg(
        at=("at", "min"), value=(value.name, "median"), runs=(value.name, "count")
    ).sort_values("at")
    return pd.DataFrame(
        {
            factor.label: found.index,
            value.label: [amount(x, value.unit) if np.isfinite(x) else "none" for x in found["value"]],
            "Runs": found["runs"].astype(str).to_numpy(),
        }
    )


def _facts(said: dict[str, Any]) -> dict[str, str]:
    digests = "; ".join(f"{name} {digest}" for name, digest in said["scenarios"].items())
    libraries = ", ".join(f"{name} {version}" for name, version in sorted(said["libraries"].items()))
    return {
        "Program": f"megamarket {said['model_version']}",
        "Plan": f"{said['plan']}, digest {said['plan_digest']}",
        "Scenarios": digests,
        "Seed": f"{said['seed']}, {said['replications']} replications a point",
        "Begun": str(said["begun"]),
        "Python": f"{said['python']} on {said['machine']}",
        "Packages": libraries,
    }
