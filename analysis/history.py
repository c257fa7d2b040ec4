"""Growth in a run against growth in history, by the statistics with which history was measured."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for
from analysis.charts.parts import ABOVE, BELOW_TITLED, label_rows, panels, runs_word
from analysis.style import NEUTRAL, PALETTE, apply
from analysis.tables import RunTables

FACTS = Path(__file__).with_suffix(".csv")
TOP = 10  # runs that count as the largest at their release
YEAR_DAYS = 365.25
ROW_HEIGHT = 52  # px


def facts() -> pd.DataFrame:
    """Growth in history: fact, measure, column, window, low and high (x/yr), source, verified."""
    return pd.read_csv(FACTS, parse_dates=["begin", "end"])


def growth_of_largest(models: pd.DataFrame, column: str) -> float:
    """Growth of the runs that were among the ten largest at their release, x/yr: a log-linear fit.

    `models` of one run, with `date` and the column; NaN with fewer than three dates.
    """
    ordered = models.sort_values("date", kind="stable")
    sizes = ordered[column].to_numpy()
    largest = [row for row, size in enumerate(sizes) if (sizes[:row] > size).sum() < TOP]
    years = ((ordered["date"] - ordered["date"].min()).dt.days / YEAR_DAYS).to_numpy()[largest]
    if len(set(years)) < 3:
        return float("nan")
    return float(np.exp(np.polyfit(years, np.log(sizes[largest]), 1)[0]))


def growth_of_years(months: pd.DataFrame, column: str) -> float:
    """Growth of a flow from the first to the last whole calendar year, x/yr; NaN of fewer than two."""
    years = months.groupby(months["date"].dt.year)[column].agg(["sum", "count"])
    whole = years.loc[years["count"] == 12, "sum"].to_numpy()
    if len(whole) < 2 or whole[0] <= 0:
        return float("nan")
    return float((whole[-1] / whole[0]) ** (1 / (len(whole) - 1)))


def growth_in_runs(tables: RunTables) -> pd.DataFrame:
    """Every fact in every run: fact, replication, growth (x/yr)."""
    rows = []
    for fact in facts().to_dict("records"):
        largest = fact["measure"] == "largest"
        frame = tables.vintages if largest else tables.months
        known = frame[frame["date"].between(fact["begin"], fact["end"])]
        for replication, own in known.groupby("replication"):
            growth = (growth_of_largest if largest else growth_of_years)(own, fact["column"])
            rows.append({"fact": fact["fact"], "replication": replication, "growth": growth})
    return pd.DataFrame(rows, columns=["fact", "replication", "growth"]).dropna()


def against_history(found: pd.DataFrame) -> pd.DataFrame:
    """One row a fact: history's range, the runs' median and range, how many lie inside, the source."""
    rows: list[dict[str, Any]] = []
    for fact in facts().itertuples():
        growth = found.loc[found["fact"] == fact.fact, "growth"]
        middle, low, high = growth.median(), growth.min(), growth.max()
        inside = int(growth.between(fact.low, fact.high).sum())
        rows.append(
            {
                "growth of": fact.fact,
                "history, x/yr": f"{fact.low:g} to {fact.high:g}",
                "runs, x/yr": f"{middle:.1f} ({low:.1f} to {high:.1f})",
                "median is": "inside" if fact.low <= middle <= fact.high else "outside",
                "runs inside": f"{inside} of {len(growth)}",
                "source": fact.source + ("" if fact.verified == "yes" else " (not verified)"),
            }
        )
    return pd.DataFrame(rows)


def history_figure(found: pd.DataFrame) -> go.Figure:
    """History's range as a bar, runs as dots, their median as a diamond, a row a fact."""
    told = against_history(found)
    runs = int(found.groupby("fact").size().max())
    fig = panels(
        "Growth in history and in the runs",
        f"Bar = history's range; dots = {runs_word(runs)}; diamond = their median.",
        "; ".join(f"{row.iloc[0]}: history {row.iloc[1]}, runs {row.iloc[2]}" for _, row in told.iterrows()),
        height=ROW_HEIGHT * len(told) + BELOW_TITLED + ABOVE, below=BELOW_TITLED,
    )  # fmt: skip
    known = facts()
    axis = axis_for(np.concatenate([found["growth"], known["low"], known["high"]]), "x", log=True)
    for row, fact in enumerate(known.itertuples()):
        growth = axis.drawn(found.loc[found["fact"] == fact.fact, "growth"])
        ends = axis.drawn([fact.low, fact.high])
        fig.add_scatter(x=ends, y=[row, row], mode="lines", line={"color": NEUTRAL, "width": 14}, opacity=0.5)
        fig.add_scatter(
            x=growth, y=[row] * len(growth), mode="markers", marker={"color": PALETTE[0], "opacity": 0.6}
        )
        fig.add_scatter(
            x=[np.median(growth)], y=[row], mode="markers",
            marker={"color": PALETTE[0], "symbol": "diamond", "size": 14},
        )  # fmt: skip
    axis.put_below(fig, "Growth a year")
    label_rows(fig, list(known["fact"]), list(known["fact"]))
    return fig.update_layout(hovermode="closest")


def write_history(folder: Path, found: pd.DataFrame) -> Path:
    """Write the table as CSV and the figure as a page; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    against_history(found).to_csv(folder / "history.csv", index=False)
    apply(history_figure(found), opaque=True).write_html(folder / "history.html", include_plotlyjs=True)
    return folder
