"""Charts that set scenarios side by side, and those that link several series by one month."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for, time_axis
from analysis.charts.market import add_fan, add_fan_of, read_as, told
from analysis.charts.parts import End, Named, has_data, label_ends, nothing, panels, runs_word
from analysis.style import NEUTRAL, PALETTE, faded
from analysis.tables import FEW_RUNS, outcome
from analysis.units import amount, beside

PANEL = 170  # px


def arm_colors(labels: Sequence[str]) -> dict[str, str]:
    """The first arm, with which others are compared, in grey; the others in the palette's colours."""
    if len(labels) == 1:
        return {labels[0]: PALETTE[0]}
    return dict(zip(labels, (NEUTRAL, *PALETTE), strict=False))


def compared(arms: Mapping[str, pd.DataFrame], name: str) -> go.Figure:
    """An outcome over time: each scenario's median with its single runs, or the band of many."""
    entry = outcome(name)
    everything = pd.concat([months[["date", name]] for months in arms.values()], ignore_index=True)
    if not has_data(everything[name]):
        return nothing(entry.label, "This has no value in any month.")
    axis = axis_for(everything[name], entry.unit)
    fig = panels(entry.label, counted(arms), " ".join(f"{k}: {told(m, [name])}" for k, m in arms.items()))
    ends = []
    for label, color in arm_colors(list(arms)).items():
        last = add_fan_of(fig, arms[label], Named(name, label, entry.unit), axis, color)
        ends += [End(label, color, axis.height(last))] if last is not None else []
    label_ends(fig, ends)
    axis.put(fig, entry.label)
    time_axis(fig, everything["date"])
    return fig


def counted(arms: Mapping[str, pd.DataFrame]) -> str:
    """What lines, dots and bands stand for, and over how many runs."""
    numbers = {label: months["replication"].nunique() for label, months in arms.items()}
    if len(set(numbers.values())) == 1:
        return read_as(next(iter(arms.values())))
    over = ", ".join(f"{label} {runs_word(number)}" for label, number in numbers.items())
    few = f"dots = single runs where they are fewer than {FEW_RUNS}, else "
    return f"{over[0].upper()}{over[1:]}; line = median; {few}band = 10th to 90th percentile over luck."


def dots(points: pd.DataFrame, name: str) -> go.Figure:
    """Every run's outcome at the end, a dot each; the bar is the median."""
    entry = outcome(name)
    if not has_data(points["value"]):
        return nothing(entry.label, "This has no value at the end of any run.")
    labels = list(dict.fromkeys(points["arm"]))
    axis = axis_for(points["value"], entry.unit)
    medians = points.groupby("arm")["value"].median()
    alt = ". ".join(f"{label}: median {amount(medians[label], entry.unit)}" for label in labels)
    few = points.groupby("arm")["value"].count().min() < FEW_RUNS
    caption = "Each dot is one run, and equal places have equal luck." if few else "Each dot is one run."
    fig = panels(f"{entry.label} at the end", caption, alt, height=max(240, 110 + 62 * len(labels)))
    colors = arm_colors(labels)
    for place, label in enumerate(labels):
        own = points[points["arm"] == label].sort_values("replication")
        spots = [place + 0.22 * ((k % 5) - 2) / 2 for k in range(len(own))]
        fig.add_scatter(
            x=axis.drawn(own["value"]), y=spots, mode="markers", name=label, cliponaxis=False,
            marker={"color": faded(colors[label], 0.75), "size": 11}, row=1, col=1,
            hovertemplate=f"%{{x:.3~g}}{beside(axis.unit)}",
        )  # fmt: skip
        middle = axis.drawn([medians[label]])
        fig.add_scatter(
            x=[*middle, *middle], y=[place - 0.34, place + 0.34], mode="lines", hoverinfo="skip",
            line={"color": colors[label], "width": 4}, row=1, col=1,
        )  # fmt: skip
    fig.update_yaxes(
        tickvals=list(range(len(labels))), ticktext=labels, range=[len(labels) - 0.5, -0.5], showgrid=False
    )
    axis.put_below(fig, entry.label)
    fig.update_xaxes(showgrid=True)
    fig.update_layout(hovermode="closest")
    return fig


def linked(
    months: pd.DataFrame,
    names: Sequence[str],
    cursor: pd.Timestamp | None = None,
    title: str = "One month through all figures",
) -> go.Figure:
    """Several outcomes under each other over one time axis; one cursor runs through all."""
    known = [name for name in names if has_data(months[name])]
    if not known:
        return nothing("Nothing to show", "None of these has a value in any month.")
    fig = panels(
        title, read_as(months), told(months, known), len(known), len(known) * PANEL + 60,
    )  # fmt: skip
    for row, (name, color) in enumerate(zip(known, PALETTE * 2, strict=False), start=1):
        axis = axis_for(months[name], outcome(name).unit)
        add_fan(fig, months, name, axis, color, row)
        axis.put(fig, outcome(name).label, row)
    time_axis(fig, months["date"])
    if cursor is not None:
        for row in range(1, len(known) + 1):
            fig.add_vline(x=cursor, line={"color": NEUTRAL, "width": 1.5, "dash": "dot"}, row=row, col=1)
    fig.update_layout(hoversubplots="axis")
    return fig
