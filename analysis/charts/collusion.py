"""Charts of the study of learning price setters."""

import pandas as pd
import plotly.graph_objects as go


def deviation(path: pd.DataFrame, nash: float, monopoly: float) -> go.Figure:
    """Mean prices around a forced deviation, from columns `period`, `deviator`, `rival`."""
    figure = go.Figure()
    for column, name in (("deviator", "Deviating seller"), ("rival", "Its rival")):
        figure.add_scatter(x=path["period"], y=path[column], name=name, mode="lines+markers")
    for price, label in ((nash, "Nash"), (monopoly, "Monopoly")):
        figure.add_hline(y=price, line_dash="dot", annotation_text=label)
    return figure.update_layout(
        title="Prices around one forced deviation, mean over sessions",
        xaxis_title="Periods since the deviation", yaxis_title="Price",
    )  # fmt: skip
