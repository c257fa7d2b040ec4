"""Figures of what fine-tuning is worth in the look of the house, for pages that let the reader choose."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis, axis_for
from analysis.charts.finetuning import CONSTANTS
from analysis.charts.parts import End, label_ends, panels
from analysis.style import PALETTE, faded

MODES = {
    "head": ("Last layer", PALETTE[7]),
    "last1": ("Last block", PALETTE[0]),
    "last2": ("Last two blocks", PALETTE[5]),
    "external": ("Outputs-only, block outside", PALETTE[4]),
    "full": ("All layers", PALETTE[2]),
}
TIERS = {
    "head": ("Last layer", PALETTE[7]),
    "hosted": ("A few last layers, hosted", PALETTE[0]),
    "activations": ("Outputs-only", PALETTE[4]),
    "full": ("All layers", PALETTE[2]),
}
KINDS = {"cell": "One measurement", "size": "A size of network", "domain": "A field of text"}


def gain_by_data(gains: pd.DataFrame) -> go.Figure:
    """Mean measured gain by the customer's data, a line for each way; small points are fields of text."""
    fields = gains.groupby(["mode", "tokens", "domain"], as_index=False)["gain"].mean()
    axis = axis_for(fields["gain"], "bit/byte", log=False)
    caption = "Line = mean over the chosen networks and fields; small points = fields of text."
    fig = _by_data("What tuning gains", caption)
    ends = []
    for mode, rows in _ways(gains).items():
        label, color = MODES[mode]
        single, middle = fields[fields["mode"] == mode], rows.groupby("tokens")["gain"].mean()
        fig.add_scatter(
            x=single["tokens"], y=single["gain"], mode="markers", row=1, col=1,
            marker={"size": 6, "color": faded(color, 0.45)}, text=single["domain"].str.replace("_", " "),
            hovertemplate="%{text}: %{y:.3f}<extra></extra>",
        )  # fmt: skip
        fig.add_scatter(
            x=middle.index, y=middle, mode="lines+markers", name=label, line={"color": color, "width": 3},
            hovertemplate=f"{label}: %{{y:.3f}} bit/byte<extra></extra>", row=1, col=1,
        )  # fmt: skip
        ends.append(End(label, color, axis.height(float(middle.iloc[-1]))))
    fig.update_layout(hovermode="closest")
    return _finish(fig, axis, "Gain on unseen text", ends)


def gain_numbers(gains: pd.DataFrame) -> pd.DataFrame:
    """Mean gains, a row for each amount of data."""
    wide = gains.pivot_table(index="tokens", columns="mode", values="gain", aggfunc="mean").round(4)
    wide = wide.rename(columns={mode: label for mode, (label, _) in MODES.items()})
    return wide.rename_axis("Customer's tokens", axis=0).reset_index()


def share_of_full(gains: pd.DataFrame, everything: pd.DataFrame) -> go.Figure:
    """Gain of each way over that of tuning all layers of the same networks on the same text."""
    table = shares(gains, everything)
    axis = Axis(False, 0.0, max(1.1, 1.05 * float(table["share"].max())), 1.0, "1")
    fig = _by_data("Share of full tuning's worth", "1 = as much as tuning all layers of the same networks.")
    ends = []
    for mode, rows in _ways(table).items():
        label, color = MODES[mode]
        fig.add_scatter(
            x=rows["tokens"], y=rows["share"], mode="lines+markers", name=label,
            line={"color": color, "width": 3}, hovertemplate="%{y:.2f}", row=1, col=1,
        )  # fmt: skip
        ends.append(End(label, color, axis.height(float(rows["share"].iloc[-1]))))
    return _finish(fig, axis, "Gain over that of full tuning", ends)


def shares(gains: pd.DataFrame, everything: pd.DataFrame) -> pd.DataFrame:
    """Mode, tokens and share: sums of gains over those of full tuning of the same customers."""
    same = ["size", "domain", "tokens", "seed"]
    full = everything[everything["mode"] == "full"][[*same, "gain"]].rename(columns={"gain": "full"})
    sums = gains.merge(full, on=same).groupby(["mode", "tokens"])[["gain", "full"]].sum()
    return (sums["gain"] / sums["full"]).rename("share").reset_index()


