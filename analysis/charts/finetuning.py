"""Figures of what fine-tuning is worth: each takes a tidy table of `ml_core.tables` and returns a figure."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

MODES = {
    "head": ("Head", "#7a7a7a"),
    "last1": ("Last block", "#0072b2"),
    "last2": ("Last two blocks", "#56b4e9"),
    "external": ("Activations, block outside", "#e69f00"),
    "full": ("Full tuning", "#009e73"),
}
TIERS = {
    "head": ("Head", "#7a7a7a"),
    "hosted": ("Hosted, few layers", "#0072b2"),
    "activations": ("Activations", "#e69f00"),
    "full": ("Full tuning", "#009e73"),
}
CONSTANTS = {
    "level": "Gain at gap 1, endless data (g0)",
    "gap": "Elasticity in the gap (gamma)",
    "size": "Elasticity in parameters (nu)",
    "head": "Head / full (s_head)",
    "external": "External block / full (s_ext)",
    "blocks": "All blocks / full (s_blocks)",
    "depth": "Power of the tuned share (p)",
    "data_by_depth": "More data for deeper tuning (c)",
}
DATA_AXIS = "Customer's data (tokens)"
GAIN_AXIS = "Gain (bit/byte on unseen documents)"


def gain_by_data(gains: pd.DataFrame, curves: pd.DataFrame) -> go.Figure:
    """Mean measured gain of each mode over domains and sizes by data, and the law's curve with its band."""
    figure = go.Figure()
    means = gains.groupby(["mode", "tokens"], as_index=False)["gain"].mean()
    for mode, (label, colour) in _present(MODES, gains["mode"]).items():
        curve, points = curves[curves["mode"] == mode], means[means["mode"] == mode]
        figure.add_scatter(**_band(curve["tokens"], curve["low"], curve["high"], colour), legendgroup=mode)
        figure.add_scatter(
            x=curve["tokens"], y=curve["value"], mode="lines", line_color=colour, name=label, legendgroup=mode
        )
        figure.add_scatter(
            x=points["tokens"], y=points["gain"], mode="markers", marker_color=colour, name=label,
            legendgroup=mode, showlegend=False,
        )  # fmt: skip
    return _titled(
        figure, "What tuning gains, by data and by way of adapting", DATA_AXIS, GAIN_AXIS, log_x=True
    )


def parity(table: pd.DataFrame) -> go.Figure:
    """Gain of each mode over that of full tuning by data, with 90% intervals over domains."""
    figure = go.Figure()
    for mode, (label, colour) in _present(MODES, table["mode"]).items():
        rows = table[table["mode"] == mode]
        bars = {"array": rows["high"] - rows["ratio"], "arrayminus": rows["ratio"] - rows["low"]}
        figure.add_scatter(
            x=rows["tokens"],
            y=rows["ratio"],
            error_y=bars,
            mode="lines+markers",
            line_color=colour,
            name=label,
        )
    figure.add_hline(y=1, line_dash="dot", line_color="#555555")
    return _titled(figure, "Gain over that of full tuning", DATA_AXIS, "Ratio (1 = full tuning)", log_x=True)


def gain_by_gap(gains: pd.DataFrame) -> go.Figure:
    """Full tuning's gain by domain specificity, one point a tuning, both on log scales."""
    figure = go.Figure()
    full = gains[gains["mode"] == "full"]
    for domain, rows in full.groupby("domain"):
        text = [
            f"{size}, {tokens:,} tokens" for size, tokens in zip(rows["size"], rows["tokens"], strict=True)
        ]
        figure.add_scatter(x=rows["gap"], y=rows["gain"], mode="markers", name=str(domain), text=text)
    title = "The more special the domain, the more full tuning gains"
    axis = "Domain specificity (bit/byte above the base corpus)"
    return _titled(figure, title, axis, GAIN_AXIS, log_x=True, log_y=True)


