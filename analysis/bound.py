"""Tables of the study of the bound: what was played against what theory says."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.charts.bound import bound_figure
from analysis.style import apply
from analysis.units import amount
from sim.economics.bound import simultaneous_bound, two_stage_bound
from sim.economics.demand import Form
from sim.studies.bound import CAP, Progress, play_all
from sim.studies.bound_cases import alone, departures, grid
from sim.studies.entry import free_entry

UNIT = 1e6  # USD, one unit of money of the static game: the scenario's smallest budget
ENTRY_COST = 2.0  # units: what the scenario asks for setting up
Bars = Callable[[str, int], AbstractContextManager[Progress]]


def static_game(thetas: Sequence[float], sizes: Sequence[float], form: Form) -> pd.DataFrame:
    """Firms of the static game by theta and size, USD/yr; at most as many as may come to the market."""
    rows = []
    for theta in thetas:
        lines = {"theta": theta, "line": float(simultaneous_bound(theta))}
        lines["line_spend_first"] = two_stage_bound(theta, form)
        for size in sizes:
            firms = free_entry(theta, size / UNIT, form=form, entry_cost=ENTRY_COST)
            rows.append(lines | {"size": size, "static": min(firms, CAP)})
    return pd.DataFrame(rows)


def against_theory(static: pd.DataFrame, played: pd.DataFrame) -> pd.DataFrame:
    """One row a theta and size: both lines, the static game, effective firms of each kind of market."""
    wide = played.pivot_table(index=["theta", "size"], columns="case", values="effective", sort=False)
    return static.merge(wide.reset_index(), on=["theta", "size"], how="left")


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The same in words that fit a terminal."""
    frame = table.copy()
    frame["size"] = [amount(size, "USD/yr") for size in frame["size"]]
    for column in frame.columns.difference(["theta", "size"]):
        frame[column] = [_count(value) for value in frame[column]]
    return frame


def _count(value: float) -> str:
    if np.isnan(value):
        return "none"
    if np.isinf(value):
        return "no bound"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def experiments(played: pd.DataFrame) -> pd.DataFrame:
    """One row an experiment: effective firms by theta (geometric mean over sizes and seeds) and what else."""
    rows = []
    for case, own in played.groupby("case", sort=False):
        row: dict[str, float | str] = {"case": str(case)}
        for theta, at in own.groupby("theta"):
            known = at["effective"].dropna()
            row[f"firms at {theta:g}"] = float(np.exp(np.log(known).mean())) if len(known) else float("nan")
        row["emptied"] = float((own["sellers"] == 0).sum())
        row["leader's share"] = float(own["leader_share"].mean())
        row["training over revenue"] = float(own["spend_share"].mean())
        rows.append(row)
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Bound:
    """All that the study found."""

    static: pd.DataFrame
    market: pd.DataFrame
    departures: pd.DataFrame
    alone: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """The static game and the market side by side."""
        return against_theory(self.static, self.market)


def study_bound(form: Form, quick: bool, workers: int, progress: Bars) -> Bound:
    """Play all; `progress` opens a bar with a title and a number of steps."""
    found = []
    for title, cases in (
        ("The market", grid(quick)),
        ("Why it departs", departures(quick)),
        ("Each mechanism alone", alone(quick)),
    ):
        with progress(title, len(cases)) as step:
            found.append(play_all(cases, workers, step))
    market = found[0]
    static = static_game(sorted(set(market["theta"])), sorted(set(market["size"])), form)
    return Bound(static, *found)


READING = """# How many firms the market keeps where quality is bought

Written by `megamarket study bound`. Theory: free entry, one kind of customer, a flat serving cost, no
improving outside option; where price and spend are chosen together at most theta/(theta - 1) equal firms
live, and below theta = 1 there is no bound. The market played is the whole program with all else of the
baseline switched off (`scenarios/studies/frictionless.toml`); at most 1,000 firms may come. Figures are
effective numbers, 1/HHI, over the last three of fifteen years.

![Firms that free entry keeps, by the reward for a bigger run](pictures/bound.png)

Theory is of firms that reach an equilibrium of spend and buy it anew each time. In the program all decide on
one published view: those who are free start runs in the same month, each expecting the others to go on as
before; and a model lasts, so that a firm that skips a run stays. Both make room for more firms than theory
has. Where firms decide in turns, one month of the year each, and progress makes models perish, the market
comes near the lines.
"""


def bound_page(found: Bound) -> str:
    """The page in Markdown: what was asked, the figure, three tables."""
    parts = [READING, "## Effective firms against theory", _markdown(shown(found.table))]
    parts += ["## Why it departs: one change at a time", _markdown(_rounded(experiments(found.departures)))]
    parts += [
        "## Each mechanism alone, in turns, models perish",
        _markdown(_rounded(experiments(found.alone))),
    ]
    return "\n\n".join(parts) + "\n"


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers with two digits after the point; empty where nothing was sold."""
    words = {name: [_count(value) for value in table[name]] for name in table.columns.difference(["case"])}
    return table.assign(**words)


def _markdown(table: pd.DataFrame) -> str:
    rows = [list(table.columns), ["---"] * len(table.columns), *table.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def write_bound(folder: Path, found: Bound, form: Form) -> Path:
    """Write every table as CSV, the figure as a page, and both as Markdown; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bound.md").write_text(bound_page(found), encoding="utf-8")
    for name, table in vars(found).items():
        table.to_csv(folder / f"{name}.csv", index=False)
    figure = bound_figure(found.static, found.market, form)
    apply(figure, opaque=True).write_html(folder / "bound.html", include_plotlyjs=True)
    return folder
