"""The network: gradients by finite differences, fused against plain, causality, start, memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core import fused, ops
from ml_core.config import Shape
from ml_core.gradient import activations, loss_and_gradient, suffix_loss_and_gradient, token_losses
from ml_core.memory import keep_heap
from ml_core.model import count, initial, layout, suffix_start, views
from ml_core.optim import Adam, Average
from tests.ml_core.conftest import some_params, some_tokens

TINY = Shape(layers=2, width=6, heads=2, vocab=7, context=5)
LOOSE = Shape(layers=2, width=6, heads=2, vocab=7, context=5, tied=False)
STEP = 1e-5


@pytest.mark.parametrize("shape", [TINY, LOOSE], ids=["tied", "untied"])
@pytest.mark.parametrize("operations", [ops, fused], ids=["plain", "fused"])
def test_gradient_of_every_parameter_by_finite_differences(shape, operations):
    params, tokens = some_params(shape, 1), some_tokens(shape, 2, 4, 1)
    _, gradient = loss_and_gradient(shape, params, tokens, operations)

    def at(i, move):
        moved = params.copy()
        moved[i] += move
        return loss_and_gradient(shape, moved, tokens, operations)[0]

    slopes = [(at(i, STEP) - at(i, -STEP)) / (2 * STEP) for i in range(count(shape))]
    np.testing.assert_allclose(gradient, slopes, rtol=0, atol=1e-6)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(2, 5),
    st.integers(1, 7),
    st.booleans(),
    st.integers(0, 99),
)
def test_fused_equals_plain(layers, heads, size, time, tied, seed):
    shape = Shape(layers, heads * size, heads, vocab=11, context=7, tied=tied)
    params, tokens = some_params(shape, seed), some_tokens(shape, 3, time, seed)
    plain, plain_gradient = loss_and_gradient(shape, params, tokens, ops)
    quick, quick_gradient = loss_and_gradient(shape, params, tokens, fused)
    assert quick == pytest.approx(plain, rel=1e-12)
    np.testing.assert_allclose(quick_gradient, plain_gradient, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["layer_norm", "mlp", "attention", "embedding", "cross_entropy"])
def test_each_fused_operation_equals_its_plain_one(name):
    rng = np.random.default_rng(3)
    x, wide = rng.standard_normal((12, 6)), rng.standard_normal((12, 18))
    arguments = {
        "layer_norm": (x, rng.standard_normal(6)),
        "mlp": (x, rng.standard_normal((6, 24)), rng.standard_normal((24, 6))),
        "attention": (wide, 2, 4),
        "embedding": (rng.standard_normal((9, 6)), rng.integers(0, 9, 12)),
        "cross_entropy": (x, rng.standard_normal((9, 6)), rng.standard_normal(9), rng.integers(0, 9, 12)),
    }[name]
    upstream = () if name == "cross_entropy" else (rng.standard_normal((12, 6)),)
    results = []
    for face in (ops, fused):
        value, pullback = getattr(face, name)(*arguments)
        value = value.copy()
        back = pullback(*upstream)
        results.append([value, *(back if isinstance(back, tuple) else (back,))])
    for plain, quick in zip(*results, strict=True):
        np.testing.assert_allclose(quick, plain, rtol=0, atol=1e-12)


def test_no_position_sees_a_later_one():
    params, tokens = some_params(LOOSE), some_tokens(LOOSE, 1, 5)
    changed = tokens.copy()
    changed[0, 3] = (changed[0, 3] + 1) % LOOSE.vocab

    def losses(t):
        return token_losses(LOOSE, params, activations(LOOSE, params, t[:, :-1], 0), tokens[:, 1:], 0)

    before, after = losses(tokens), losses(changed)
    assert np.array_equal(before[0, :3], after[0, :3])
    assert not np.array_equal(before[0, 3:], after[0, 3:])


@pytest.mark.parametrize("first", [0, 1, 2])
def test_gradient_from_kept_activations_is_the_whole_gradient(first):
    params, tokens = some_params(LOOSE), some_tokens(LOOSE, 3, 5)
    loss, whole = loss_and_gradient(LOOSE, params, tokens)
    kept = activations(LOOSE, params, tokens[:, :-1], first)
    end_loss, end = suffix_loss_and_gradient(LOOSE, params, kept, tokens[:, 1:], first)
    assert end_loss == loss
    assert np.array_equal(end, whole[suffix_start(LOOSE, first) :])


def test_the_end_of_a_tied_network_cannot_be_tuned_alone():
    params, tokens = some_params(TINY), some_tokens(TINY, 1, 5)
    with pytest.raises(ValueError, match="untie it first"):
        suffix_loss_and_gradient(TINY, params, activations(TINY, params, tokens[:, :-1], 1), tokens[:, 1:], 1)


def test_layout_covers_the_vector_once():
    ends = [(place.start, place.stop) for place, _ in layout(LOOSE).values()]
    assert [start for start, _ in ends] == [0, *[stop for _, stop in ends[:-1]]]
    assert ends[-1][1] == count(LOOSE)
    with pytest.raises(ValueError, match="expected a flat vector"):
        views(LOOSE, np.zeros(3))


@pytest.mark.parametrize("wrong", [{"width": 7}, {"vocab": 0}, {"layers": -1}])
def test_impossible_shapes_are_refused(wrong):
    with pytest.raises(ValueError, match=r"multiple|positive"):
        Shape(**{"layers": 1, "width": 6, "heads": 2, **wrong})


def test_an_untrained_network_knows_nothing():
    shape = Shape(layers=2, width=32, heads=2)
    tokens = some_tokens(shape, 8, 64)
    loss, _ = loss_and_gradient(shape, initial(shape, 0), tokens)
    assert loss == pytest.approx(np.log(shape.vocab), abs=0.05)


def test_one_batch_is_learnt_by_heart():
    shape = Shape(layers=2, width=32, heads=2, vocab=64, context=16)
    params, tokens = initial(shape, 0), some_tokens(shape, 4, 16)
    adam = Adam.like(params)
    for _ in range(150):
        loss, gradient = loss_and_gradient(shape, params, tokens)
        adam.step(params, gradient, 1e-2)
    assert loss < 0.05


def test_adam_follows_its_formula_over_chunks():
    rng = np.random.default_rng(0)
    params = rng.standard_normal(20_000)
    expected, m, v = params.copy(), 0.0, 0.0
    adam = Adam.like(params, beta1=0.8, beta2=0.95)
    for step in range(1, 4):
        gradient = rng.standard_normal(20_000)
        adam.step(params, gradient, 0.1)
        m, v = 0.8 * m + 0.2 * gradient, 0.95 * v + 0.05 * gradient**2
        expected -= 0.1 * (m / (1 - 0.8**step)) / (np.sqrt(v / (1 - 0.95**step)) + 1e-8)
    np.testing.assert_allclose(params, expected, rtol=0, atol=1e-13)


def test_average_forgets_its_start_and_then_keeps_its_decay():
    average = Average(np.zeros(3), decay=0.5)
    average.update(np.full(3, 10.0))
    assert average.value == pytest.approx(9.0)  # decay 1/10 at first
    average.steps = 1000
    average.update(np.full(3, 1.0))
    assert average.value == pytest.approx(5.0)


def test_keeping_memory_changes_no_number():
    params, tokens = some_params(TINY), some_tokens(TINY, 2, 5)
    before = loss_and_gradient(TINY, params, tokens)
    assert keep_heap() in (True, False)
    after = loss_and_gradient(TINY, params, tokens)
    assert before[0] == after[0]
    assert np.array_equal(before[1], after[1])
