"""Figures of what fine-tuning is worth: each takes a tidy table of `ml_core.tables` and returns a figure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for
from analysis.charts.effects import ROW_HEIGHT
from analysis.charts.parts import ABOVE, BELOW_TITLED, End, Named, key, label_ends, label_rows, panels
from analysis.charts.plane import close, plane_of
from analysis.style import NEUTRAL, PALETTE, SIGNS, SYMBOLS

GREY, BLUE, LIGHT, ORANGE, GREEN = NEUTRAL, PALETTE[0], PALETTE[5], PALETTE[4], PALETTE[2]
MODES = {
    "head": ("Last layer", GREY),
    "last1": ("Last block", BLUE),
    "last2": ("Last two blocks", LIGHT),
    "external": ("Outputs-only, block outside", ORANGE),
    "full": ("All layers", GREEN),
}
TIERS = {
    "head": ("Last layer", GREY),
    "hosted": ("Few last layers, hosted", BLUE),
    "activations": ("Outputs-only", ORANGE),
    "full": ("All layers", GREEN),
}
CONSTANTS = {
    "level": "Gain at gap 1, endless data (g0)",
    "gap": "Elasticity in the gap (gamma)",
    "size": "Elasticity in parameters (nu)",
    "head": "Last layer / all layers (s_head)",
    "external": "Block outside / all layers (s_ext)",
    "blocks": "All blocks / all layers (s_blocks)",
    "depth": "Power of the tuned share (p)",
    "data_by_depth": "More data for deeper tuning (c)",
}
DATA = Named("tokens", "Customer's data", "token")
GAIN = Named("gain", "Gain on unseen documents", "bit/byte")
INTERVAL = "Bars = 90% intervals"
KINDS = {"cell": "Measurement", "data": "Data", "size": "Network", "domain": "Field"}


def gain_by_data(gains: pd.DataFrame, curves: pd.DataFrame) -> go.Figure:
    """Mean measured gain of each mode over domains and sizes by data, and the law's curve with its band."""
    title, caption = "What tuning gains, by data and by way of adapting", (
        "Dots = measured, mean over domains and networks; line = fitted law, largest network; band = its 90% "
        "interval over resampled domains."
    )  # fmt: skip
    means = gains.groupby(["mode", "tokens"], as_index=False)["gain"].mean()
    last = curves.sort_values("tokens").groupby("mode")["value"].last()
    words = (title, caption, _told("gain", last.rename(index=_label), "bit/byte"))
    every = np.concatenate([curves["low"], curves["high"], means["gain"]])
    plane = plane_of(words, DATA, GAIN, curves["tokens"], every, (True, False))
    ends = []
    for mode, (label, color) in _present(MODES, gains["mode"]).items():
        curve, points = curves[curves["mode"] == mode], means[means["mode"] == mode]
        plane.band(curve["tokens"], curve["low"], curve["high"], color)
        plane.line(curve["tokens"], curve["value"], color, name=label)
        plane.dots(points["tokens"], points["gain"], color, name=label)
        ends += [plane.end(label, color, float(last[mode]))] if mode in last else []
    label_ends(plane.fig, ends)
    return plane.fig


def measured_gains(gains: pd.DataFrame) -> go.Figure:
    """Mean measured gain of each mode by data as a line, single domains as dots."""
    domains = gains.groupby(["mode", "tokens", "domain"], as_index=False)["gain"].mean()
    means = gains.groupby(["mode", "tokens"], as_index=False)["gain"].mean()
    last = means.groupby("mode")["gain"].last()
    words = (
        "What tuning gains",
        "Line = mean over the chosen networks and fields; dots = fields of text.",
        _told("gain", last.rename(index=_label), "bit/byte"),
    )
    plane = plane_of(words, DATA, GAIN, means["tokens"], domains["gain"], (True, False))
    ends = []
    for mode, (label, color) in _present(MODES, gains["mode"]).items():
        line, points = means[means["mode"] == mode], domains[domains["mode"] == mode]
        plane.dots(points["tokens"], points["gain"], color, name=label)
        plane.line(line["tokens"], line["gain"], color, name=label)
        ends.append(plane.end(label, color, float(last[mode])))
    label_ends(plane.fig, ends)
    return plane.fig


