"""The study of the bound: its market, its cases, and what its door says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.bound import experiments, static_game
from analysis.charts.bound import bound_figure
from sim.model import run
from sim.studies.bound import Case, Turns, market, play, play_all
from sim.studies.bound_cases import BOTH, MECHANISMS, alone, departures, grid

SHORT = {"months": 60, "last": 12}


def test_all_is_off_and_theta_is_what_was_asked() -> None:
    scenario = market(Case("plain", 1.5, 1e9))
    played = run(scenario, 30)
    seen = played.months["theta"].dropna()
    assert np.allclose(seen, 1.5, atol=1e-6)
    assert played.months["deviation_gain"].dropna().abs().max() < 1e-6 if len(seen) else True
    assert (played.months["switching"] >= 0).all()
    vintages = played.vintages[played.vintages["vintage"] > 0]
    assert np.allclose(
        vintages["capability"].diff()[vintages["release_month"].diff() == 0],
        np.log(vintages["budget"]).diff()[vintages["release_month"].diff() == 0],
    )
    assert played.months["fights"].max() == 0
    assert played.months["public_outlay"].max() == 0


def test_below_one_more_firms_come_to_a_larger_market_and_above_one_they_do_not() -> None:
    rows = play_all([Case("x", theta, size, **SHORT) for theta in (0.5, 1.5) for size in (1e8, 1e9)])
    firms = rows.pivot(index="theta", columns="size", values="effective")
    assert firms.loc[0.5, 1e9] > 2 * firms.loc[0.5, 1e8]
    assert firms.loc[0.5, 1e9] > 3 * firms.loc[1.5, 1e9]


def test_turns_forbid_all_months_but_one() -> None:
    turns = Turns("training", "", 0, 12)
    free = [m for m in range(24) if not turns.forbids("training", "somebody", m)]
    assert len(free) == 2
    assert free[1] - free[0] == 12
    assert not any(turns.forbids("exit", "somebody", m) for m in range(24))


def test_equal_cases_give_equal_rows_on_any_number_of_workers() -> None:
    cases = [Case("x", 1.5, 1e8, months=24, last=6, seed=seed) for seed in (0, 1)]
    pd.testing.assert_frame_equal(play_all(cases), play_all(cases, workers=2))
    assert play(cases[0]) != play(replace(cases[0], in_turns=True))


def test_every_case_is_a_market_that_can_be_built() -> None:
    cases = [*grid(), *departures(), *alone()]
    built = {case.settings: market(case) for case in cases}
    plain = built[()]
    assert all(scenario.digest != plain.digest for key, scenario in built.items() if key)
    assert {case.label for case in alone()} == set(MECHANISMS)


def test_tables_and_figure() -> None:
    rows = pd.DataFrame(
        {
            "case": ["as it is", "as it is", BOTH],
            "theta": [0.5, 1.5, 1.5],
            "size": [1e8, 1e9, 1e9],
            "effective": [30.0, 4.0, 9.0],
            "sellers": [30.0, 4.0, 0.0],
            "leader_share": [0.05, 0.3, 0.2],
            "spend_share": [0.2, 0.6, 0.5],
        }
    )
    found = experiments(rows).set_index("case")
    assert found.loc["as it is", "firms at 1.5"] == 4.0
    assert found.loc[BOTH, "emptied"] == 1
    static = static_game([0.5, 1.5], [1e7, 1e8], "constant_expenditure")
    assert static.loc[static["theta"] == 1.5, "line"].iloc[0] == pytest.approx(3.0)
    figure = bound_figure(static, rows, "constant_expenditure")
    assert len(figure.data) == 2 + 1 + 2
    assert "9.0 firms" in figure.layout.meta["alt"]
