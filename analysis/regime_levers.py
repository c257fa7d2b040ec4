"""How runs end over the levers that should move it: tables, figure and page from the stores of four plans."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.browser import NoBrowser, Picture, draw
from analysis.charts.regime_levers import shares_figure
from analysis.regimes import wilson
from analysis.style import apply
from analysis.sweep_tables import SweepTables, load
from analysis.tables import FEW_RUNS
from sim.regimes import STRUCTURE
from sim.sweep.crews import crew
from sim.sweep.plan import Plan
from sim.sweep.reading import read_plan
from sim.sweep.runner import sweep

Bars = Callable[[str, int], AbstractContextManager[Callable[[int, int], None]]]
LEVEL = 0.9  # of intervals
DRAWS = 2000  # of the bootstrap over pairs


@dataclass(frozen=True)
class Lever:
    """A plan, what it moves, which of its points is the reference, and what the model leads one to expect."""

    plan: str
    title: str
    labels: tuple[str, ...]  # of the points, in the plan's order
    reference: int
    expected: str


LEVERS = (
    Lever(
        "regime_theta", "Reward for a bigger run",
        (
            "taste 0.25, likeness 0.3", "taste 0.45, likeness 0.6 (baseline)", "taste 0.7, likeness 0.7",
            "taste 0.9, likeness 0.8",
        ),
        1, "A higher reward leaves fewer.",
    ),
    Lever(
        "regime_purse", "Rival's purse, an incumbent's being 2 bn USD",
        ("30 mn USD", "60 mn USD", "120 mn USD", "300 mn USD", "2 bn USD"),
        0, "A purse near the incumbent's lets both stay.",
    ),
    Lever(
        "regime_money", "Public money a champion, at taste 0.9, likeness 0.8",
        ("none", "0.3-0.6 bn USD/yr (baseline)", "5 bn USD/yr", "30 bn USD/yr"),
        0, "Public money keeps more in the market.",
    ),
    Lever(
        "regime_value", "Where the worth of capability levels off",
        ("5 nat", "10 nat", "25 nat (baseline)", "nowhere"),
        2, "An early plateau ends growth; worth without a plateau leaves fewer.",
    ),
)  # fmt: skip


def play(folder: Path, replications: int, months: int | None, workers: int, bars: Bars) -> list[SweepTables]:
    """Play what the stores below `folder` do not hold yet, one store a lever, and open them."""
    found = []
    for lever in LEVERS:
        plan = read_plan(lever.plan, replications, months)
        found.append(played(plan, lever.title, folder / lever.plan, workers, bars))
    return found


def played(plan: Plan, title: str, folder: Path, workers: int, bars: Bars) -> SweepTables:
    """Play what the store does not hold yet under a bar, and open it. A signal ends it as Ctrl-C does."""
    with crew("local", workers) as players, bars(title, plan.different_runs) as step:
        ended = sweep(plan, folder, players, report=lambda now: step(now.done, now.total))
    if ended.signal:
        raise KeyboardInterrupt
    return load(folder)


def table(lever: Lever, store: SweepTables) -> pd.DataFrame:
    """One row a point: runs, counts by structure and growth, firms, and the paired change to the reference.

    firms is the mean effective number of the last record; change its mean paired difference, with a 90 per
    cent bootstrap interval over pairs; other_end the pairs whose regime differs from the reference's.
    """
    ends = store.months.sort_values("month").groupby(["point", "replication"]).tail(1)
    firms = ends.pivot_table(index="replication", columns="point", values="effective_number", dropna=False)
    names = store.regimes.pivot(index="replication", columns="point", values="regime")
    rows = []
    for point, own in store.regimes.groupby("point"):
        row: dict[str, Any] = {"setting": lever.labels[int(point)], "runs": len(own)}
        row |= {name: int((own["structure"] == name).sum()) for name in STRUCTURE}
        row |= {
            name: int((own["growth"] == name).sum())
            for name in ("growing", "plateau", "stillborn", "runaway")
        }
        row["firms"] = float(firms[point].mean())
        row["change"], row["low"], row["high"] = _paired(firms[point] - firms[lever.reference])
        row["other_end"] = int((names[point] != names[lever.reference]).sum())
        rows.append(row)
    return pd.DataFrame(rows)


def _paired(differences: pd.Series) -> tuple[float, float, float]:
    """Mean and bootstrap interval of paired differences."""
    known = differences.dropna().to_numpy()
    if not len(known):
        return (float("nan"),) * 3
    draw = np.random.default_rng(0)
    means = draw.choice(known, (DRAWS, len(known))).mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(known.mean()), float(low), float(high)


def page(tables: list[pd.DataFrame], months: int, command: str) -> str:
    """The page in Markdown: what was asked, the picture, one table a lever."""
    runs = int(tables[0]["runs"].iloc[0])
    lines = [
        "# What moves the way the market ends", "",
        f"Written by `{command}`: {runs} paired runs a setting, {months} months each;",
        "replication r has the same luck at every setting of a lever. Structure is named by the effective",
        "number of providers over the last 24 months (`scenarios/shared/regimes.toml`). Counts, with a 90%",
        "interval for the commonest; changes are means over pairs with a 90% bootstrap interval.", "",
        "![Shares of runs that end with one, two, few or many providers](pictures/regimes.png)", "",
    ]  # fmt: skip
    if runs < FEW_RUNS:
        lines += [f"With {runs} runs a setting this is a trial of the command, no result.", ""]
    for lever, found in zip(LEVERS, tables, strict=True):
        lines += [f"## {lever.title}", "", f"Expected: {lever.expected}", "", *_markdown(lever, found), ""]
    return "\n".join(lines)


def _markdown(lever: Lever, found: pd.DataFrame) -> list[str]:
    head = (
        "| setting | structure at the end | growth | firms | change, paired | other end than the reference |"
    )
    rows = [head, "|---|---|---|---|---|---|"]
    for place, row in enumerate(found.to_dict("records")):
        change = (
            "reference"
            if place == lever.reference
            else f"{row['change']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
        )
        growth = ", ".join(
            f"{name} {row[name]}" for name in ("growing", "plateau", "stillborn", "runaway") if row[name]
        )
        other = "" if place == lever.reference else f"{row['other_end']} of {row['runs']}"
        rows.append(
            f"| {row['setting']} | {_counts(row)} | {growth} | {row['firms']:.2f} | {change} | {other} |"
        )
    return rows


def _counts(row: dict[str, Any]) -> str:
    """Structures with their counts, the commonest with its interval."""
    seen = sorted(((row[name], name) for name in STRUCTURE if row[name]), reverse=True)
    low, high = wilson(np.array([float(seen[0][0])]), np.array([float(row["runs"])]))
    first = f"{seen[0][1]} {seen[0][0]} of {row['runs']} ({low[0]:.2f}-{high[0]:.2f})"
    return ", ".join([first, *(f"{name} {count}" for count, name in seen[1:])])


def write(out: Path, stores: list[SweepTables], command: str) -> list[Path]:
    """The page, its tables as CSV, and the figure as a page and, where a browser is there, as a picture."""
    tables = [table(lever, store) for lever, store in zip(LEVERS, stores, strict=True)]
    months = int(stores[0].months["month"].max()) + 1
    (out / "pictures").mkdir(parents=True, exist_ok=True)
    told = pd.concat([found.assign(lever=lever.title) for lever, found in zip(LEVERS, tables, strict=True)])
    paths = [out / "regimes.md", out / "pictures" / "regimes.csv", out / "pictures" / "regimes.png"]
    paths[0].write_text(page(tables, months, command), encoding="utf-8")
    told.to_csv(paths[1], index=False)
    figure = apply(
        shares_figure([(lever.title, found) for lever, found in zip(LEVERS, tables, strict=True)]),
        opaque=True,
    )
    _picture(figure, paths[2])
    return [path for path in paths if path.exists()]


def _picture(figure: Any, path: Path) -> None:
    try:
        draw([Picture(figure, path, figure.layout.width, figure.layout.height, 2.0)])
    except NoBrowser:
        figure.write_html(path.with_suffix(".html"), include_plotlyjs=True)
