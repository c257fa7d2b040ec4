"""The race between safety and performance: comparative statics of Jensen, Emery-Xu and Trager (2023)."""

from dataclasses import replace

import numpy as np
import pytest

from sim.studies.safety_race import Race, equilibrium, subsidised, symmetric

UNEQUAL = Race(np.array([0.05, 0.05]), np.array([0.5, 0.5]), tax=0.75)


def safe(race: Race) -> float:
    return equilibrium(race).safe


@pytest.mark.parametrize(
    ("safety", "performance", "tax", "sign"),
    [(0.5, 0.5, 0.5, -1), (0.5, 1.0, 0.25, -1), (0.3, 0.9, 0.25, -1), (0.5, 1.0, 0.5, 0), (0.5, 0.5, 1.0, 0),
     (0.5, 1.0, 1.0, 1), (0.3, 0.9, 1.0, 1)],
)  # fmt: skip
def test_dearer_compute_makes_safe_exactly_where_performance_scales_faster(
    safety: float, performance: float, tax: float, sign: int
) -> None:
    """Safety effort against capability scales with compute like the power alpha - beta eta."""
    technology = {"safety_exponent": safety, "performance_exponent": performance, "tax": tax}
    cheap, dear = (safe(symmetric(price, **technology)) for price in (0.03, 0.08))
    change = dear - cheap
    assert np.sign(round(change, 6)) == sign == np.sign(performance * tax - safety)


def test_a_slightly_more_conscious_player_should_not_be_subsidised_a_much_more_conscious_one_should() -> None:
    slightly, much = (replace(UNEQUAL, disaster=np.array([0.5 * more, 0.5])) for more in (1.5, 40.0))
    assert safe(subsidised(slightly, 0, 0.2)) < safe(slightly) - 5e-4
    assert safe(subsidised(much, 0, 0.2)) > safe(much) + 5e-4
    assert safe(subsidised(much, 0, 0.2)) > safe(subsidised(much, 1, 0.2))


def test_an_equilibrium_leaves_nobody_a_better_choice() -> None:
    found = equilibrium(symmetric(0.05))
    assert found.deviation_gain < 1e-6
    assert found.safety[0] == pytest.approx(found.safety[1])
    assert found.performance[0] == pytest.approx(found.performance[1])
