"""The numpy network against PyTorch: loss, every gradient, twenty steps of Adam, all ways of adapting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.adapt import Task
from ml_core.config import Shape
from ml_core.gradient import loss_and_gradient
from ml_core.model import suffix_start, views
from ml_core.modes import External, Full, Head, LastK, prepare
from ml_core.optim import Adam
from tests.ml_core.conftest import some_params, some_tokens

torch = pytest.importorskip("torch")
F = torch.nn.functional
EXACT = 1e-12


def torch_loss(shape, named, tokens):
    """The same network in PyTorch, written independently from its formula."""
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    time = inputs.shape[1]
    x = F.embedding(inputs, named["embed"]) + named["position"][:time]
    for i in range(shape.layers):
        p = {name: named[f"block{i}.{name}"] for name in ("norm1", "qkv", "mix", "norm2", "up", "down")}
        q, k, v = (F.layer_norm(x, (shape.width,), p["norm1"]) @ p["qkv"]).chunk(3, dim=-1)
        q, k, v = (part.unflatten(-1, (shape.heads, -1)).transpose(1, 2) for part in (q, k, v))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + mixed.transpose(1, 2).flatten(2) @ p["mix"]
        x = x + torch.relu(F.layer_norm(x, (shape.width,), p["norm2"]) @ p["up"]) ** 2 @ p["down"]
    logits = (
        F.layer_norm(x, (shape.width,), named["norm"]) @ named.get("output", named["embed"]).T + named["bias"]
    )
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def torch_copy(shape, params):
    return {name: torch.tensor(view, requires_grad=True) for name, view in views(shape, params).items()}


@st.composite
def networks(draw):
    heads = draw(st.integers(1, 3))
    context = draw(st.integers(1, 9))
    shape = Shape(
        layers=draw(st.integers(0, 3)),
        width=heads * draw(st.integers(2, 6)),
        heads=heads,
        vocab=draw(st.integers(2, 23)),
        context=context,
        tied=draw(st.booleans()),
    )
    return shape, draw(st.integers(1, 4)), draw(st.integers(1, context)), draw(st.integers(0, 2**16))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(networks())
def test_loss_and_all_gradients(network):
    shape, windows, time, seed = network
    params, tokens = some_params(shape, seed), some_tokens(shape, windows, time, seed)
    loss, gradient = loss_and_gradient(shape, params, tokens)
    named = torch_copy(shape, params)
    expected = torch_loss(shape, named, torch.tensor(tokens))
    expected.backward()
    assert loss == pytest.approx(float(expected.detach()), rel=EXACT)
    for name, value in views(shape, gradient).items():
        np.testing.assert_allclose(value, named[name].grad, rtol=1e-9, atol=EXACT, err_msg=name)


MODES = [Head(), LastK(1), LastK(2), External(1), External(2), Full()]


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: f"{mode.name}-{getattr(mode, 'blocks', '')}")
def test_twenty_steps_of_adam(mode, tied):
    base = Shape(layers=2, width=12, heads=3, vocab=19, context=8, tied=tied)
    shape, params, first = prepare(mode, base, some_params(base, 1), seed=2)
    tokens = some_tokens(shape, 5, 8, seed=3)
    named = torch_copy(shape, params)
    start = max(suffix_start(shape, max(first, 0)), 0) if first >= 0 else 0
    names = [n for n, view in views(shape, np.arange(len(params))).items() if view.ravel()[0] >= start]
    reference = torch.optim.Adam([named[name] for name in names], lr=3e-3, betas=(0.9, 0.99))
    task, tuned = Task.on(shape, params, first, tokens), params[start:]
    adam = Adam.like(tuned)
    for _ in range(20):
        adam.step(tuned, task.gradient(params, np.arange(5)), 3e-3)
        reference.zero_grad()
        torch_loss(shape, named, torch.tensor(tokens)).backward()
        reference.step()
    for name, value in views(shape, params).items():
        np.testing.assert_allclose(value, named[name].detach(), rtol=0, atol=EXACT, err_msg=name)


def test_single_precision_agrees_to_its_own_precision():
    shape = Shape(layers=2, width=32, heads=2, vocab=64, context=16)
    params, tokens = some_params(shape, 0, np.float32), some_tokens(shape, 4, 16)
    loss, gradient = loss_and_gradient(shape, params, tokens)
    named = torch_copy(shape, params)
    expected = torch_loss(shape, named, torch.tensor(tokens))
    expected.backward()
    assert gradient.dtype == np.float32
    assert loss == pytest.approx(float(expected.detach()), rel=1e-5)
    for name, value in views(shape, gradient).items():
        np.testing.assert_allclose(value, named[name].grad, rtol=0, atol=1e-5, err_msg=name)