def measured_and_expected(gains: pd.DataFrame) -> go.Figure:
    """Each measured gain against the law's."""
    figure = go.Figure()
    for mode, (label, colour) in _present(MODES, gains["mode"]).items():
        rows = gains[gains["mode"] == mode]
        figure.add_scatter(
            x=rows["expected"], y=rows["gain"], mode="markers", marker_color=colour, name=label
        )
    ends = [float(gains["expected"].min()), float(gains["expected"].max())]
    figure.add_scatter(x=ends, y=ends, mode="lines", line={"color": "#555555", "dash": "dot"}, name="Equal")
    return _titled(figure, "Measured gains against the value law", "Gain by the law (bit/byte)", GAIN_AXIS)


def law_constants(table: pd.DataFrame) -> go.Figure:
    """Constants of the law in bit/byte that carry no unit of data, with their 90% intervals."""
    rows = table[(table["law"] == "bit/byte") & table["constant"].isin(list(CONSTANTS))]
    bars = {"array": rows["high"] - rows["value"], "arrayminus": rows["value"] - rows["low"]}
    labels = rows["constant"].map(CONSTANTS)
    figure = go.Figure(go.Scatter(x=rows["value"], y=labels, error_x=bars, mode="markers", showlegend=False))
    figure.update_yaxes(autorange="reversed")
    return _titled(figure, "Constants of the value law", "Value (1; g0 in bit/byte)", "")


def left_out(table: pd.DataFrame) -> go.Figure:
    """Error on left-out cells, sizes and domains for both forms of saturation."""
    figure = go.Figure()
    for form, rows in table.groupby("form"):
        figure.add_bar(x=rows["kind"], y=100 * rows["error"], name=str(form))
    axis = "Mean absolute error (% of the mean gain)"
    return _titled(figure, "How well the law predicts what it did not see", "Left out", axis)


def base_losses(table: pd.DataFrame, corpus: str = "standard_library") -> go.Figure:
    """Losses of the untuned networks on one corpus by pretraining, and the fitted law."""
    figure = go.Figure()
    chosen = table[table["corpus"] == corpus].sort_values("tokens")
    for colour, (size, rows) in zip(("#0072b2", "#e69f00", "#009e73"), chosen.groupby("size"), strict=False):
        label = f"{size} ({rows['parameters'].iloc[0]:,} parameters)"
        figure.add_scatter(x=rows["tokens"], y=rows["loss"], mode="markers", marker_color=colour, name=label)
        figure.add_scatter(
            x=rows["tokens"], y=rows["expected"], mode="lines", line_color=colour, showlegend=False
        )
    title = f"Untuned networks on {corpus.replace('_', ' ')}"
    return _titled(figure, title, "Pretraining (tokens)", "Loss (bit/byte)", log_x=True)


def worth_by_tier(table: pd.DataFrame) -> go.Figure:
    """Compute-equivalent gain by tier and data: measured (solid) and published (dashed) side by side."""
    figure = go.Figure()
    dashes = dict(zip(table["layer"].unique(), ("solid", "dash", "dot"), strict=False))
    for (layer, tier), rows in table.groupby(["layer", "tier"], sort=False):
        label, colour = TIERS[str(tier)]
        line = {"color": colour, "dash": dashes[layer]}
        figure.add_scatter(
            x=rows["data"], y=np.exp(rows["gain"]), mode="lines", line=line, name=f"{label}, {layer}"
        )
    title = "What tuning is worth in training compute"
    return _titled(
        figure, title, "Customer's data (half-saturations of the head)", "Compute (x)", log_x=True, log_y=True
    )


def _present(known: dict[str, tuple[str, str]], column: pd.Series) -> dict[str, tuple[str, str]]:
    """Labels and colours of what a table holds, in their own order."""
    return {name: entry for name, entry in known.items() if (column == name).any()}


def _band(x: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> dict[str, Any]:
    """A filled band between two lines."""
    outline = {"x": [*x, *x[::-1]], "y": [*high, *low[::-1]], "fill": "toself", "fillcolor": colour}
    return outline | {
        "opacity": 0.15,
        "mode": "lines",
        "line_width": 0,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _titled(
    figure: go.Figure, title: str, x: str, y: str, log_x: bool = False, log_y: bool = False
) -> go.Figure:
    """Title and axes with their units."""
    figure.update_layout(title=title)
    figure.update_xaxes(title=x, type="log" if log_x else None)
    figure.update_yaxes(title=y, type="log" if log_y else None)
    return figure
