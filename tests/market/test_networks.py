"""Networks as graphs and as matrices."""

import numpy as np
import pytest

from sim.networks import matrix, may_sell, trade

NAMES = ("china", "japan", "united_states")


def test_everybody_may_sell_everywhere_but_across_a_cut_edge() -> None:
    assert may_sell(NAMES, frozenset()).all()
    cut = may_sell(NAMES, frozenset({("united_states", "china")}))
    assert not cut[NAMES.index("united_states"), NAMES.index("china")]
    assert cut.sum() == len(NAMES) ** 2 - 1


def test_a_matrix_follows_the_order_that_is_asked_for() -> None:
    graph = trade(NAMES, [("united_states", "china")])
    two = matrix(graph.subgraph(["china", "united_states"]), ["united_states", "china"])
    np.testing.assert_array_equal(two.toarray(), [[1.0, 0.0], [1.0, 1.0]])


def test_a_network_that_is_shared_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        may_sell(NAMES, frozenset())[0, 0] = False
