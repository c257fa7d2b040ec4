"""What public money bought, in words and as a table for the terminal."""

import pandas as pd
from rich.table import Table

WORDS = {
    "public_usd": ("Public money, USD", "{:.3g}"),
    "extra_providers": ("Extra providers selling", "{:.2f}"),
    "extra_capability": ("Extra capability at home, nat", "{:.2f}"),
    "to_training": ("Of a dollar granted: training", "{:.2f}"),
    "to_service": ("Of a dollar granted: serving less sales", "{:.2f}"),
    "to_others": ("Of a dollar granted: all else", "{:.2f}"),
    "private_margin": ("Of a dollar granted: private margin", "{:.2f}"),
    "usd_per_provider": ("USD per extra provider", "{:.3g}"),
    "usd_per_nat": ("USD per extra nat", "{:.3g}"),
}  # measure -> words and format


def table(summary: pd.DataFrame, title: str) -> Table:
    """Means and bands of the study; a price is empty where nothing was bought on average."""
    shown = Table("measure", "mean", "10-90%", title=title, title_justify="left")
    for row in in_words(summary).itertuples(index=False):
        shown.add_row(*row)
    return shown


def in_words(summary: pd.DataFrame) -> pd.DataFrame:
    """Measure, mean and band of each row, as texts; a band is empty where there is none."""
    rows = []
    for row in summary.to_dict("records"):
        label, form = WORDS[row["measure"]]
        mean = "none" if pd.isna(row["mean"]) else form.format(row["mean"])
        band = "" if pd.isna(row["low"]) else f"{form.format(row['low'])} to {form.format(row['high'])}"
        rows.append((label, mean, band))
    return pd.DataFrame(rows, columns=["Measure", "Mean", "10th to 90th percentile"])
