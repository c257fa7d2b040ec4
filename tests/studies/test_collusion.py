"""Learning price setters: a short mode of the published experiment."""

import numpy as np
import pytest

from analysis.charts import collusion as charts
from sim.compiled import kernels
from sim.studies.collusion import ACTIONS, BEFORE, Learning, price_grid, run


@pytest.fixture(scope="module")
def patient():
    return run(sessions=24, seed=2)


def test_patient_learners_collude(patient):
    assert patient.settled.all()
    assert 0.7 < patient.mean_gain < 0.95  # 300 sessions: .848 with standard error .006
    assert patient.nash_price == pytest.approx(1.472926660030623, rel=1e-9)
    assert patient.monopoly_price == pytest.approx(1.924980919017762, rel=1e-9)


def test_myopic_learners_hardly_do(patient):
    myopic = run(sessions=6, seed=2, learning=Learning(delta=0.0))
    assert myopic.mean_gain < 0.35
    assert myopic.mean_gain < patient.mean_gain - 0.3


def test_a_deviation_is_punished_and_forgiven(patient):
    path = patient.deviation.set_index("period")
    assert path.index[0] == -BEFORE
    assert path.loc[0, "deviator"] < path.loc[-1, "deviator"] - 0.05
    assert path.loc[1, "rival"] < path.loc[-1, "rival"] - 0.05
    assert path.loc[15, "rival"] == pytest.approx(path.loc[-1, "rival"], abs=0.06)


def test_the_figure_shows_both_prices_and_both_bounds(patient):
    figure = charts.deviation(patient.deviation, patient.nash_price, patient.monopoly_price)
    assert [trace.name for trace in figure.data] == ["Deviating seller", "Its rival"]
    assert len(figure.layout.shapes) == 2


def test_the_grid_reaches_beyond_nash_and_monopoly():
    grid = price_grid(1.0, 2.0)
    assert grid.size == ACTIONS
    np.testing.assert_allclose([grid[0], grid[-1]], [0.9, 2.1])


def test_sessions_do_not_depend_on_how_many_there_are(patient):
    few = run(sessions=2, seed=2)
    np.testing.assert_array_equal(few.gains, patient.gains[:2])


def test_settled_play_and_deviation_follow_the_strategies():
    duel = kernels("sim.studies.kernels.q_learning")
    profits = np.arange(8.0).reshape(2, 2, 2)
    greedy = np.array([[1, 1, 0, 0], [0, 0, 1, 1]])  # the two alternate between (1, 0) and (0, 1)
    earned, state = duel.settled_profit(profits, greedy, 0)
    assert earned == pytest.approx(profits[:, [1, 0], [0, 1]].mean())
    path = duel.after_deviation(profits, greedy, state, 1, 2)
    assert path[0].tolist() == [greedy[0, state], greedy[1, state]]
    assert path[1, 0] == 1  # the best reply is the second action whatever the rival does


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least one session"):
        run(sessions=0)
    with pytest.raises(ValueError, match="delta"):
        run(sessions=1, learning=Learning(delta=1.0))
