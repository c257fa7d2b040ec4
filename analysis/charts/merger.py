"""Charts of a merger's effects, from the tables of `sim.studies.merger`."""

import pandas as pd
import plotly.graph_objects as go

FORM_LABELS = {"unit_demand": "Unit demand", "constant_expenditure": "Constant expenditure"}


def price_changes(products: pd.DataFrame) -> go.Figure:
    """Price change of every product, one bar per form of demand."""
    figure = go.Figure()
    for form, rows in products.groupby("form", sort=False):
        names = [f"{row.product} ({row.firm})" for row in rows.itertuples()]
        figure.add_bar(x=names, y=rows["price_change_percent"], name=FORM_LABELS[str(form)])
    return _titled(figure, "Price change after the merger", "Product (firm)", "Price change, %")


def pressure(products: pd.DataFrame) -> go.Figure:
    """GUPPI against the cost cut that would keep prices unchanged, merging products only."""
    figure = go.Figure()
    for form, rows in products[products["merging"]].groupby("form", sort=False):
        label = FORM_LABELS[str(form)]
        figure.add_bar(x=rows["product"], y=rows["guppi_percent"], name=f"{label}: GUPPI, % of price")
        cut = rows["compensating_cost_cut_percent"]
        figure.add_bar(x=rows["product"], y=cut, name=f"{label}: compensating cost cut, % of cost")
    return _titled(figure, "Pricing pressure and compensating efficiencies", "Product", "Per cent")


def sensitivity(table: pd.DataFrame) -> go.Figure:
    """Price change of each product against the assumed elasticity of the market."""
    figure = go.Figure()
    for (form, product), rows in table.groupby(["form", "product"], sort=False):
        figure.add_scatter(
            x=rows["elasticity"], y=rows["price_change_percent"], mode="lines+markers",
            name=f"{product}, {FORM_LABELS[str(form)].lower()}",
            line={"dash": "solid" if form == "unit_demand" else "dash"},
        )  # fmt: skip
    title = "Price change by assumed market elasticity"
    return _titled(figure, title, "Market elasticity (size)", "Price change, %")


def _titled(figure: go.Figure, title: str, x: str, y: str) -> go.Figure:
    """Words on a figure."""
    return figure.update_layout(title=title, xaxis_title=x, yaxis_title=y, barmode="group")
