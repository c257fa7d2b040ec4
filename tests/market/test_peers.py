"""Peers as graphs and as matrices."""

import numpy as np
import pytest

from sim.networks import matrix, peers
from tests.economics.keys import keys


def test_attention_adds_up_to_one_and_nobody_is_a_peer_of_itself() -> None:
    known = keys(["a", "b", "c"], ["law", "science", "software"])
    weights = matrix(peers(known, 0.7), [key.name for key in known]).toarray()
    assert weights.sum(axis=1) == pytest.approx(1.0)
    assert (np.diag(weights) == 0).all()
    same_field = [
        w for w, k in zip(weights[0], known, strict=True) if k.domain == "law" and k.jurisdiction != "a"
    ]
    assert sum(same_field) == pytest.approx(0.7)


def test_a_market_of_one_field_or_one_state_listens_to_what_there_is() -> None:
    for known in (keys(["a", "b"], ["law"]), keys(["a"], ["law", "science"])):
        weights = matrix(peers(known, 0.7), [key.name for key in known]).toarray()
        assert weights == pytest.approx(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert matrix(peers(keys(["a"], ["law"]), 0.7), ["a:law"]).toarray().sum() == 0
