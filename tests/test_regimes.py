"""How a run's end gets its name."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.regimes import SERIES, classify
from sim.results import TABLES

RULES = sim.load("baseline").config.regimes
LENGTH = 60


def months(**series: float | np.ndarray) -> pd.DataFrame:
    """A calm growing oligopoly of private providers, but for what is given."""
    calm: dict[str, float | np.ndarray] = {
        "effective_number": 4.0, "frontier": np.linspace(0, 5, LENGTH), "spend_share": 0.3, "runaway": 0.0,
        "revenue": 1e9, "champion_share": 0.1, "leader_tenure": np.arange(1.0, LENGTH + 1),
    }  # fmt: skip
    assert set(calm) == set(SERIES)
    return pd.DataFrame({"month": np.arange(LENGTH)} | calm | series)


@pytest.mark.parametrize(
    ("number", "structure"),
    [(1.0, "monopoly"), (1.49, "monopoly"), (1.5, "duopoly"), (2.49, "duopoly"), (2.5, "oligopoly"),
     (6.0, "oligopoly"), (6.01, "competitive"), (np.nan, "none")],
)  # fmt: skip
def test_structure_goes_by_the_effective_number(number: float, structure: str) -> None:
    assert classify(RULES, months(effective_number=number)).structure == structure


def test_only_the_last_months_count() -> None:
    number = np.where(np.arange(LENGTH) < LENGTH - RULES.window, 1.0, 8.0)
    assert classify(RULES, months(effective_number=number)).structure == "competitive"


def test_a_plateau_needs_a_stalled_frontier_and_a_market_that_stops_short() -> None:
    stalled = np.full(LENGTH, 5.0)
    assert classify(RULES, months()).growth == "growing"
    assert classify(RULES, months(frontier=stalled)).growth == "plateau"
    assert classify(RULES, months(frontier=stalled, spend_share=0.8)).growth == "growing"
    below, above = (np.arange(LENGTH) / 12 * RULES.stall_below * f for f in (0.99, 1.01))
    assert classify(RULES, months(frontier=below)).growth == "plateau"
    assert classify(RULES, months(frontier=above)).growth == "growing"


def test_nothing_sold_is_stillborn_and_runaway_goes_before_all() -> None:
    assert classify(RULES, months(spend_share=0.001)).growth == "stillborn"
    nothing = months(spend_share=np.nan, effective_number=np.nan, frontier=np.nan, leader_tenure=np.nan)
    assert classify(RULES, nothing).name == "stillborn"
    early = np.where(np.arange(LENGTH) == 3, 1.0, 0.0)
    assert classify(RULES, months(runaway=early, spend_share=0.001)).growth == "runaway"


def test_flags_tell_of_the_state_and_of_leaders_that_change() -> None:
    calm = classify(RULES, months())
    assert not calm.state_backed
    assert not calm.churning
    assert classify(RULES, months(champion_share=0.51)).state_backed
    back = np.arange(LENGTH, 0.0, -1.0)[::-1].copy()
    back[-10:] = [1, 2, 1, 1, 2, 3, 4, 5, 6, 7]
    assert classify(RULES, months(leader_tenure=back)).churning
    back[-10:] = np.arange(1, 11)
    assert not classify(RULES, months(leader_tenure=back)).churning


def test_changes_of_leader_are_seen_in_thinned_records() -> None:
    tenure = np.tile(np.arange(1.0, 13.0), 5)
    table = months(leader_tenure=tenure)
    thinned = table[table["month"] % 3 == 2]
    assert classify(RULES, table).churning
    assert classify(RULES, thinned).churning


def test_a_run_tells_its_regime(small_run: sim.Run) -> None:
    row = small_run.regimes.iloc[0]
    assert row["regime"] == classify(small_run.scenario.config.regimes, small_run.months).name
    assert "regimes" in TABLES
    led = small_run.providers.pivot(index="month", columns="provider", values="revenue")
    names = led.idxmax(axis=1).where(led.max(axis=1) > 0)
    runs = names.groupby((names != names.shift()).cumsum()).cumcount() + 1.0
    assert np.allclose(small_run.months["leader_tenure"], runs.where(names.notna()), equal_nan=True)


def test_the_first_leader_of_a_record_is_no_change() -> None:
    rules = RULES.model_copy(update={"window": LENGTH, "churning_from": 1})
    assert not classify(rules, months(leader_tenure=np.arange(1.0, LENGTH + 1))).churning
