"""Table, words and figure of the study of leaders."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis
from analysis.charts.parts import BELOW_TITLED, End, label_ends, panels
from analysis.style import PALETTE, SYMBOLS, apply
from sim.studies.leaders import MAPS, by_program, gap, peak

PUBLISHED = {5: 0.218, 10: 0.104, 20: 0.014}  # gap after years, Gundlach et al. (2025)


def study_leaders(years: int, growth: float, step: Callable[[int, int], None]) -> pd.DataFrame:
    """One row a year: the gap by the closed form and by the program, and the leader's share of revenue."""
    found = by_program(years, growth, step)
    found.insert(1, "closed form", gap(found["year"].to_numpy(), growth))
    return found.rename(columns={"gap": "program"} | {name: f"share, {name}" for name in MAPS})


def leaders_sentences(growth: float) -> list[str]:
    """The dates in words."""
    top = peak(growth)
    later = ", ".join(f"{float(gap(year, growth)):.1%} after {year}" for year in PUBLISHED)
    published = ", ".join(f"{share:.1%} after {year}" for year, share in PUBLISHED.items())
    return [
        f"The gap in reducible loss is largest after {top:.2f} years, at {float(gap(top, growth)):.1%} "
        f"of what both began with; {later}.",
        f"Published at a growth of 3.6: after 3.33 years, 23.9%; {published}.",
        "The bigger model is dearer to serve. Where each unit of loss is worth the same, the leader's share",
        "of revenue turns before the gap does and falls below a half; where each nat is, it only grows.",
    ]


def leaders_figure(found: pd.DataFrame) -> go.Figure:
    """The gap and the leader's shares by year."""
    fig = panels(
        "How long more money buys a better model",
        "A leader's budget grows, a follower's stays; progress is shared. Gap: over the loss at the start.",
        _told(found),
        below=BELOW_TITLED,
    )
    axis, ends = Axis(False, 0.0, 1.05, 1.0, "1"), []
    names = [
        ("program", "gap in loss"),
        *((f"share, {name}", f"leader's share, customers pay for {name}") for name in MAPS),
    ]
    for (column, label), color, symbol in zip(names, PALETTE, SYMBOLS, strict=False):
        fig.add_scatter(
            x=found["year"], y=found[column], mode="lines+markers", name=label, row=1, col=1,
            line={"color": color}, marker={"symbol": symbol, "size": 8},
        )  # fmt: skip
        ends.append(End(label, color, axis.height(float(found[column].iloc[-1]))))
    fig.add_scatter(
        x=found["year"], y=found["closed form"], mode="lines", name="closed form", row=1, col=1,
        line={"color": PALETTE[3], "dash": "dash"},
    )  # fmt: skip
    label_ends(fig, ends)
    axis.put(fig, "Gap (dashed: closed form) and share of revenue")
    Axis(False, 0.0, float(found["year"].max()), 1.0, "1").put_below(fig, "Years")
    return fig


def _told(found: pd.DataFrame) -> str:
    last = found.iloc[-1]
    return (
        f"After {last['year']:.0f} years: "
        + ", ".join(f"{k} {v:.2f}" for k, v in last.items() if k != "year")
        + "."
    )


def write_leaders(folder: Path, found: pd.DataFrame) -> Path:
    """Write the table as CSV and the figure as a page; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    found.to_csv(folder / "leaders.csv", index=False)
    apply(leaders_figure(found), opaque=True).write_html(folder / "leaders.html", include_plotlyjs=True)
    return folder
