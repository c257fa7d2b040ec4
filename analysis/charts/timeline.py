"""The life of each provider in one replication: entry, exit, fights and subsidies from its events."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import time_axis
from analysis.charts.parts import ABOVE, BELOW, End, key, label_rows, nothing, panels
from analysis.style import NEUTRAL, PALETTE, SIGNS, provider_label

ROW_HEIGHT = 40  # px
LIFE = NEUTRAL
SIGN = {"size": 12, "line": {"width": 1, "color": "#FFFFFF"}}


@dataclass(frozen=True)
class Act:
    """What a sign stands for: kinds of events, in words, with symbol and colour."""

    kinds: tuple[str, ...]
    label: str
    symbol: str
    color: str


ENTRIES = ("entry",)  # a life begins with one of these, else with the first event
EXITS = ("exit", "bankruptcy")  # and ends with the last of these
ACTS = (
    Act(ENTRIES, "entry", "triangle-up", PALETTE[2]),
    Act(("exit",), "exit", "square", PALETTE[0]),
    Act(("bankruptcy",), "bankruptcy", "x", PALETTE[1]),
    Act(("acquisition",), "takes over", "cross", PALETTE[6]),
    Act(("price_war",), "price war", "diamond", PALETTE[4]),
    Act(
        ("grant", "credit_line", "procurement", "backstop", "guarantee"), "public money", "circle", PALETTE[5]
    ),
)
KINDS = tuple(kind for act in ACTS for kind in act.kinds)  # all kinds of events that are drawn


def lives(events: pd.DataFrame, replication: int, last: pd.Timestamp) -> pd.DataFrame:
    """Provider, first and last date of its life: one row each that releases a model or enters."""
    one = events[events["replication"] == replication]
    there = one[one["kind"].isin([*ENTRIES, *EXITS, "training", "release"])]
    rows = []
    for name, own in there.groupby("who"):
        entered, left = own[own["kind"].isin(ENTRIES)], own[own["kind"].isin(EXITS)]
        first = entered["date"].min() if len(entered) else own["date"].min()
        rows.append((str(name), first, left["date"].max() if len(left) else last))
    table = pd.DataFrame(rows, columns=["provider", "first", "last"])
    return table.sort_values(["first", "provider"], ignore_index=True)


def timeline(events: pd.DataFrame, replication: int, last: pd.Timestamp) -> go.Figure:
    """A bar from a provider's entry (or first event) to its exit, with signs for the kinds of `KINDS`.

    `events` has `replication`, `date`, `kind`, `who`, `text`; `last` is the last month of the run.
    """
    title, table = "Entry, exit, fights and subsidies", lives(events, replication, last)
    if table.empty:
        return nothing(title, "No provider releases a model in this run.")
    one = events[(events["replication"] == replication) & events["who"].isin(table["provider"])]
    acts = one[one["kind"].isin(KINDS)]
    height = ROW_HEIGHT * max(len(table), len(ACTS)) + ABOVE + BELOW
    caption = f"Replication {replication}. Bar = from the first event or entry to the exit.{_if_quiet(acts)}"
    fig = panels(title, caption, _told(table, acts, last), height=height)
    for row, life in enumerate(table.itertuples()):
        fig.add_scatter(
            x=[life.first, life.last], y=[row, row], mode="lines", line={"color": LIFE, "width": 12},
            hoverinfo="skip", row=1, col=1,
        )  # fmt: skip
    _add_acts(fig, acts, {name: row for row, name in enumerate(table["provider"])})
    label_rows(fig, list(table["provider"]), [provider_label(name) for name in table["provider"]])
    time_axis(fig, pd.concat([table["first"], pd.Series([last])]))
    return fig.update_layout(hovermode="closest")


def _if_quiet(acts: pd.DataFrame) -> str:
    return "" if len(acts) else " Nobody enters, leaves, fights or is paid by a government."


def _add_acts(fig: go.Figure, acts: pd.DataFrame, place: dict[str, int]) -> None:
    """Signs on the bars, and what they stand for."""
    present = [act for act in ACTS if acts["kind"].isin(act.kinds).any()]
    for act in present:
        own = acts[acts["kind"].isin(act.kinds)]
        fig.add_scatter(
            x=own["date"], y=own["who"].map(place), mode="markers", cliponaxis=False,
            marker=SIGN | {"symbol": act.symbol, "color": act.color}, row=1, col=1,
            text=[provider_label(text) for text in own["text"]], hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    if present:
        key(fig, [End(act.label, act.color, 1.0, SIGNS[act.symbol]) for act in present])


def _told(table: pd.DataFrame, acts: pd.DataFrame, last: pd.Timestamp) -> str:
    counts = [f"{act.label}: {count}" for act in ACTS if (count := int(acts["kind"].isin(act.kinds).sum()))]
    alive = int((table["last"] == last).sum())
    return (
        f"One bar for each of {len(table)} providers, {alive} of them there at the end. "
        f"Events: {', '.join(counts) or 'none of these kinds'}."
    )
