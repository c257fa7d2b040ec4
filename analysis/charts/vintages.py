"""Charts of what single models earned."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.axes import axis_for
from analysis.charts.parts import BELOW_TITLED, End, has_data, key, nothing, panels
from analysis.style import NEUTRAL, PALETTE, provider_label
from analysis.units import amount

GAIN, LOSS, TOTAL = PALETTE[0], PALETTE[1], NEUTRAL


def accounts(vintages: pd.DataFrame, replication: int, provider: str) -> pd.DataFrame:
    """The models of a provider in order of release: vintage, date, result, start and end of their step."""
    one = vintages[(vintages["replication"] == replication) & (vintages["provider"] == provider)]
    one = one.sort_values(["date", "vintage"])[["vintage", "date", "result"]].reset_index(drop=True)
    end = one["result"].cumsum()
    return one.assign(start=end - one["result"], end=end)


def best_seller(vintages: pd.DataFrame, replication: int) -> str:
    """The provider whose models sold most in a replication (the first of equals)."""
    one = vintages[vintages["replication"] == replication]
    return str(one.groupby("provider")["revenue"].sum().idxmax())


def waterfall(vintages: pd.DataFrame, replication: int, provider: str | None = None) -> go.Figure:
    """Results of one provider's models as steps, model by model: sales less serving and development.

    The best seller's of the replication unless a provider is named.
    """
    title = "What each model earned"
    if vintages.empty or not (vintages["replication"] == replication).any():
        return nothing(title, "No model is released in this run.")
    name = best_seller(vintages, replication) if provider is None else provider
    table = accounts(vintages, replication, name)
    if not has_data(table["result"]):
        return nothing(title, "This provider releases no model.")
    fig = panels(title, _caption(name, replication), _told(table, name), below=BELOW_TITLED)
    axis = axis_for(np.append(table[["start", "end"]].to_numpy(), 0.0), "USD", log=False)
    _add_steps(fig, table, axis.factor)
    axis.put(fig, "Result so far, models added up")
    _model_axis(fig, table)
    return fig.update_layout(hovermode="closest", bargap=0.25)


def _caption(name: str, replication: int) -> str:
    return (
        f"{provider_label(name).capitalize()}, replication {replication}. Result = sales less serving and "
        "development, until the end of the run."
    )


def _add_steps(fig: go.Figure, table: pd.DataFrame, factor: float) -> None:
    """A floating bar a model, and the total from zero."""
    gains = table["result"] >= 0
    places = list(range(1, len(table) + 1))
    fig.add_bar(
        x=places, base=table["start"] / factor, y=table["result"] / factor, row=1, col=1,
        marker={"color": np.where(gains, GAIN, LOSS)},
        text=[amount(value, "USD") for value in table["result"]], textposition="none",
        hovertemplate="model %{x}: %{text}<extra></extra>",
    )  # fmt: skip
    total = float(table["end"].iloc[-1])
    fig.add_bar(
        x=[len(table) + 1], y=[total / factor], marker={"color": TOTAL}, row=1, col=1,
        hovertemplate=f"all: {amount(total, 'USD')}<extra></extra>",
    )  # fmt: skip
    signs = [
        ("earned more than it cost", GAIN, "■", gains.any()),
        ("earned less", LOSS, "■", not gains.all()),
    ]
    shown = [End(text, color, 1.0, sign) for text, color, sign, present in signs if present]
    key(fig, [*shown, End(f"total {amount(total, 'USD')}", TOTAL, 1.0)])


def _model_axis(fig: go.Figure, table: pd.DataFrame) -> None:
    """Numbers of the models with the year of some."""
    count = len(table)
    shown = list(range(0, count, max(1, -(-count // 6))))
    words = [f"{i + 1}<br>{table['date'].iloc[i]:%Y}" for i in shown]
    fig.update_xaxes(
        tickvals=[i + 1 for i in shown], ticktext=words, range=[0.3, count + 1.7],
        title={"text": "Model, with the year of its release", "standoff": 8},
    )  # fmt: skip


def _told(table: pd.DataFrame, name: str) -> str:
    lost = int((table["result"] < 0).sum())
    return (
        f"Waterfall of {len(table)} models of {name.replace('_', ' ')}: {lost} earned less than they cost, "
        f"and all together {amount(float(table['end'].iloc[-1]), 'USD')}."
    )
