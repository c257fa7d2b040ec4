"""Charts of who is served: shares by jurisdiction, and inequality of what is used."""

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis, time_axis
from analysis.charts.market import PANEL_HEIGHT, add_fan_of, read_as
from analysis.charts.parts import End, Named, has_data, label_ends, month_word, nothing, panels
from analysis.style import PALETTE, provider_label

SERVED = Named("served", "Share of workloads served", "1")
GINI = Named("gini", "Gini of capability used (0 = equal)", "1")


def access(table: pd.DataFrame) -> go.Figure:
    """Share served by jurisdiction above, and the Gini of capability used below where the table has it.

    `table` has one row a replication, month and jurisdiction: `replication`, `month`, `date`, `jurisdiction`,
    `served` and, the same for all jurisdictions of a month, `gini`.
    """
    title = "Access"
    if not has_data(table[SERVED.name]):
        return nothing(title, "Nobody is served in any month.")
    both = GINI.name in table and has_data(table[GINI.name])
    rows = 2 if both else 1
    fig = panels(title, _caption(table), _told(table), rows, PANEL_HEIGHT * rows + 60)
    ends = [
        _add_place(fig, own, str(name), color)
        for (name, own), color in zip(table.groupby("jurisdiction"), PALETTE * 4, strict=False)
    ]
    label_ends(fig, ends)
    _unit_axis().put(fig, SERVED.label)
    if both:
        market = table.drop_duplicates(["replication", "month"])
        add_fan_of(fig, market, GINI, _unit_axis(), PALETTE[0], 2)
        _unit_axis().put(fig, GINI.label, 2)
    time_axis(fig, table["date"])
    return fig


def _unit_axis() -> Axis:
    return Axis(False, 0.0, 1.0, 1.0, "1")


def _add_place(fig: go.Figure, own: pd.DataFrame, name: str, color: str) -> End:
    """Median of a jurisdiction over runs; its label."""
    middle = own.groupby("date")[SERVED.name].median().dropna()
    fig.add_scatter(
        x=middle.index, y=middle, mode="lines", line={"color": color, "width": 2.5},
        name=provider_label(name), hovertemplate="%{y:.0%}", row=1, col=1,
    )  # fmt: skip
    return End(provider_label(name), color, float(middle.iloc[-1]) if len(middle) else 0.0)


def _caption(table: pd.DataFrame) -> str:
    """What is drawn above and below."""
    if table["replication"].nunique() == 1:
        return read_as(table)
    return (
        f"Jurisdictions: medians over runs. Gini: {read_as(table)}"
        if GINI.name in table
        else "Medians over runs."
    )


def _told(table: pd.DataFrame) -> str:
    last = table[table["date"] == table["date"].max()]
    found = last.groupby("jurisdiction")[SERVED.name].median().sort_values(ascending=False)
    listed = ", ".join(f"{str(name).replace('_', ' ')} {value:.0%}" for name, value in found.items())
    return f"Share of workloads served in {month_word(table['date'].max())}: {listed}."
