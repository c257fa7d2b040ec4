"""Charts by regime: what an outcome did in the runs that ended alike."""

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for, panel_of, time_axis
from analysis.charts.market import BLUE, LUCK, add_fan, read_as, told
from analysis.charts.parts import has_data, nothing, panels, runs_word
from analysis.style import provider_label
from analysis.tables import outcome, share_interval
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
    counts = regime_counts(months)
    shown, axis = counts.head(MOST_PANELS), axis_for(months[name], entry.unit)
    scale = axis.titled(entry.label)
    said = f"{scale}. " if scale != entry.label else ""
    caption = f"{said}{read_as(months, covers)}{_left_out(counts)}"
    fig = panels(title, caption, _told(counts, months, name), len(shown), PANEL_HEIGHT * len(shown) + 60)
    for row, found in enumerate(shown.itertuples(), start=1):
        add_fan(fig, months[months["regime"] == found.regime], name, axis, BLUE, row)
        axis.put(fig, "", row)
        fig.layout.annotations[-1].text = _heading(found, counts["runs"].sum())
        fig.layout.annotations[-1].yref = panel_of(row)
    time_axis(fig, months["date"])
    return fig


def regime_counts(months: pd.DataFrame) -> pd.DataFrame:
    """How many runs end in each regime, with a 90 per cent interval of its probability, most first."""
    labels = months.groupby("replication")["regime"].first()
    counts = labels.value_counts().rename_axis("regime").reset_index(name="runs")
    counts = counts.sort_values(["runs", "regime"], ascending=[False, True], ignore_index=True)
    limits = [share_interval(int(found), len(labels)) for found in counts["runs"]]
    return counts.assign(low=[low for low, _ in limits], high=[high for _, high in limits])


def _heading(found: object, total: int) -> str:
    low, high = 100 * found.low, 100 * found.high  # type: ignore[attr-defined]
    name, runs = provider_label(found.regime), found.runs  # type: ignore[attr-defined]
    return f"<b>{name}</b>: {runs} of {runs_word(total)} ({span(round(low), round(high))}%)"


def _left_out(counts: pd.DataFrame) -> str:
    rest = counts["runs"].iloc[MOST_PANELS:].sum()
    return f" {runs_word(rest).capitalize()} of rarer regimes left out." if rest else ""


def _told(counts: pd.DataFrame, months: pd.DataFrame, name: str) -> str:
    parts = [
        f"{found.regime}, {runs_word(found.runs)}: {told(months[months['regime'] == found.regime], [name])}"
        for found in counts.head(MOST_PANELS).itertuples()
    ]
    return f"One panel for each regime. {' '.join(parts)}"
