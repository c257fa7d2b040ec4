"""The compiled face against the plain formulas."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import lambertw

from sim.compiled import cache_folder, kernels
from sim.economics.best_reply import look, payoffs
from sim.economics.conditions import (
    KERNELS,
    TINY,
    _solve_exactly,
    best_markups,
    exact_sums,
    solve_conditions,
    starting_prices,
    sums,
)
from sim.economics.demand import FORMS, LogitDemand
from sim.economics.game import Taxes, price_game
from sim.economics.solo import solo_markups


def game(form, nests, grouped, types=300, products=7):
    draw = np.random.default_rng(types + nests)
    available = (draw.random((types, products)) > 0.2).astype(float)
    ids = draw.permutation(np.arange(products) % nests).tolist() if nests else None
    rho = draw.uniform(0.1, 0.7, nests) if nests else 0.0
    if nests:
        rho = rho[: len(set(ids))]
    demand = LogitDemand(
        draw.normal(0, 1.5, (types, products)), np.exp(draw.normal(0, 0.4, types)),
        draw.dirichlet(np.ones(types)), form, available, ids, rho,
    )  # fmt: skip
    costs = draw.uniform(0.3, 1.0, (types, products) if grouped else products)
    taxes = Taxes(0.05, draw.uniform(0.0, 0.3, products))
    return price_game(demand, costs, [0, 0, 1, 1, 2, 2, 2], conduct=0.25, taxes=taxes)


@pytest.fixture(params=[(f, n, g) for f in FORMS for n in (0, 1, 3) for g in (False, True)], ids=str)
def case(request):
    return game(*request.param)


def test_sums_agree(case):
    prices = np.random.default_rng(1).uniform(1.5, 3.0, 7)
    for fast, plain in zip(sums(case, prices), exact_sums(case, prices), strict=True):
        np.testing.assert_allclose(fast, plain, rtol=1e-12)


def test_solutions_agree(case):
    start = starting_prices(case)
    fast = solve_conditions(case, start, case.free, 1e-11)
    plain = _solve_exactly(case, start, case.free, 1e-11, 500)
    assert fast.converged
    assert plain.converged
    np.testing.assert_allclose(fast.point, plain.point, rtol=1e-9)
    asked, gradient = best_markups(case, plain.point, exact_sums)
    np.testing.assert_allclose(asked, fast.point, rtol=1e-9)
    assert np.abs(gradient).max() < 1e-9


@pytest.mark.parametrize("share", [0.01, 0.9, 1.5, 1e3])
def test_sums_near_and_far_from_a_reference_agree(case, share):
    compiled, t = kernels(KERNELS), case.tables
    spends, first = case.demand.spends, np.random.default_rng(1).uniform(1.5, 3.0, 7)
    near = kernels("sim.economics.kernels.choice").NEAR
    step = share * near / t.slopes.max() * np.array([1.0, -1.0, 0.5, 0.0, 1.0, -0.3, 1.0])
    prices = first * np.exp(step) if spends else first + step
    known, everything = compiled.no_reference(t), np.ones(7, dtype=bool)
    compiled.sums_over_types(t, first, spends, everything, known)
    moved = compiled.sums_over_types(t, prices, spends, everything, known)
    anew = compiled.sums_over_types(t, prices, spends, everything, compiled.no_reference(t))
    np.testing.assert_allclose(moved, anew, rtol=1e-12)
    some = np.array([False, True, False, False, True, True, False])
    of_some = compiled.sums_over_types(t, prices, spends, some, known)
    np.testing.assert_array_equal(of_some, np.where(some[:, None], moved, 0.0))


def test_many_moves_of_a_reference_lose_nothing(case):
    compiled, t, spends = kernels(KERNELS), case.tables, case.demand.spends
    known, everything = compiled.no_reference(t), np.ones(7, dtype=bool)
    draw = np.random.default_rng(7)
    for prices in 2.0 * np.exp(
        draw.normal(0.0, 0.01, (50, 7)) * draw.choice([0.0, 0.01, 1.0, 30.0], (50, 7))
    ):
        moved = compiled.sums_over_types(t, prices, spends, everything, known)
    anew = compiled.sums_over_types(t, prices, spends, everything, compiled.no_reference(t))
    np.testing.assert_allclose(moved, anew, rtol=1e-12)


def test_payoffs_agree(case):
    draw = np.random.default_rng(2)
    trials = np.tile(draw.uniform(1.5, 3.0, 7), (5, 1))
    trials[1:, 2:4] = draw.uniform(1.5, 9.0, (4, 2))
    plain = [case.profits(row) * (1 / case.kept) @ case.tables.weights[1] for row in trials]
    np.testing.assert_allclose(payoffs(case, 1, trials), plain, rtol=1e-12)


def test_payoffs_far_apart_agree(case):
    trials = np.tile(np.random.default_rng(2).uniform(1.5, 3.0, 7), (6, 1))
    trials[1:, 2] = [1.0, 1e2, 1e3, 1e5, 1e-200 if case.demand.spends else -3e3]
    trials[1:, 3] = [1e3, 1e4, 2.0, 1e5, 1e-3]
    plain = [case.profits(row) * (1 / case.kept) @ case.tables.weights[1] for row in trials]
    np.testing.assert_allclose(payoffs(case, 1, trials), plain, rtol=1e-12)


def plain_trials(case, player, prices, common, single):
    """Rows of prices that a look tries for a player, one after the other."""
    own = np.flatnonzero((case.players == player) & case.free)
    changes = [dict.fromkeys(own, markup) for markup in common]
    changes += [{j: markup} for j in own for markup in single]
    rows = [prices]
    for change in changes:
        row = prices.copy()
        for j, markup in change.items():
            cost = case.mean_costs[j]
            row[j] = cost * (1 + markup) if case.demand.spends else cost + markup
        rows.append(case.bounded(row))
    return rows


def test_a_look_is_the_payoffs_of_its_trials(case):
    frozen = np.where(
        np.arange(7) < 3, 2.0, np.nan
    )  # the first firm has nothing to set, the second one price
    ceilings = np.full(7, 4.0)
    part = replace(case, free=np.isnan(frozen), frozen=frozen, ceilings=ceilings)
    prices = part.bounded(np.random.default_rng(3).uniform(1.5, 3.0, 7))
    common = np.random.default_rng(4).uniform(0.5, 9.0, (3, 5))
    single = np.random.default_rng(5).uniform(0.5, 9.0, (3, 2))
    worth = kernels("sim.economics.kernels.replies").look(
        part.tables, prices, part.free, part.floors, ceilings, part.mean_costs, common, single,
        part.demand.spends,
    )  # fmt: skip
    for player in (1, 2):
        rows = plain_trials(part, player, prices, common[player], single[player])
        plain = [part.profits(row) / part.kept @ part.tables.weights[player] for row in rows]
        np.testing.assert_allclose(worth[player, : len(rows)], plain, rtol=1e-11)
        assert (worth[player, len(rows) :] == worth[player, 0]).all()
    assert not worth[0].any()


def test_a_look_finds_the_gain_that_is_there_and_none_at_the_best_prices():
    demand = LogitDemand(np.full((200, 2), 3.0), np.linspace(0.9, 1.1, 200), np.ones(200), "unit_demand")
    duopoly = price_game(demand, [1.0, 1.0], [0, 1])
    best = solve_conditions(duopoly, np.array([2.0, 2.0]), duopoly.free, 1e-10).point
    most, single = look(duopoly, best, solo_markups(duopoly, best))
    assert (most, single) == (0.0, True)
    dear = np.array([best[0], 9.0])
    most, _ = look(duopoly, dear, solo_markups(duopoly, dear))
    now, then = (duopoly.profits(np.array([best[0], price]))[1] for price in (9.0, best[1]))
    assert 0.8 * (1 - now / then) < most <= 1 - now / then


def test_a_look_sees_two_peaks():
    few = LogitDemand(
        [[9.0], [60.0]], [2.0, 0.1], [0.5, 0.03], "unit_demand"
    )  # a mass, and a niche that pays
    niche = price_game(few, [1.0], [0])
    prices = np.array([2.0])
    assert not look(niche, prices, solo_markups(niche, prices))[1]


@pytest.mark.parametrize("form", FORMS)
def test_markups_of_single_types_are_the_closed_forms(form):
    case = game(form, 0, False)
    prices = np.random.default_rng(6).uniform(1.5, 3.0, 7)
    alpha, demand, spends = case.demand.sensitivity[:, None], case.demand, case.demand.spends
    odds = []
    for player in range(3):
        own = case.players == player
        at_cost = np.exp(demand.utilities(np.where(own, case.mean_costs, prices)))
        odds.append(at_cost[:, own].sum(axis=1) / (1.0 + at_cost[:, ~own].sum(axis=1)))
    R, found = np.maximum(np.array(odds).T, np.exp(-30.0)), solo_markups(case, prices)
    if spends:
        rise = (1.0 + found) ** alpha
        np.testing.assert_allclose(alpha * found * rise, rise + R, rtol=1e-9)
    else:
        np.testing.assert_allclose(found, (1.0 + lambertw(R / np.e).real) / alpha, rtol=1e-9)


def test_sales_that_vanish_are_summed_in_logs():
    demand = LogitDemand([[705.0, -900.0], [700.0, -800.0]], [1.0, 2.0], [0.5, 0.5], "unit_demand")
    small = price_game(demand, [690.0, 1.0], [0, 1])
    found = sums(small, np.array([692.0, 3.0]))
    assert found.sales[1] < TINY
    assert found.slope[1] == pytest.approx(2.0, rel=1e-12)  # its rare buyers are of the second type


def test_exponential_and_logarithm():
    from numba import njit

    choice = kernels("sim.economics.kernels.choice")
    exp, log, near_exp, close_exp = choice.exp, choice.log, choice.near_exp, choice.close_exp
    table = njit(lambda x: np.array([exp(one) for one in x]))
    near = njit(lambda x: np.array([near_exp(one) for one in x]))
    close = njit(lambda x: np.array([close_exp(one) for one in x]))
    logs = njit(lambda x: np.array([log(one) for one in x]))
    x = -np.concatenate([np.linspace(0.0, 1.0, 400), np.geomspace(1.0, 700.0, 400)])
    np.testing.assert_allclose(table(x), np.exp(x), rtol=3e-14)
    small = np.linspace(-choice.NEAR, choice.NEAR, 401)
    np.testing.assert_allclose(near(small), np.exp(small), rtol=1e-14)
    smaller = np.linspace(-choice.CLOSE, choice.CLOSE, 401)
    np.testing.assert_allclose(close(smaller), np.exp(smaller), rtol=1e-15)
    y = np.geomspace(1e-30, 1e30, 999)
    np.testing.assert_allclose(logs(y), np.log(y), rtol=1e-14, atol=1e-15)


def test_the_cache_folder_follows_sources_and_falls_back(tmp_path, monkeypatch):
    module = "sim.economics.kernels.choice"
    assert cache_folder(module, str(tmp_path)) == cache_folder(module, str(tmp_path))
    assert cache_folder(module, str(tmp_path)) != cache_folder(
        "sim.studies.kernels.q_learning", str(tmp_path)
    )
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cache_folder(module, str(blocked)).is_relative_to(tmp_path / "megamarket")
