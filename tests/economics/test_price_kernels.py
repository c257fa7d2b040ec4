"""The compiled face against the plain formulas."""

import numpy as np
import pytest

from sim.compiled import cache_folder, kernels
from sim.economics.best_reply import payoffs
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


@pytest.mark.parametrize("share", [0.9, 1.5, 1e3])
def test_sums_near_and_far_from_a_reference_agree(case, share):
    compiled, t = kernels(KERNELS), case.tables
    spends, first = case.demand.spends, np.random.default_rng(1).uniform(1.5, 3.0, 7)
    step = share * compiled.NEAR / t.slopes.max() * np.array([1.0, -1.0, 0.5, 0.0, 1.0, -0.3, 1.0])
    prices = first * np.exp(step) if spends else first + step
    known = compiled.no_reference(t)
    compiled.sums_over_types(t, first, spends, known)
    moved = compiled.sums_over_types(t, prices, spends, known)
    np.testing.assert_allclose(
        moved, compiled.sums_over_types(t, prices, spends, compiled.no_reference(t)), rtol=1e-12
    )


def test_payoffs_agree(case):
    draw = np.random.default_rng(2)
    trials = np.tile(draw.uniform(1.5, 3.0, 7), (5, 1))
    trials[1:, 2:4] = draw.uniform(1.5, 9.0, (4, 2))
    plain = [case.profits(row) * (1 / case.kept) @ case.tables.weights[1] for row in trials]
    np.testing.assert_allclose(payoffs(case, 1, trials), plain, rtol=1e-12)


def test_sales_that_vanish_are_summed_in_logs():
    demand = LogitDemand([[705.0, -900.0], [700.0, -800.0]], [1.0, 2.0], [0.5, 0.5], "unit_demand")
    small = price_game(demand, [690.0, 1.0], [0, 1])
    found = sums(small, np.array([692.0, 3.0]))
    assert found.sales[1] < TINY
    assert found.slope[1] == pytest.approx(2.0, rel=1e-12)  # its rare buyers are of the second type


def test_exponential_and_logarithm():
    from numba import njit

    choice = kernels("sim.economics.kernels.choice")
    exp, log, near_exp = choice.exp, choice.log, choice.near_exp
    table = njit(lambda x: np.array([exp(one) for one in x]))
    near = njit(lambda x: np.array([near_exp(one) for one in x]))
    logs = njit(lambda x: np.array([log(one) for one in x]))
    x = -np.concatenate([np.linspace(0.0, 1.0, 400), np.geomspace(1.0, 700.0, 400)])
    np.testing.assert_allclose(table(x), np.exp(x), rtol=3e-14)
    small = np.linspace(-choice.NEAR, choice.NEAR, 401)
    np.testing.assert_allclose(near(small), np.exp(small), rtol=1e-14)
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
