"""Tables of what tuning gained: means and shares over the measurements that a reader chose."""

import pandas as pd

from analysis.charts.finetuning import MODES

SAME = ["size", "domain", "tokens", "seed"]  # what makes two tunings one customer's


def shares(gains: pd.DataFrame, everything: pd.DataFrame) -> pd.DataFrame:
    """Mode, tokens and ratio: sums of gains over those of full tuning of the same customers."""
    full = everything[everything["mode"] == "full"][[*SAME, "gain"]].rename(columns={"gain": "full"})
    sums = gains.merge(full, on=SAME).groupby(["mode", "tokens"])[["gain", "full"]].sum()
    return (sums["gain"] / sums["full"]).rename("ratio").reset_index()


def by_data(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Means of a column, a row for each amount of data and a column for each mode."""
    wide = table.pivot_table(index="tokens", columns="mode", values=column, aggfunc="mean").round(4)
    wide = wide.rename(columns={mode: label for mode, (label, _) in MODES.items()})
    return wide.rename_axis("Customer's tokens", axis=0).reset_index()
