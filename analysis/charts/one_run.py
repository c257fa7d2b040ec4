"""Charts of one run: what happened when, one provider's purse, and where it sells."""

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for, time_axis
from analysis.charts.market import mode_for
from analysis.charts.parts import has_data, nothing, panels
from analysis.style import (
    PALETTE,
    SYMBOLS,
    provider_colors,
    provider_label,
)
from analysis.units import beside


def happenings(events: pd.DataFrame, cursor: pd.Timestamp | None = None) -> go.Figure:
    """Events of a run, a row for each who acts; the shape tells the kind."""
    title = "What happened"
    if events.empty:
        return nothing(title, "Nothing of this kind happened.")
    people = sorted(events["who"].unique(), reverse=True)
    kinds = sorted(events["kind"].unique())
    signs = dict(zip(kinds, SYMBOLS * 3, strict=False))
    colors = provider_colors(people)
    alt = ", ".join(f"{kind} {count}" for kind, count in events["kind"].value_counts().items())
    fig = panels(title, "", f"Events by kind: {alt}.", height=120 + 34 * len(people))
    for kind in kinds:
        own = events[events["kind"] == kind]
        fig.add_scatter(
            x=own["date"], y=[provider_label(who) for who in own["who"]], mode="markers",
            name=kind.replace("_", " "),
            marker={"symbol": signs[kind], "size": 10, "color": [colors[who] for who in own["who"]]},
            text=[provider_label(text) for text in own["text"]], customdata=own["event"],
            hovertemplate="%{text}<br>%{x|%B %Y}<extra></extra>", showlegend=True, cliponaxis=False,
            row=1, col=1,
        )  # fmt: skip
    fig.update_yaxes(
        categoryorder="array", categoryarray=[provider_label(who) for who in people], showgrid=True
    )
    time_axis(fig, events["date"])
    if cursor is not None:
        fig.add_vline(x=cursor, line={"color": "#8A929C", "width": 1.5, "dash": "dot"})
    fig.update_layout(
        hovermode="closest", showlegend=len(kinds) > 1, legend={"orientation": "h", "y": -0.12, "x": 0}
    )
    return fig


def purse(providers: pd.DataFrame, name: str) -> go.Figure:
    """A provider's cash in every run, and how many runs it lives through."""
    own = providers[providers["provider"] == name]
    title = "Cash"
    if not has_data(own["cash"]):
        return nothing(title, "This provider has no cash in any month.")
    axis = axis_for(own["cash"], "USD", log=False)
    fig = panels(title, "A line for each run; below zero it is drawn credit.", "Cash by run over time.")
    for _, single in own.groupby("replication"):
        living = single[single["alive"] > 0]
        fig.add_scatter(
            x=living["date"], y=axis.drawn(living["cash"]), mode=mode_for(len(living)),
            line={"color": PALETTE[0], "width": 2}, opacity=0.7,
            hovertemplate=f"%{{y:.3~g}}{beside(axis.unit)}", row=1, col=1,
        )  # fmt: skip
    fig.add_hline(y=0, line={"color": "#8A929C", "width": 1})
    axis.put(fig, title)
    time_axis(fig, own["date"])
    fig.update_layout(hovermode="closest")
    return fig


def share_by_domain(sales: pd.DataFrame, name: str) -> go.Figure:
    """A provider's share of providers' revenue in each field of work, in the last year with sales."""
    title = "Share of revenue by field of work"
    table = domain_shares(sales, name)
    if table.empty or not table["share"].gt(0).any():
        return nothing(title, "It sells nothing in the last year.")
    alt = ", ".join(f"{row.domain} {row.share:.0%}" for row in table.itertuples())
    fig = panels(
        title, "Last year of the runs, all runs together.", alt, height=max(220, 110 + 34 * len(table))
    )
    fig.add_bar(
        x=table["share"], y=[provider_label(domain) for domain in table["domain"]], orientation="h",
        marker={"color": PALETTE[0]}, hovertemplate="%{x:.1%}<extra></extra>", row=1, col=1,
    )  # fmt: skip
    fig.update_xaxes(tickformat=".0%", rangemode="tozero", showgrid=True)
    fig.update_yaxes(showgrid=False, autorange="reversed")
    fig.update_layout(hovermode="closest", bargap=0.45)
    return fig


def domain_shares(sales: pd.DataFrame, name: str) -> pd.DataFrame:
    """Domain and share of a provider in the last year of the runs, largest first."""
    if sales.empty:
        return pd.DataFrame({"domain": [], "share": []})
    last = sales[sales["year"] == sales["year"].max()]
    total = last.groupby("domain")["amount"].sum()
    own = last[last["provider"] == name].groupby("domain")["amount"].sum()
    shares = own.reindex(total.index).fillna(0.0) / total
    return shares.rename("share").sort_values(ascending=False).reset_index()