def parity(table: pd.DataFrame) -> go.Figure:
    """Gain of each mode over that of full tuning by data, with 90% intervals where the table has them."""
    bounds = ["low", "high"] if "low" in table else ["ratio"]
    words = (
        "Gain over that of full tuning",
        f"{f'{INTERVAL} over domains; ' if 'low' in table else ''}1 = as much as tuning all layers.",
        _told("ratio", table.sort_values("tokens").groupby("mode")["ratio"].last().rename(index=_label), "1"),
    )
    ratio = Named("ratio", "Ratio to the gain of full tuning", "1")
    plane = plane_of(words, DATA, ratio, table["tokens"], np.append(table[bounds], 1.0), (True, False))
    ends = []
    for mode, (label, color) in _present(MODES, table["mode"]).items():
        rows = table[table["mode"] == mode].sort_values("tokens")
        plane.line(rows["tokens"], rows["ratio"], color, name=label)
        plane.fig.data[-1].update(mode="lines+markers", error_y=_bars(rows) if "low" in rows else None)
        ends.append(plane.end(label, color, float(rows["ratio"].iloc[-1])))
    plane.fig.add_hline(y=1, line={"dash": "dot", "color": NEUTRAL, "width": 2})
    label_ends(plane.fig, ends)
    return plane.fig


def _bars(rows: pd.DataFrame) -> dict[str, object]:
    above, below = rows["high"] - rows["ratio"], rows["ratio"] - rows["low"]
    return {"array": above, "arrayminus": below, "thickness": 1.2, "width": 3}


def gain_by_gap(gains: pd.DataFrame) -> go.Figure:
    """Full tuning's gain by domain specificity, one point a tuning, both on log scales."""
    full = gains[gains["mode"] == "full"]
    means = full.groupby("domain")[["gap", "gain"]].median().sort_values("gain", ascending=False)
    words = (
        "The more special the domain, the more full tuning gains",
        "One dot = one tuning, of some network on some data; specificity = loss above the base corpus.",
        _told("median gain", means["gain"], "bit/byte"),
    )
    gap = Named("gap", "Domain specificity", "bit/byte")
    plane = plane_of(words, gap, GAIN, full["gap"], full["gain"], (True, True))
    ends = []
    for i, domain in enumerate(means.index):
        rows, color, symbol = full[full["domain"] == domain], PALETTE[i % 8], SYMBOLS[i % 8]
        plane.dots(rows["gap"], rows["gain"], color, symbol, str(domain))
        ends.append(End(str(domain).replace("_", " "), color, 1.0, SIGNS[symbol]))
    key(plane.fig, ends)
    return plane.fig


def measured_and_expected(gains: pd.DataFrame) -> go.Figure:
    """Each measured gain against the law's."""
    error = (gains["gain"] - gains["expected"]).abs().median()
    words = (
        "Measured gains against the value law",
        "One dot = one tuning; on the dotted line the law is exact.",
        f"Scatter of {len(gains)} tunings; half of them lie within {error:.3f} bit/byte of the law.",
    )
    law = Named("expected", "Gain by the law", "bit/byte")
    plane = plane_of(words, law, GAIN, gains["expected"], gains["gain"], (False, False))
    ends = []
    for mode, (label, color) in _present(MODES, gains["mode"]).items():
        rows = gains[gains["mode"] == mode]
        plane.dots(rows["expected"], rows["gain"], color, name=label)
        ends.append(End(label, color, 1.0, "●"))
    limits = [float(gains["expected"].min()), float(gains["expected"].max())]
    plane.line(limits, limits, NEUTRAL, "dot", "equal")
    key(plane.fig, ends)
    return plane.fig


def law_constants(table: pd.DataFrame) -> go.Figure:
    """Constants of the law in bit/byte that carry no unit of data, with their 90% intervals."""
    rows = table[(table["law"] == "bit/byte") & table["constant"].isin(list(CONSTANTS))]
    labels = list(rows["constant"].map(CONSTANTS))
    listed = pd.Series(rows["value"].to_numpy(), index=labels)
    height = ROW_HEIGHT * len(rows) + BELOW_TITLED + ABOVE
    caption = f"{INTERVAL} over resampled domains; g0 in bit/byte, the others without unit."
    fig = panels(
        "Constants of the value law", caption, _told("constants", listed, "1"), 1, height, BELOW_TITLED
    )
    bars = {"array": rows["high"] - rows["value"], "arrayminus": rows["value"] - rows["low"]}
    marker = {"color": BLUE, "size": 10, "symbol": "diamond"}
    fig.add_scatter(
        x=rows["value"], y=list(range(len(rows))), error_x=bars, mode="markers", marker=marker, row=1, col=1
    )
    close(np.append(rows[["low", "high"]], 0.0), "1", False).put_below(fig, "Value")
    label_rows(fig, labels, labels)
    ends = [
        End(f"{value:.2f}", "", 1 - (i + 0.6) / (len(labels) + 0.2), "")
        for i, value in enumerate(rows["value"])
    ]
    label_ends(fig, ends)
    return fig.update_layout(hovermode="closest")


