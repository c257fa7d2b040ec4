"""Counts of how runs end."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from analysis.regimes import frequencies, sentence, wilson

ENDS = pd.DataFrame(
    {"regime": ["growing oligopoly"] * 5 + ["plateau monopoly"] * 3, "side": list("aabbbaab")}
)


@pytest.mark.parametrize(("count", "runs"), [(0, 8), (5, 8), (8, 8), (31, 200)])
def test_the_interval_is_that_of_a_library(count: int, runs: int) -> None:
    referee = binomtest(count, runs).proportion_ci(0.9, method="wilson")
    low, high = wilson(np.array([count]), np.array([runs]))
    assert low[0] == pytest.approx(referee.low, abs=1e-12)
    assert high[0] == pytest.approx(referee.high, abs=1e-12)


def test_runs_are_counted_by_their_end() -> None:
    table = frequencies(ENDS)
    assert table["regime"].tolist() == ["growing oligopoly", "plateau monopoly"]
    assert table["count"].tolist() == [5, 3]
    assert table["share"].tolist() == [0.625, 0.375]
    grouped = frequencies(ENDS, by=["side"])
    assert grouped.groupby("side")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    assert grouped["runs"].tolist() == [4, 4, 4, 4]


def test_the_sentence_gives_counts() -> None:
    assert sentence(ENDS).startswith("growing oligopoly in 5 of 8 runs (")
