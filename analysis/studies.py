"""Tables and figures of the studies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pandas as pd

from analysis.charts.collusion import deviation
from analysis.style import apply
from sim.economics.demand import Form
from sim.economics.static_entry import Timing
from sim.studies.collusion import ACTIONS, Collusion
from sim.studies.entry import free_entry


def write_collusion(found: Collusion, folder: Path) -> Path:
    """Write the figure of prices around a forced deviation, and its table; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    found.deviation.to_csv(folder / "deviation.csv", index=False)
    pd.DataFrame({"gain": found.gains, "periods": found.periods, "settled": found.settled}).to_csv(
        folder / "sessions.csv", index=False
    )
    figure = deviation(found.deviation, found.nash_price, found.monopoly_price)
    apply(figure, opaque=True).write_html(folder / "deviation.html", include_plotlyjs=True)
    return folder


def collusion_sentences(found: Collusion) -> list[str]:
    """What the learners ended in, against all prices and against those that they had."""
    points = ", ".join(f"{gain:.3f}" for gain in found.grid_gains) or "none"
    return [
        f"Profit gain {found.mean_gain:.3f}, standard error {found.standard_error:.3f}, "
        f"{found.gains.size} sessions; 0 is Nash, 1 is monopoly; published at delta 0.95: 0.82-0.88.",
        f"One-shot Nash points of their {ACTIONS} prices have gains of {points}; "
        f"counted from the best of these the gain is {found.gain_over_grid:.3f}.",
    ]


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


def counts_of_free_entry(
    thetas: Sequence[float], sizes: Sequence[float], form: str, timing: str, alpha: float, rho: float
) -> pd.DataFrame:
    """Firms that enter by theta (rows) and market size (columns), and the line theta/(theta - 1)."""
    options: dict[str, Any] = {
        "form": cast(Form, form),
        "timing": cast(Timing, timing),
        "alpha": alpha,
        "rho": rho,
    }
    rows = []
    for theta in thetas:
        counts = {f"{size:g}": f"{free_entry(theta, size, **options):,}" for size in sizes}
        line = theta / (theta - 1.0) if theta > 1.0 else float("inf")
        rows.append({"theta": theta} | counts | {"theta/(theta-1)": line if line < 1e9 else "no bound"})
    return pd.DataFrame(rows)
