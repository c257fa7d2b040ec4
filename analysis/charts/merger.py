"""Charts of a merger's effects, from the tables of `sim.studies.merger`."""

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.parts import panels
from analysis.style import PALETTE, SYMBOLS, provider_label

FORM_LABELS = {"unit_demand": "Unit demand", "constant_expenditure": "Constant expenditure"}
FORM_PATTERNS = {"unit_demand": "", "constant_expenditure": "/"}  # beside the colour
FORM_DASHES = {"unit_demand": "solid", "constant_expenditure": "dash"}
KEY_HEIGHT = 30  # px, of a line of the key below a figure
LABELS_HEIGHT = 60  # px, of the products' names below a figure


def price_changes(products: pd.DataFrame) -> go.Figure:
    """Price change of every product, one bar per form of demand."""
    fig = panels(
        "Price change after the merger, %",
        "Equilibrium after the merger against the prices given, by form of demand.",
        "Grouped bars: change of each product's price in per cent, for two forms of demand.",
    )
    for colour, (form, rows) in zip(PALETTE, products.groupby("form", sort=False), strict=False):
        names = [
            f"{provider_label(row.product)}<br>({provider_label(row.firm)})" for row in rows.itertuples()
        ]
        _bars(fig, names, rows["price_change_percent"], FORM_LABELS[str(form)], colour, str(form))
    return _keyed(fig, lines=1)


def pressure(products: pd.DataFrame) -> go.Figure:
    """GUPPI against the cost cut that would keep prices unchanged, merging products only."""
    fig = panels(
        "Pricing pressure and compensating efficiencies, %",
        "GUPPI as a share of the price; the cut of its cost that would keep each price where it was.",
        "Grouped bars: GUPPI and compensating cost cut of each merging product, for two forms of demand.",
    )
    for form, rows in products[products["merging"]].groupby("form", sort=False):
        names, label = [provider_label(name) for name in rows["product"]], FORM_LABELS[str(form)].lower()
        _bars(fig, names, rows["guppi_percent"], f"GUPPI, {label}", PALETTE[0], str(form))
        cut = rows["compensating_cost_cut_percent"]
        _bars(fig, names, cut, f"Cost cut, {label}", PALETTE[1], str(form))
    return _keyed(fig, lines=2)


def sensitivity(table: pd.DataFrame) -> go.Figure:
    """Price change of each product against the assumed elasticity of the market."""
    fig = panels(
        "Price change by the market elasticity assumed, %",
        "Solid: unit demand; dashed: constant expenditure.",
        "Lines: price change of each product in per cent against the size of the market's elasticity.",
    )
    names = list(dict.fromkeys(table["product"]))
    for (form, product), rows in table.groupby(["form", "product"], sort=False):
        place = names.index(product)
        fig.add_scatter(
            x=rows["elasticity"], y=rows["price_change_percent"], mode="lines+markers",
            name=provider_label(str(product)), legendgroup=str(product),
            showlegend=form == table["form"].iloc[0],
            line={"dash": FORM_DASHES[str(form)], "color": PALETTE[place % len(PALETTE)]},
            marker={"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 8},
        )  # fmt: skip
    fig.update_xaxes(title_text="Market elasticity (size)")
    return _keyed(fig, lines=-(-len(names) // 4))


def _bars(fig: go.Figure, names: list[str], values: pd.Series, label: str, colour: str, form: str) -> None:
    """Bars with their values over them, the form of demand told by a pattern."""
    fig.add_bar(
        x=names, y=values, name=label, texttemplate="%{y:.1f}", textposition="outside", cliponaxis=False,
        marker={"color": colour, "pattern": {"shape": FORM_PATTERNS[form]}},
        hovertemplate=f"{label}: %{{y:.2f}}%<extra></extra>",
    )  # fmt: skip


def _keyed(fig: go.Figure, lines: int) -> go.Figure:
    """The figure with a key of so many lines below it."""
    below = LABELS_HEIGHT + KEY_HEIGHT * lines
    key = {"orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"}
    fig.update_layout(
        barmode="group", showlegend=True, height=fig.layout.height + below, margin={"b": below + 20},
        legend=key,
    )  # fmt: skip
    return fig
