"""Names the end of a run: how the market grew and how it is built.

Two axes, read off the last months: growth (runaway, growing, plateau, stillborn) and structure by the
effective number of providers (monopoly, duopoly, oligopoly, competitive). The thresholds are those of
`scenarios/shared/regimes.toml`: they name results and change none.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.config.regimes import Regimes
from sim.economics.scaling import Array

Growth = Literal["runaway", "growing", "plateau", "stillborn"]
Structure = Literal["monopoly", "duopoly", "oligopoly", "competitive", "none"]
GROWTH: tuple[Growth, ...] = ("runaway", "growing", "plateau", "stillborn")
STRUCTURE: tuple[Structure, ...] = ("monopoly", "duopoly", "oligopoly", "competitive", "none")
SERIES = (
    "effective_number", "frontier", "spend_share", "runaway", "revenue", "champion_share", "leader_tenure",
)  # outcomes that a classification reads  # fmt: skip
MONTHS = 12.0  # a year
Columns = dict[str, Array]  # a series by its name, [month]


@dataclass(frozen=True)
class Regime:
    """How a run ended."""

    growth: Growth
    structure: Structure
    state_backed: bool  # state champions take most of the revenue
    churning: bool  # the largest provider kept changing

    @property
    def name(self) -> str:
        """Both axes in two words."""
        return f"{self.growth} {self.structure}" if self.structure != "none" else self.growth


def classify(rules: Regimes, months: pd.DataFrame) -> Regime:
    """Regime of one run from its monthly outcomes, those of `SERIES`, in the order of the months.

    Series that were recorded only every few months are read as they stand.
    """
    columns = {name: months[name].to_numpy(dtype=np.float64) for name in ("month", *SERIES)}
    inside = columns["month"] > columns["month"].max() - rules.window
    last = {name: column[inside] for name, column in columns.items()}
    return Regime(
        growth=_growth(rules, columns, last),
        structure=_structure(rules, last),
        state_backed=bool(_mean(last["champion_share"]) > rules.state_backed_above),
        churning=int(_changes(columns)[inside].sum()) >= rules.churning_from,
    )


def _growth(rules: Regimes, months: Columns, last: Columns) -> Growth:
    """Runaway once it was declared; else by what is sold, then by the frontier's rise."""
    if (months["runaway"] > 0).any():
        return "runaway"
    won = _mean(last["spend_share"])
    if not won >= rules.stillborn_below:
        return "stillborn"
    stalled = not _rise(last) >= rules.stall_below
    return "plateau" if stalled and won < rules.saturated_above else "growing"


def _structure(rules: Regimes, last: Columns) -> Structure:
    """By the mean effective number over the months in which something was sold."""
    number = _mean(last["effective_number"])
    if np.isnan(number):
        return "none"
    if number < rules.monopoly_below:
        return "monopoly"
    if number < rules.duopoly_below:
        return "duopoly"
    return "oligopoly" if number <= rules.oligopoly_up_to else "competitive"


def _rise(last: Columns) -> float:
    """Rise of the frontier over the window, nat/yr; NaN where it cannot be seen."""
    seen = np.isfinite(last["frontier"])
    if seen.sum() < 2:
        return float("nan")
    frontier, month = last["frontier"][seen], last["month"][seen]
    return float((frontier[-1] - frontier[0]) / (month[-1] - month[0]) * MONTHS)


def _changes(months: Columns) -> NDArray[np.bool_]:
    """Whether the largest provider took the lead since the month before it in the record, [month]."""
    return months["leader_tenure"] <= np.diff(months["month"], prepend=np.nan)


def _mean(series: Array) -> float:
    """Mean of the finite values; NaN without any."""
    finite = series[np.isfinite(series)]
    return float(finite.mean()) if len(finite) else float("nan")
