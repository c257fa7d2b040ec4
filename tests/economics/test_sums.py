"""Compiled sums against numpy's own."""

import numpy as np

from sim.compiled import kernels


def test_what_is_nowhere_is_in_no_sum() -> None:
    draw = np.random.default_rng(7)
    summed = kernels("sim.economics.kernels.sums").summed
    for kind in (np.int32, np.intp):
        places, amounts = draw.integers(-3, 9, 500).astype(kind), draw.normal(size=500)
        found, here = summed(places, amounts, 11), places >= 0
        np.testing.assert_array_equal(found, np.bincount(places[here], amounts[here], 11))
    assert summed(places[:0], amounts[:0], 2).tolist() == [0.0, 0.0]
