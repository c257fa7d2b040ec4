"""Charts of the study of learning price setters."""

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.parts import BELOW, End, label_ends, panels
from analysis.style import INK, PALETTE, SYMBOLS

SELLERS = {"deviator": "Deviating seller", "rival": "Its rival"}
TITLE_ROOM = 30  # px, of the title of the horizontal axis
ROOM = 0.06  # of the range of prices, free above and below


def deviation(path: pd.DataFrame, nash: float, monopoly: float) -> go.Figure:
    """Mean prices around a forced deviation, from columns `period`, `deviator`, `rival`."""
    fig = panels(
        "Prices around one forced deviation",
        "In period 0 one seller undercuts for one period; mean over sessions.",
        "Lines: mean price of the deviating seller and of its rival by period; Nash and monopoly prices.",
    )
    values = [nash, monopoly, *path["deviator"], *path["rival"]]
    room = ROOM * (max(values) - min(values))
    low, high = min(values) - room, max(values) + room
    ends = []
    for (column, name), colour, symbol in zip(SELLERS.items(), PALETTE, SYMBOLS, strict=False):
        fig.add_scatter(
            x=path["period"], y=path[column], name=name, mode="lines+markers",
            line={"color": colour}, marker={"symbol": symbol, "size": 7},
        )  # fmt: skip
        ends.append(End(name, colour, (path[column].iloc[-1] - low) / (high - low)))
    for price, label in ((nash, "Nash"), (monopoly, "Monopoly")):
        fig.add_hline(y=price, line_dash="dot", line_color=INK[False])
        ends.append(End(label, INK[False], (price - low) / (high - low), "┄"))
    fig.update_yaxes(range=[low, high])
    fig.update_xaxes(title_text="Periods since the deviation")
    fig.update_layout(margin={"b": BELOW + TITLE_ROOM}, height=fig.layout.height + TITLE_ROOM)
    label_ends(fig, ends)
    return fig
