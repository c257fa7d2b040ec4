r"""How long more money buys a better model: a leader whose budgets grow, a follower whose budget stays.

Both share algorithmic progress and cheaper compute, and reducible loss falls with compute to a power. The
leader's edge in loss first grows, then vanishes: meek models inherit the earth (Gundlach et al. 2025). Closed
form beside the program's own runs, where customers also pay for the edge.

Symbols: k exponent of loss in compute; h growth of shared progress, g growth of the leader's budget, x/yr;
t years; gap of the follower's reducible loss to the leader's over that of both at the start.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.economics.scaling import Array
from sim.model import run
from sim.scenario import Scenario, load

SCENARIO = "studies/leaders.toml"
EXPONENT = 0.155  # of reducible loss in compute, Gundlach et al. (2025)
SHARED = 1.4 * 2.8  # x/yr, hardware and algorithms, as there
GROWTH = 3.6  # x/yr, of the leader's spending, as there
FIRST_BUDGET = 1e6  # USD, of both
LEADER, FOLLOWER = "search_giant", "funded_startup"
MAPS: dict[str, dict[str, Any]] = {
    "each nat of compute": {"demand.value.kind": "linear"},
    "each unit of loss": {"demand.value.kind": "saturating", "demand.value.plateau": 1.0 / EXPONENT},
}
Progress = Callable[[int, int], None]


def gap(
    years: ArrayLike, growth: float = GROWTH, shared: float = SHARED, exponent: float = EXPONENT
) -> Array:
    r"""The follower's disadvantage over the loss at the start, $h^{-kt} - (hg)^{-kt}$; shape of `years`."""
    time = np.asarray(years, dtype=float)
    return shared ** (-exponent * time) - (shared * growth) ** (-exponent * time)


def peak(growth: float = GROWTH, shared: float = SHARED, exponent: float = EXPONENT) -> float:
    r"""Year of the largest gap, $t^* = \ln(1 + \ln g/\ln h)/(k \ln g)$."""
    return float(np.log1p(np.log(growth) / np.log(shared)) / (exponent * np.log(growth)))


def by_program(years: int, growth: float = GROWTH, progress: Progress | None = None) -> pd.DataFrame:
    """Both laboratories in the program: year, gap, and the leader's share of revenue by value map.

    gap is taken from the capabilities of the models that were released; the shares from the month after.
    """
    table = pd.DataFrame({"year": np.arange(years + 1)})
    for done, (name, value) in enumerate(MAPS.items(), start=1):
        played = run(_scenario(years, growth).amend(value), 12 * years + 3)
        table["gap"] = _gaps(played.vintages, years)
        table[name] = _shares(played.providers, years)
        if progress:
            progress(done, len(MAPS))
    return table


def _scenario(years: int, growth: float) -> Scenario:
    settings: dict[str, Any] = {}
    for name, factor in ((LEADER, growth), (FOLLOWER, 1.0)):
        settings[f"providers.{name}.training.kind"] = "fixed_plan"
        for year in range(years + 1):
            path = f"providers.{name}.training.runs.year_{year}"
            settings[f"{path}.month"] = 12 * year
            settings[f"{path}.budget"] = FIRST_BUDGET * factor**year
    return load(SCENARIO).amend(settings)


def _gaps(vintages: pd.DataFrame, years: int) -> Array:
    """Gap of reducible loss by year, from $e^{-kQ}$ of the models released."""
    own = {name: vintages[vintages["provider"] == name].sort_values("vintage") for name in (LEADER, FOLLOWER)}
    left = {
        name: np.exp(-EXPONENT * frame["capability"].to_numpy()[-years - 1 :]) for name, frame in own.items()
    }
    return left[FOLLOWER] - left[LEADER]


def _shares(providers: pd.DataFrame, years: int) -> Array:
    """The leader's share of both revenues in the second month after each release."""
    revenue = providers.pivot_table(index="month", columns="provider", values="revenue")
    at = revenue.loc[[12 * year + 2 for year in range(years + 1)]]
    return (at[LEADER] / (at[LEADER] + at[FOLLOWER])).to_numpy()
