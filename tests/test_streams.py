"""Random draws belong to names, not to order."""

import numpy as np
from scipy import stats

from sim import streams

IDS = np.arange(200_000, dtype=np.uint64)


def test_uniforms_are_uniform_and_independent_of_each_other() -> None:
    one, other = streams.uniforms(streams.key(1, "a"), IDS), streams.uniforms(streams.key(1, "b"), IDS)
    assert stats.kstest(one, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.01
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.01
    assert 0 < one.min() < one.max() < 1


def test_a_draw_depends_on_its_id_alone() -> None:
    stream = streams.key(7, "choice", 3)
    assert np.array_equal(streams.uniforms(stream, IDS)[5000:5010], streams.uniforms(stream, IDS[5000:5010]))


def test_keys_tell_names_and_numbers_apart() -> None:
    keys = [streams.key(*parts) for parts in [(1, "2"), ("1", 2), (12,), (1, 2), ("1", "2"), ("1\x1fstr:2",)]]
    assert len(set(keys)) == len(keys)


def test_generators_are_the_same_for_the_same_key_and_differ_otherwise() -> None:
    one = streams.generator(0, 1, "training", "first_mover", 5).random(3)
    assert np.array_equal(one, streams.generator(0, 1, "training", "first_mover", 5).random(3))
    assert not np.array_equal(one, streams.generator(0, 1, "training", "first_mover", 6).random(3))
    assert not np.array_equal(one, streams.generator(0, 2, "training", "first_mover", 5).random(3))