def share_numbers(gains: pd.DataFrame, everything: pd.DataFrame) -> pd.DataFrame:
    """The shares, a row for each amount of data."""
    table = shares(gains, everything)
    return gain_numbers(table.rename(columns={"share": "gain"}))


def worth(table: pd.DataFrame, data: float) -> go.Figure:
    """Worth in computing by data: measured (solid), published (dashed), and a customer's place."""
    times = np.exp(table["gain"])
    axis = axis_for(times, "x", log=True)
    fig = _by_data(
        "What tuning is worth",
        "Solid = measured here, dashed = published figures; dotted line = this customer.",
    )
    dashes = dict(zip(table["layer"].unique(), ("solid", "dash"), strict=False))
    ends = []
    for (layer, tier), rows in table.groupby(["layer", "tier"], sort=False):
        label, color = TIERS[str(tier)]
        line = axis.drawn(np.exp(rows["gain"]))
        fig.add_scatter(
            x=rows["data"], y=line, mode="lines", name=f"{label}, {layer}",
            line={"color": color, "dash": dashes[layer], "width": 3}, row=1, col=1,
            hovertemplate="x %{y:.2f}",
        )  # fmt: skip
        if dashes[layer] == "solid":
            ends.append(End(label, color, axis.height(float(line[-1]))))
    fig.add_vline(x=data, line={"color": "#8A929C", "dash": "dot"})
    ticks = [0.1, 0.3, 1, 3, 10, 30]
    fig.update_xaxes(title="Customer's data, multiples of half-saturation", tickvals=ticks, ticktext=ticks)
    return _finish(fig, axis, "Worth in training compute", ends)


def constants(table: pd.DataFrame) -> go.Figure:
    """Constants of the law with their 90 per cent intervals."""
    rows = table[(table["law"] == "bit/byte") & table["constant"].isin(list(CONSTANTS))]
    alt = ", ".join(f"{row.constant} {row.value:.2f}" for row in rows.itertuples())
    fig = panels("Constants of the law", "Dot = fitted; line = 90% interval.", alt, height=460)
    bars = {"array": rows["high"] - rows["value"], "arrayminus": rows["value"] - rows["low"]}
    fig.add_scatter(
        x=rows["value"], y=rows["constant"].map(CONSTANTS), mode="markers",
        marker={"size": 11, "color": PALETTE[0]}, hovertemplate="%{x:.3f}<extra></extra>", row=1, col=1,
        error_x=bars | {"type": "data", "symmetric": False, "color": faded(PALETTE[0], 0.5), "width": 0},
    )  # fmt: skip
    fig.update_yaxes(autorange="reversed", showgrid=False)
    fig.update_xaxes(showgrid=True)
    fig.update_layout(hovermode="closest")
    return fig


def left_out(table: pd.DataFrame) -> go.Figure:
    """Errors on what the law did not see, for both forms of saturation."""
    alt = ", ".join(f"{row.form}, {row.kind}: {row.error:.0%}" for row in table.itertuples())
    fig = panels("How well it predicts what it did not see", "Mean error, share of the mean gain.", alt)
    for color, (form, rows) in zip(PALETTE, table.groupby("form"), strict=False):
        kinds = [KINDS.get(kind, kind) for kind in rows["kind"]]
        fig.add_bar(
            x=kinds, y=rows["error"], name=str(form), marker={"color": color}, row=1, col=1,
            hovertemplate="%{y:.1%}",
        )  # fmt: skip
    fig.update_yaxes(tickformat=".0%", rangemode="tozero")
    fig.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.15, "x": 0}, hovermode="closest")
    return fig


def _by_data(title: str, caption: str) -> go.Figure:
    fig = panels(title, caption, title)
    ticks = [2_048, 8_192, 32_768]
    fig.update_xaxes(
        type="log", title="Customer's data, tokens", tickvals=ticks, ticktext=[f"{t:,}" for t in ticks]
    )
    return fig


def _ways(table: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """The rows of each way of tuning that is there, in their own order."""
    return {mode: table[table["mode"] == mode] for mode in MODES if (table["mode"] == mode).any()}


def _finish(fig: go.Figure, axis: Axis, label: str, ends: list[End]) -> go.Figure:
    axis.put(fig, label)
    label_ends(fig, ends)
    fig.update_layout(margin={"b": 70})
    return fig
