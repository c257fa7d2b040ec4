"""Designs cover the cube as their authors say, and factors turn places into values."""

import sys

import numpy as np
import pytest

from sim import UserError
from sim.sweep.designs import grid, sample
from sim.sweep.factors import Levels, Range, Rows, combined

NAMES = ["a.x", "b.y", "c.z"]


def cube(kind, samples, seed=1):
    return sample(kind, NAMES, samples, seed)


def test_grid_holds_every_combination_once_last_factor_fastest():
    factors = (Levels("k", ("p", "q")), Range("x", 0.0, 1.0, steps=3))
    assert [tuple(point.values()) for point in grid(factors)] == [
        ("p", 0.0), ("p", 0.5), ("p", 1.0), ("q", 0.0), ("q", 0.5), ("q", 1.0),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_one_point_in_each_slice_of_each_factor(kind):
    places = cube(kind, 16)[NAMES].to_numpy()
    assert (np.sort(np.floor(places * 16), axis=0) == np.arange(16)[:, None]).all()


@pytest.mark.parametrize("kind", ["lhs", "sobol", "saltelli", "morris"])
def test_the_seed_decides(kind):
    assert cube(kind, 4).equals(cube(kind, 4))
    assert not cube(kind, 4).equals(cube(kind, 4, seed=2))


def test_saltelli_mixes_one_column_at_a_time():
    blocks = {label: block[NAMES].to_numpy() for label, block in cube("saltelli", 4).groupby("block")}
    assert set(blocks) == {"A", "B", *(f"AB:{name}" for name in NAMES)}
    for i, name in enumerate(NAMES):
        others = [j for j in range(3) if j != i]
        assert (blocks[f"AB:{name}"][:, i] == blocks["B"][:, i]).all()
        assert (blocks[f"AB:{name}"][:, others] == blocks["A"][:, others]).all()
    assert not (blocks["A"] == blocks["B"]).any()


def test_saltelli_recovers_known_indices():
    found = cube("saltelli", 1024)
    y = 1 * found["a.x"] + 2 * found["b.y"]  # first-order indices 1/5, 4/5, 0
    f = {label: y[found["block"] == label].to_numpy() for label in found["block"].unique()}
    first = [np.mean(f["B"] * (f[f"AB:{n}"] - f["A"])) / np.var([*f["A"], *f["B"]]) for n in NAMES]
    np.testing.assert_allclose(first, [0.2, 0.8, 0.0], atol=0.02)


def test_morris_moves_one_factor_at_a_time():
    for _, trajectory in cube("morris", 5).groupby("sample"):
        steps = np.diff(trajectory[NAMES].to_numpy(), axis=0)
        assert len(trajectory) == 4
        assert ((np.abs(steps) > 0.1).sum(axis=1) == 1).all()
        assert ((np.abs(steps) > 0.1).sum(axis=0) == 1).all()


def test_morris_without_its_library_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(UserError, match=r"pip install 'megamarket\[sensitivity\]'"):
        cube("morris", 5)


def test_a_log_range_is_even_in_ratios():
    decades = Range("x", 1.0, 10_000.0, log=True, steps=5)
    np.testing.assert_allclose([decades.level(i) for i in range(5)], [1, 10, 100, 1000, 10_000])
    assert decades.at(0.5) == pytest.approx(100)


def test_whole_numbers_get_equal_parts_of_a_range():
    die = Range("x", 1, 6, whole=True)
    thrown = [die.at((i + 0.5) / 600) for i in range(600)]
    assert [thrown.count(number) for number in range(1, 7)] == [100] * 6
    assert (die.at(0.0), die.at(1.0)) == (1, 6)


def test_levels_and_rows_get_equal_parts():
    rows = Rows("f.csv", tuple((("x", float(i)), ("y", -float(i))) for i in range(3)))
    assert [Levels("k", ("p", "q")).at(u) for u in (0, 0.49, 0.5, 1)] == ["p", "p", "q", "q"]
    assert [rows.at(u) for u in (0, 0.34, 0.67, 1)] == [0, 1, 2, 2]
    assert rows.settings(2) == {"x": 2.0, "y": -2.0}


def test_what_lies_below_a_removed_table_falls_away():
    factors = (Levels("providers.a", (True, False), table=True), Levels("providers.a.cash", (1.0,)))
    assert combined(factors, {"providers.a": False, "providers.a.cash": 1.0}) == {"providers.a": False}
    assert combined(factors, {"providers.a": True, "providers.a.cash": 1.0}) == {"providers.a.cash": 1.0}
