"""Learning price setters: a short mode of the published experiment."""

import numpy as np
import pytest

from analysis.charts import collusion as charts
from analysis.studies import collusion_sentences
from sim.compiled import kernels
from sim.studies.collusion import ACTIONS, BEFORE, Learning, nash_profits, price_grid, run


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


def test_gains_are_counted_from_the_nash_points_of_the_grid_too(patient):
    grid = price_grid(patient.nash_price, patient.monopoly_price)
    np.testing.assert_allclose(patient.grid_gains, _enumerated(grid), rtol=1e-8)
    best = patient.grid_gains.max()
    assert 0.0 < best < 0.2  # a grid point a little above Nash is an equilibrium of its own
    assert patient.gain_over_grid == pytest.approx((patient.mean_gain - best) / (1.0 - best))


def _enumerated(grid):
    """Gains of all pairs of prices that neither seller wants to leave, from the definition of the logit."""

    def profit(own, other):
        worth = np.exp((2.0 - np.array([own, other])) / 0.25)
        return (own - 1.0) * worth[0] / (1.0 + worth.sum())

    low, high = 0.222926660030623, 0.337490459508881
    stays = [
        (a, b)
        for a in grid
        for b in grid
        if profit(a, b) >= max(profit(one, b) for one in grid)
        and profit(b, a) >= max(profit(one, a) for one in grid)
    ]
    return sorted((0.5 * (profit(a, b) + profit(b, a)) - low) / (high - low) for a, b in stays)


def test_short_sighted_learners_who_know_the_last_profit_alone_end_at_the_grid_s_nash_points(patient):
    found = run(sessions=8, seed=0, learning=Learning(delta=0.0, rate=1.0))
    assert found.settled.all()
    assert abs(found.gain_over_grid) < 0.1  # 30 sessions: .005 with standard error .017
    assert patient.gain_over_grid > 0.7


def test_a_grid_without_a_nash_point_has_no_gain_over_it():
    pennies = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])
    assert nash_profits(pennies).size == 0
    dilemma = np.array([[[2.0, 0.0], [3.0, 1.0]], [[2.0, 3.0], [0.0, 1.0]]])
    assert nash_profits(dilemma).tolist() == [1.0]


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


def test_sentences_tell_both_measures(patient):
    told = " ".join(collusion_sentences(patient))
    assert f"{patient.mean_gain:.3f}" in told
    assert f"{patient.gain_over_grid:.3f}" in told
    assert all(f"{gain:.3f}" in told for gain in patient.grid_gains)


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
    with pytest.raises(ValueError, match="learning rate"):
        run(sessions=1, learning=Learning(rate=0.0))
    with pytest.raises(ValueError, match="delta"):
        run(sessions=1, learning=Learning(delta=1.0))
