"""Charts of what is sold: prices at fixed quality, tiers, and what runs without a provider."""

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import Axis, axis_for, time_axis
from analysis.charts.market import PANEL_HEIGHT, add_labelled, mode_for, read_as, titled, told
from analysis.charts.parts import End, has_data, label_ends, nothing, panels
from analysis.style import PALETTE
from analysis.tables import median_replication, outcome
from analysis.units import amount

QUALITY = ["flagship_price", "price_q10", "price_q5", "price_q0"]
TIERS = ["economy_share", "hosted_share", "activations_share", "full_share"]
UNIT = outcome("flagship_price").unit
FREE = ["free_use", "machine_gap", "open_gap"]


def prices_at_quality(months: pd.DataFrame) -> go.Figure:
    """Price of the most capable model, and lowest prices at fixed quality, on a log scale."""
    title = "Price of the best, and price of the same"
    if not has_data(months[QUALITY]):
        return nothing(title, "Nothing is on sale in any month.")
    fig = panels(titled(title, months), read_as(months), told(months, QUALITY), height=420)
    axis = axis_for(months[QUALITY], outcome("flagship_price").unit, log=True)
    add_labelled(fig, months, axis, QUALITY)
    axis.put(fig, "Price")
    time_axis(fig, months["date"])
    return fig


def tiers(months: pd.DataFrame) -> go.Figure:
    """Shares of revenue of distilled models and of the ways of tuning; the rest is the flagship as it is."""
    title = "Revenue by tier"
    if not has_data(months[TIERS]):
        return nothing(title, "No provider sells anything in any month.")
    fig = panels(titled(title, months), read_as(months), told(months, TIERS), height=420)
    axis = Axis(False, 0.0, 1.0, 1.0, outcome(TIERS[0]).unit)
    add_labelled(fig, months, axis, TIERS)
    axis.put(fig, "Share of revenue")
    time_axis(fig, months["date"])
    return fig


def without_provider(months: pd.DataFrame) -> go.Figure:
    """Use of single machines and open weights above, and how far these trail the frontier below."""
    title = "Without a provider"
    if not has_data(months[FREE]):
        return nothing(title, "Nothing can be had in any month.")
    fig = panels(titled(title, months), read_as(months), told(months, FREE), 2, 2 * PANEL_HEIGHT)
    upper = axis_for(months[["free_use"]], outcome("free_use").unit, log=False)
    lower = axis_for(months[FREE[1:]], outcome("open_gap").unit, log=False)
    add_labelled(fig, months, upper, FREE[:1])
    add_labelled(fig, months, lower, FREE[1:], row=2)
    upper.put(fig, outcome("free_use").label)
    lower.put(fig, "Gap to the frontier", row=2)
    time_axis(fig, months["date"])
    return fig


def tier_prices(products: pd.DataFrame, replication: int) -> pd.DataFrame:
    """Median price over the providers that sell a tier, `[date, tier]`, in one replication."""
    one = products[(products["replication"] == replication) & (products["provider"] != products["product"])]
    return one.pivot_table(index="date", columns="product", values="price", aggfunc="median")


def prices_by_tier(products: pd.DataFrame, months: pd.DataFrame) -> go.Figure:
    """Price of each tier, the median over providers, on a log scale, in the median replication."""
    title, chosen = "Price by tier", median_replication(months)
    table = tier_prices(products, chosen)
    if not has_data(table):
        return nothing(title, "Nothing is on sale in any month.")
    listed = ", ".join(f"{tier_label(name)} {amount(price, UNIT)}" for name, price in table.iloc[-1].items())
    caption = (
        f"Replication {chosen}: the one whose final effective number is the median. Median over providers."
    )
    fig = panels(title, caption, f"Prices in the last month: {listed}.", height=420)
    axis, ends = axis_for(table, UNIT, log=True), []
    for name, color in zip(table.columns, PALETTE, strict=False):
        line, label = axis.drawn(table[name]), tier_label(str(name))
        fig.add_scatter(
            x=table.index, y=line, name=label, line={"color": color, "width": 2.5}, mode=mode_for(len(line)),
            hovertemplate="%{y:.3~g} " + UNIT, row=1, col=1,
        )  # fmt: skip
        ends += [End(label, color, axis.height(float(table[name].dropna().iloc[-1])))]
    axis.put(fig, "Price")
    time_axis(fig, table.index.to_series())
    label_ends(fig, ends)
    return fig


def tier_label(name: str) -> str:
    """A tier's name as words."""
    return name.replace("_", " ")
