"""Adapting: frozen parts, neutral start, plateau, choice of learning rate, equal bytes."""

import numpy as np
import pytest

from ml_core.adapt import Effort, Task, adapt
from ml_core.config import Shape
from ml_core.model import count, suffix_start, views
from ml_core.modes import External, Full, Head, LastK, extend, prepare, tuned_share, untie
from ml_core.streams import Customer, bits_per_byte, customer, even_windows
from ml_core.train import Training, pretrain
from tests.ml_core.conftest import some_params, some_tokens

SHAPE = Shape(layers=3, width=16, heads=2, vocab=32, context=8)
EFFORT = Effort(batch=4, least_steps=2, patience=2, most_epochs=4, rung_steps=4)
MODES = [Head(), LastK(1), LastK(2), External(), Full()]


def language(tokens: int, seed: int) -> np.ndarray:
    """A learnable stream: each token is one of two that depend on the one before."""
    rng = np.random.default_rng(seed)
    stream, steps = [0], rng.integers(0, 2, tokens)
    for step in steps:
        stream.append((5 * stream[-1] + 3 + step) % SHAPE.vocab)
    return np.array(stream, np.uint16)


def data(size: int = 400) -> Customer:
    return customer(language(3000, 1), size, SHAPE.context, 0.25, seed=0)


@pytest.mark.parametrize("mode", MODES, ids=lambda m: m.name)
def test_what_is_frozen_keeps_its_bytes(mode):
    base = some_params(SHAPE, 0, np.float32)
    tuned = adapt(SHAPE, base, mode, data(), [1e-2], EFFORT, seed=0)
    shape, start, first = prepare(mode, SHAPE, base, seed=0)
    begin = 0 if first < 0 else suffix_start(shape, first)
    assert tuned.steps > 0
    assert tuned.params[:begin].tobytes() == start[:begin].tobytes()
    changed = [name for name, view in views(shape, tuned.params - start).items() if np.any(view)]
    assert set(changed) == {
        name for name, view in views(shape, np.arange(count(shape))).items() if view.flat[0] >= begin
    }


@pytest.mark.parametrize("mode", MODES, ids=lambda m: m.name)
def test_preparing_changes_no_loss(mode):
    base, windows = some_params(SHAPE), some_tokens(SHAPE, 6, 8)
    lengths = np.ones(SHAPE.vocab)
    shape, params, first = prepare(mode, SHAPE, base, seed=3)
    before = bits_per_byte(SHAPE, base, windows, lengths)
    assert bits_per_byte(shape, params, windows, lengths) == pytest.approx(before, rel=1e-13)
    assert Task.on(shape, params, first, windows).loss(params) / np.log(2) == pytest.approx(before, rel=1e-13)


def test_tuning_is_never_worse_than_not_tuning_on_the_customers_own_choice():
    base = some_params(SHAPE, 0, np.float32)
    tuned = adapt(SHAPE, base, Full(), data(), [0.3], EFFORT, seed=0)
    before = Task.on(*prepare(Full(), SHAPE, base, 0), data().validation).loss(untie(SHAPE, base)[1])
    assert tuned.validation <= tuned.validation_before == before
    hopeless = adapt(SHAPE, base, Full(), data(), [1e3], EFFORT, seed=0)
    assert hopeless.validation == hopeless.validation_before
    assert hopeless.params.tobytes() == untie(SHAPE, base)[1].tobytes()


def test_the_grid_finds_the_better_learning_rate():
    base = some_params(SHAPE, 0, np.float32)
    rates = [1e-6, 1e-2, 1e3]
    chosen = adapt(SHAPE, base, LastK(1), data(), rates, EFFORT, seed=0)
    alone = {rate: adapt(SHAPE, base, LastK(1), data(), [rate], EFFORT, seed=0).validation for rate in rates}
    assert chosen.rate == 1e-2
    assert chosen.validation == min(alone.values())


def test_tuning_goes_on_to_a_plateau():
    base = some_params(SHAPE, 0, np.float32)
    short = adapt(SHAPE, base, LastK(1), data(), [3e-3], EFFORT, seed=0)
    long = adapt(SHAPE, base, LastK(1), data(), [3e-3], Effort(batch=4, patience=2, most_epochs=200), seed=0)
    assert not short.plateau
    assert long.plateau
    assert long.validation < short.validation


@pytest.mark.parametrize("mode", MODES, ids=lambda m: m.name)
def test_same_seed_same_bytes(mode):
    base = some_params(SHAPE, 0, np.float32)
    first, second, other = (
        adapt(SHAPE, base, mode, data(), [1e-2, 3e-2], EFFORT, seed) for seed in (5, 5, 6)
    )
    assert first.params.tobytes() == second.params.tobytes()
    assert first.params.tobytes() != other.params.tobytes()


def test_untying_and_extending_keep_the_base():
    base = some_params(SHAPE)
    loose, params = untie(SHAPE, base)
    assert np.array_equal(views(loose, params)["output"], views(SHAPE, base)["embed"])
    longer, more = extend(loose, params, 2, seed=0)
    assert longer.layers == 5
    for name, view in views(loose, params).items():
        assert np.array_equal(views(longer, more)[name], view)
    assert not views(longer, more)["block4.down"].any()
    assert views(longer, more)["block4.up"].any()


def test_too_many_blocks_are_refused():
    with pytest.raises(ValueError, match="last 4 blocks of a network with 3"):
        prepare(LastK(4), SHAPE, some_params(SHAPE), 0)


def test_tuned_share():
    assert [tuned_share(mode, 4) for mode in MODES] == [0, 0.25, 0.5, 0, 1]


def test_a_customers_windows_do_not_overlap():
    numbered = np.arange(3000, dtype=np.uint16)
    own = customer(numbered, 800, SHAPE.context, 0.25, seed=0)
    tokens = np.concatenate([own.train, own.validation]).ravel()
    assert len(own.train) == 75
    assert len(own.validation) == 25
    assert len(np.unique(tokens)) == len(tokens)
    with pytest.raises(ValueError, match="needs more text"):
        customer(numbered, 4000, SHAPE.context, 0.25, seed=0)


def test_bits_per_byte_of_a_know_nothing_network():
    params = np.zeros(count(SHAPE))
    lengths = np.full(SHAPE.vocab, 2)
    assert bits_per_byte(SHAPE, params, even_windows(language(500, 0), 9, 8), lengths) == pytest.approx(2.5)


def test_pretraining_goes_on_from_a_saved_state_as_if_never_stopped(tmp_path):
    stream, marks = language(2000, 0), [320, 640]
    whole = Training.begin(SHAPE, 0)
    assert list(pretrain(SHAPE, stream, marks, 4, 3e-3, 0, whole)) == marks
    stopped = Training.begin(SHAPE, 0)
    for _ in pretrain(SHAPE, stream, marks[:1], 4, 3e-3, 0, stopped):
        stopped.save(tmp_path / "state.npz")
    resumed = Training.load(tmp_path / "state.npz")
    list(pretrain(SHAPE, stream, marks, 4, 3e-3, 0, resumed))
    assert resumed.params.tobytes() == whole.params.tobytes()
    assert resumed.average.value.tobytes() == whole.average.value.tobytes()