def left_out(table: pd.DataFrame) -> go.Figure:
    """Error on left-out cells, sizes and domains for both forms of saturation."""
    words = (
        "How well the law predicts what it did not see",
        "Mean absolute error, per cent of the mean gain, for both forms of saturation.",
        _told("error", table.set_index(table["form"] + ", " + table["kind"])["error"] * 100, "%"),
    )
    fig = panels(*words, below=BELOW_TITLED)
    ends = []
    for (form, rows), color in zip(table.groupby("form"), (BLUE, ORANGE), strict=False):
        kinds = rows["kind"].replace(KINDS)
        fig.add_bar(x=kinds, y=100 * rows["error"], name=str(form), marker_color=color, row=1, col=1)
        ends.append(End(str(form).replace("_", " "), color, 1.0))
    axis_for(100 * table["error"], "%", False).put(fig, "Error")
    fig.update_xaxes(title={"text": "Left out of the fit", "standoff": 10})
    key(fig, ends)
    return fig.update_layout(barmode="group", hovermode="closest")


def base_losses(table: pd.DataFrame, corpus: str = "standard_library") -> go.Figure:
    """Losses of the untuned networks on one corpus by pretraining, and the fitted law."""
    chosen = table[table["corpus"] == corpus].sort_values("tokens")
    best = chosen.groupby("size")["loss"].min()
    words = (
        f"Untuned networks on {corpus.replace('_', ' ')}",
        "Dots = measured; line = fitted law.",
        _told("lowest loss", best, "bit/byte"),
    )
    loss, pretraining = Named("loss", "Loss", "bit/byte"), Named("tokens", "Pretraining", "token")
    low, high = chosen[["loss", "expected"]].min().min(), chosen[["loss", "expected"]].max().max()
    plane = plane_of(words, pretraining, loss, chosen["tokens"], [low, high], (True, False), zero=False)
    ends = []
    for color, (size, rows) in zip((BLUE, ORANGE, GREEN), chosen.groupby("size"), strict=False):
        label = f"{size}, {rows['parameters'].iloc[0]:,} parameters"
        plane.dots(rows["tokens"], rows["loss"], color, name=label)
        plane.line(rows["tokens"], rows["expected"], color, name=label)
        ends.append(plane.end(label, color, float(rows["expected"].iloc[-1])))
    label_ends(plane.fig, ends)
    return plane.fig


def worth_by_tier(table: pd.DataFrame, own: float | None = None) -> go.Figure:
    """Compute-equivalent gain by tier and data: measured (solid) and published (dashed) side by side.

    `own` is the data of one customer, which a line marks.
    """
    times = table.assign(times=np.exp(table["gain"]))
    last = times[times["data"] == times["data"].max()].set_index(["layer", "tier"])["times"]
    dashes = dict(zip(table["layer"].unique(), ("solid", "dash", "dot"), strict=False))
    said = " ".join(f"{dash.capitalize()} = {layer}." for layer, dash in dashes.items())
    listed = pd.Series({f"{layer}, {_label(tier)}": value for (layer, tier), value in last.items()})
    said += "" if own is None else " Dotted, upright = this customer."
    words = ("What tuning is worth in training compute", said, _told("compute", listed, "x"))
    data, worth = (
        Named("data", "Customer's data, half-saturations of the head", "1"),
        Named("x", "Compute", "x"),
    )
    plane = plane_of(words, data, worth, times["data"], times["times"], (True, True))
    for (layer, tier), rows in times.groupby(["layer", "tier"], sort=False):
        label, color = TIERS[str(tier)]
        plane.line(rows["data"], rows["times"], color, dashes[layer], f"{label}, {layer}")
    if own is not None:
        plane.fig.add_vline(x=own, line={"color": NEUTRAL, "dash": "dot", "width": 2})
    first = table["layer"].iloc[0]
    tiers: Sequence[str] = [tier for tier in TIERS if (first, tier) in last.index]
    label_ends(plane.fig, [plane.end(*TIERS[tier], float(last[(first, tier)])) for tier in tiers])
    return plane.fig


def _present(known: dict[str, tuple[str, str]], column: pd.Series) -> dict[str, tuple[str, str]]:
    """Labels and colours of what a table holds, in their own order."""
    return {name: entry for name, entry in known.items() if (column == name).any()}


def _label(name: object) -> str:
    return (MODES | TIERS).get(str(name), (str(name), ""))[0]


def _told(what: str, values: pd.Series, unit: str) -> str:
    """The text alternative: values by name."""
    listed = "; ".join(f"{name} {value:.3g}" for name, value in values.items())
    return f"Values of {what} ({unit}): {listed}." if unit != "1" else f"Values of {what}: {listed}."
