"""The study of the bound: its market, its cases, and what its door says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.bound import experiments, static_game
from analysis.charts.bound import bound_figure
from sim.model import run
from sim.studies.bound import Case, Turns, market, play, play_all
from sim.studies.bound_cases import BOTH, MECHANISMS, NEWCOMER, THETAS, alone, departures, grid

SHORT = {"months": 60, "last": 12}


def few(label: str, theta: float, size: float, firms: int, **more: object) -> Case:
    """A market to which few firms may come, so that it is soon played."""
    settings = ((f"{NEWCOMER}.most", firms),)
    return Case(label, theta, size, settings, **more)  # type: ignore[arg-type]


def test_all_is_off_and_theta_is_what_was_asked() -> None:
    played = run(market(few("plain", 1.5, 1e9, 12)), 30)
    assert np.allclose(played.months["theta"].tail(6), 1.5, atol=1e-6)  # of models trained in the run
    trained = played.vintages[played.vintages["vintage"] > 0].sort_values("month")
    together = trained[trained["month"] == trained["month"].iloc[0]]
    gain = together["capability"] - np.log(together["budget"])
    assert np.allclose(gain, gain.iloc[0])  # a nat an e-fold of spend, no luck, no competence
    assert played.months["fights"].max() == 0
    assert played.months["public_outlay"].max() == 0


def test_below_one_more_firms_come_to_a_larger_market_and_above_one_they_do_not() -> None:
    rows = play_all([few("x", theta, size, 80, **SHORT) for theta in (0.5, 2.5) for size in (1e8, 1e9)])
    firms = rows.pivot(index="theta", columns="size", values="effective")
    assert firms.loc[0.5, 1e9] > 2 * firms.loc[0.5, 1e8]
    assert firms.loc[0.5, 1e9] > 3 * firms.loc[2.5, 1e9]


def test_turns_forbid_all_months_but_one() -> None:
    turns = Turns("training", "", 0, 12)
    free = [m for m in range(24) if not turns.forbids("training", "somebody", m)]
    assert len(free) == 2
    assert free[1] - free[0] == 12
    assert not any(turns.forbids("exit", "somebody", m) for m in range(24))


def test_equal_cases_give_equal_rows_on_any_number_of_workers() -> None:
    cases = [few("x", 1.5, 1e8, 12, months=8, last=3, seed=seed) for seed in (0, 1)]
    pd.testing.assert_frame_equal(play_all(cases), play_all(cases, workers=2))
    assert play(cases[0]) != play(replace(cases[0], in_turns=True))


def test_every_case_is_a_market_that_can_be_built() -> None:
    cases = {case.settings: case for case in (*departures(), *alone())}
    digests = [market(replace(case, theta=1.3, size=1e9)).digest for case in cases.values()]
    assert len(set(digests)) == len(digests)
    assert {case.theta for case in grid() if case.label == BOTH} == {t for t in THETAS if t > 1}
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
