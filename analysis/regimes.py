"""How often runs end in each way, with an interval for luck."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

LEVEL = 0.9  # of the interval


def frequencies(regimes: pd.DataFrame, axis: str = "regime", by: list[str] | None = None) -> pd.DataFrame:
    """One row a way to end (and group of `by`): by, axis, count, runs, share, low, high, most frequent first.

    `axis` is a column of the runs' regimes: regime, growth, structure, state_backed or churning.
    low and high are the 90 per cent interval of the share.
    """
    groups = [] if by is None else list(by)
    counts = regimes.groupby([*groups, axis], sort=True).size().rename("count").reset_index()
    runs = counts.groupby(groups)["count"].transform("sum") if groups else counts["count"].sum()
    counts["runs"] = runs
    low, high = wilson(counts["count"].to_numpy(float), counts["runs"].to_numpy(float))
    counts = counts.assign(share=counts["count"] / counts["runs"], low=low, high=high)
    order = [*groups, "count"]
    return counts.sort_values(order, ascending=[True] * len(groups) + [False], ignore_index=True)


def wilson(count: np.ndarray, runs: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    r"""Score interval of a share seen `count` times in `runs`. Source: Wilson (1927).

    $$\frac{\hat p + z^2/2n \pm z \sqrt{\hat p (1-\hat p)/n + z^2/4n^2}}{1 + z^2/n}$$
    """
    z = float(ndtri(0.5 + level / 2))
    share, spread = count / runs, z**2 / runs
    middle = (share + spread / 2) / (1 + spread)
    room = z * np.sqrt(share * (1 - share) / runs + spread / (4 * runs)) / (1 + spread)
    return np.maximum(middle - room, 0.0), np.minimum(middle + room, 1.0)


def sentence(regimes: pd.DataFrame) -> str:
    """How the runs ended, as counts with intervals: 'growing oligopoly in 5 of 8 runs (0.35 to 0.82)'."""
    rows = frequencies(regimes).itertuples()
    parts = [f"{r.regime} in {r.count} of {r.runs} runs ({r.low:.2f} to {r.high:.2f})" for r in rows]
    return "; ".join(parts) + "."
