"""Lines of theory against published and derived numbers."""

import numpy as np
import pytest

from sim.economics.bound import simultaneous_bound, two_stage_bound, two_stage_theta
from sim.studies.entry import free_entry


def test_the_simultaneous_line() -> None:
    assert np.allclose(simultaneous_bound([1.25, 1.5, 2.0]), [5.0, 3.0, 2.0])
    assert np.isinf(simultaneous_bound([0.5, 1.0])).all()


def test_the_two_stage_line_has_its_anchors() -> None:
    firms = np.arange(2, 6)
    assert np.allclose(two_stage_theta(firms, "unit_demand"), [3, 7 / 4, 13 / 9, 21 / 16])
    assert np.allclose(
        two_stage_theta(firms, "constant_expenditure"), [2.5, 1.625, 1.388889, 1.28125], atol=1e-6
    )
    steep = two_stage_theta(firms, "constant_expenditure", alpha=1e6)
    assert np.allclose(steep, two_stage_theta(firms, "unit_demand"), atol=1e-4)
    same = two_stage_theta(firms, "constant_expenditure", alpha=1.0, rho=0.5)
    assert np.allclose(same, two_stage_theta(firms, "constant_expenditure", alpha=2.0))


@pytest.mark.parametrize("form", ["unit_demand", "constant_expenditure"])
def test_the_two_stage_bound_inverts_its_line(form) -> None:  # type: ignore[no-untyped-def]
    for firms in (2.0, 3.7, 40.0):
        assert two_stage_bound(float(two_stage_theta(firms, form)), form) == pytest.approx(firms, rel=1e-9)
    assert two_stage_bound(1.0, form) == np.inf


@pytest.mark.parametrize(("theta", "timing"), [(1.3, "simultaneous"), (1.5, "spend_first")])
def test_the_static_game_ends_at_its_line(theta, timing) -> None:  # type: ignore[no-untyped-def]
    line = (
        float(simultaneous_bound(theta))
        if timing == "simultaneous"
        else two_stage_bound(theta, "constant_expenditure")
    )
    found = free_entry(theta, 1e7, form="constant_expenditure", timing=timing)
    assert line - 1 - 1e-9 <= found <= line
