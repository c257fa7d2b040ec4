"""Charts by regime: what an outcome did in the runs that ended alike."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for, panel_of, time_axis
from analysis.charts.market import BLUE, LUCK, add_fan, read_as, told
from analysis.charts.parts import has_data, nothing, panels, runs_word
from analysis.regimes import frequencies
from analysis.style import provider_label
from analysis.tables import outcome
from analysis.units import span

MOST_PANELS = 6
PANEL_HEIGHT = 190  # px


def by_regime(months: pd.DataFrame, name: str, covers: str = LUCK) -> go.Figure:
    """An outcome over time, a panel for each regime, the most frequent first, all on one scale.

    `months` has the columns `replication`, `month`, `date`, `regime` (one label a replication) and `name`.
    """
    entry, title = outcome(name), f"{outcome(name).label} by regime"
    if not has_data(months[name]):
        return nothing(title, "This has no value in any month.")
    counts = frequencies(months.drop_duplicates("replication"))
    shown, axis = counts.head(MOST_PANELS), axis_for(months[name], entry.unit)
    scale = axis.titled(entry.label)
    said = f"{scale}. " if scale != entry.label else ""
    caption = f"{said}{read_as(months, covers)}{_left_out(counts)}"
    fig = panels(title, caption, _told(counts, months, name), len(shown), PANEL_HEIGHT * len(shown) + 60)
    for row, found in enumerate(shown.to_dict("records"), start=1):
        add_fan(fig, _ended(months, found), name, axis, BLUE, row)
        axis.put(fig, "", row)
        fig.layout.annotations[-1].text = _heading(found)
        fig.layout.annotations[-1].yref = panel_of(row)
    time_axis(fig, months["date"])
    return fig


def _ended(months: pd.DataFrame, found: Mapping[str, Any]) -> pd.DataFrame:
    """The months of the runs that ended in a regime."""
    return months[months["regime"] == found["regime"]]


def _heading(found: Mapping[str, Any]) -> str:
    """Such as 'oligopoly: 5 of 8 runs (35–84%)'."""
    limits = span(round(100 * found["low"]), round(100 * found["high"]))
    name, runs = provider_label(found["regime"]), runs_word(found["runs"])
    return f"<b>{name}</b>: {found['count']} of {runs} ({limits}%)"


def _left_out(counts: pd.DataFrame) -> str:
    rest = int(counts["count"].iloc[MOST_PANELS:].sum())
    return f" {runs_word(rest).capitalize()} of rarer regimes left out." if rest else ""


def _told(counts: pd.DataFrame, months: pd.DataFrame, name: str) -> str:
    parts = [
        f"{found['regime']}, {runs_word(found['count'])}: {told(_ended(months, found), [name])}"
        for found in counts.head(MOST_PANELS).to_dict("records")
    ]
    return f"One panel for each regime. {' '.join(parts)}"
