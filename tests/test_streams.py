"""Random draws belong to names, not to order."""

import numpy as np
import pytest
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


def test_single_numbers_have_their_distributions_and_a_key_of_their_own() -> None:
    uniform = np.array([streams.uniform(0, 1, "round", name, 5) for name in range(20_000)])
    normal = np.array([streams.normal(0, 1, "training", "first_mover", month) for month in range(20_000)])
    assert 0 < uniform.min() < uniform.max() < 1
    assert stats.kstest(uniform, "uniform").pvalue > 0.01
    assert stats.kstest(normal, "norm").pvalue > 0.01
    assert abs(np.corrcoef(normal[1:], normal[:-1])[0, 1]) < 0.02
    assert streams.normal(0, 1, "training", "first_mover", 5) == normal[5]


def test_no_number_reaches_the_end_of_its_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "key", lambda *parts: 2**64 - 1 if parts == ("top",) else 0)
    assert 0 < streams.uniform("bottom") < streams.uniform("top") < 1
    assert np.isfinite([streams.normal("bottom"), streams.normal("top")]).all()


def test_uniforms_are_those_of_the_published_generator() -> None:
    def split_mix(state: int) -> float:
        x = state % 2**64
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
        return (((x ^ (x >> 31)) >> 12) + 0.5) / 2**52

    starts, ids = (
        np.array([5, streams.key("b")], dtype=np.uint64),
        np.array([0, 7, 2**64 - 1], dtype=np.uint64),
    )
    expected = [[split_mix(int(s) + (int(i) + 1) * 0x9E3779B97F4A7C15) for i in ids] for s in starts]
    assert (streams.uniforms(starts[:, None], ids) == expected).all()
    assert (streams.uniforms(int(starts[1]), ids) == expected[1]).all()
