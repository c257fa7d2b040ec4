"""Tables and figures of the studies."""

from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

from analysis.style import PALETTE, apply
from sim.studies.collusion import Collusion


def write_collusion(found: Collusion, folder: Path) -> Path:
    """Write the figure of prices around a forced deviation, and its table; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    found.deviation.to_csv(folder / "deviation.csv", index=False)
    pd.DataFrame({"gain": found.gains, "periods": found.periods, "settled": found.settled}).to_csv(
        folder / "sessions.csv", index=False
    )
    deviation_figure(found).write_html(folder / "deviation.html", include_plotlyjs=True)
    return folder


def deviation_figure(found: Collusion) -> go.Figure:
    """Mean prices of deviator and rival around a forced deviation in period 0."""
    figure = go.Figure()
    for name, color in zip(("deviator", "rival"), PALETTE, strict=False):
        figure.add_scatter(
            x=found.deviation["period"], y=found.deviation[name], name=name, mode="lines+markers",
            line={"color": color},
        )  # fmt: skip
    for price, text in ((found.nash_price, "Nash"), (found.monopoly_price, "monopoly")):
        figure.add_hline(price, line={"dash": "dot"}, annotation_text=text)
    figure.update_layout(
        title=f"Prices after a forced deviation, mean of {len(found.gains)} sessions", showlegend=True
    )
    figure.update_xaxes(title="Periods after the deviation")
    figure.update_yaxes(title="Price")
    return apply(figure)


def counts_of_mixed_markets(found: pd.DataFrame) -> pd.DataFrame:
    """Markets by status, how many claims were refuted, and the largest independent gain."""
    grouped = found.groupby("status")
    return pd.DataFrame(
        {
            "markets": grouped.size(),
            "refuted": grouped["refuted"].sum(),
            "largest_independent_gain": grouped["independent_gain"].max(),
            "first_point_kept": grouped["first_point_kept"].sum(),
        }
    ).reset_index()
