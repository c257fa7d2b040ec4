"""Inequality of what is used, and the pace of compute."""

import numpy as np
import pytest

from sim.economics import access


def test_gini_of_equal_and_of_single_owners() -> None:
    groups = np.array([[0.5, 0.5], [0.9, 0.1]])
    assert access.gini(np.array([2.0, 2.0]), groups) == pytest.approx([0.0, 0.0])
    assert access.gini(np.array([0.0, 1.0]), groups) == pytest.approx([0.5, 0.9])
    people = np.random.default_rng(5).random(200)
    differences = np.abs(np.subtract.outer(people, people)).mean() / (2 * people.mean())
    assert access.gini(people, np.full((1, 200), 1 / 200)) == pytest.approx(differences)
    assert access.gini(people, np.full((1, 200), 0.3)) == pytest.approx(differences)
    assert np.isnan(access.gini(np.zeros(2), groups)).all()


def test_those_without_any_count_as_having_nothing() -> None:
    amounts = access.usable(np.array([-10.0, 0.0]))
    assert amounts == pytest.approx([0.0, np.log(100)])
    assert access.gini(amounts, np.array([[0.2, 0.3], [0.0, 0.5]])) == pytest.approx([0.7, 0.5])
    assert access.gini(np.array([1.0, 3.0]), np.array([[0.5, 0.25]])) == pytest.approx(
        access.gini(np.array([1.0, 0.0, 3.0]), np.array([[0.5, 0.25, 0.25]]))
    )


def test_a_doubling_in_two_years_is_moores_law() -> None:
    assert access.pace(np.log(2) * np.arange(25) / 24, 24) == pytest.approx(1.0)
    assert np.isnan(access.pace(np.zeros(24), 24))
