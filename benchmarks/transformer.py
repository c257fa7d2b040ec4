"""Training step of the numpy transformer against PyTorch eager, and the gain of the kept prefix; prints JSON.

Run by hand: `python benchmarks/transformer.py [--steps 20]`. One thread, CPU time, interleaved.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from ml_core.config import Array, Shape
from ml_core.gradient import activations, loss_and_gradient, suffix_loss_and_gradient
from ml_core.memory import keep_heap
from ml_core.model import initial, suffix_start, views
from ml_core.optim import Adam

SHAPE = Shape(layers=4, width=128, heads=4, vocab=512, context=64)
BATCH = 32  # windows
RATE = 1e-3


def numpy_step(shape: Shape, tokens: Array) -> Callable[[], float]:
    """A whole training step: loss, gradient, Adam."""
    params = initial(shape, 0)
    adam = Adam.like(params)

    def step() -> float:
        loss, gradient = loss_and_gradient(shape, params, tokens)
        adam.step(params, gradient, RATE)
        return loss

    return step


def prefix_step(shape: Shape, tokens: Array, first: int) -> Callable[[], float]:
    """A step that tunes block `first` and what follows, from kept activations."""
    params = initial(shape, 0)
    kept = activations(shape, params, tokens[:, :-1], first)
    tuned = params[suffix_start(shape, first) :]
    adam = Adam.like(tuned)

    def step() -> float:
        loss, gradient = suffix_loss_and_gradient(shape, params, kept, tokens[:, 1:], first)
        adam.step(tuned, gradient, RATE)
        return loss

    return step


def same_end_without_prefix(shape: Shape, tokens: Array, first: int) -> Callable[[], float]:
    """The same tuning without kept activations: whole forward pass, backward pass of the end only."""
    params = initial(shape, 0)
    tuned = params[suffix_start(shape, first) :]
    adam = Adam.like(tuned)

    def step() -> float:
        kept = activations(shape, params, tokens[:, :-1], first)
        loss, gradient = suffix_loss_and_gradient(shape, params, kept, tokens[:, 1:], first)
        adam.step(tuned, gradient, RATE)
        return loss

    return step


def torch_step(shape: Shape, tokens: Array, fused_attention: bool) -> Callable[[], float]:
    """The same step in PyTorch eager, attention spelt out or by its fused kernel."""
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(1)
    named = {
        name: torch.tensor(view, requires_grad=True) for name, view in views(shape, initial(shape, 0)).items()
    }
    adam = torch.optim.Adam(named.values(), lr=RATE, betas=(0.9, 0.99), fused=True)
    inputs = torch.tensor(tokens[:, :-1])
    targets = torch.tensor(tokens[:, 1:]).reshape(-1)
    time_ = inputs.shape[1]
    future = torch.triu(torch.full((time_, time_), float("-inf")), 1)

    def attend(q: "torch.Tensor", k: "torch.Tensor", v: "torch.Tensor") -> "torch.Tensor":
        if fused_attention:
            return F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + future, -1) @ v

    def step() -> float:
        x = named["embed"][inputs] + named["position"][:time_]
        for i in range(shape.layers):
            p = {key: named[f"block{i}.{key}"] for key in ("norm1", "qkv", "mix", "norm2", "up", "down")}
            a = F.layer_norm(x, x.shape[-1:], p["norm1"])
            q, k, v = (a @ p["qkv"]).reshape(*x.shape[:2], 3, shape.heads, -1).permute(2, 0, 3, 1, 4)
            x = x + attend(q, k, v).transpose(1, 2).reshape(x.shape) @ p["mix"]
            m = F.layer_norm(x, x.shape[-1:], p["norm2"])
            x = x + F.relu(m @ p["up"]).square() @ p["down"]
        a = F.layer_norm(x, x.shape[-1:], named["norm"]).reshape(-1, shape.width)
        loss = F.cross_entropy(a @ named.get("output", named["embed"]).T + named["bias"], targets)
        adam.zero_grad()
        loss.backward()
        adam.step()
        return float(loss.detach())

    return step


def interleaved(candidates: dict[str, Callable[[], float]], steps: int) -> dict[str, float]:
    """Median CPU time of a step of each candidate, ms, taken in turn after three to warm up."""
    spent: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(steps + 3):
        for name, step in candidates.items():
            start = time.process_time()
            step()
            spent[name].append(1000 * (time.process_time() - start))
    return {name: statistics.median(values[3:]) for name, values in spent.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20)
    steps = parser.parse_args().steps
    keep_heap()
    tokens = np.random.default_rng(0).integers(0, SHAPE.vocab, (BATCH, SHAPE.context + 1))
    untied = Shape(SHAPE.layers, SHAPE.width, SHAPE.heads, SHAPE.vocab, SHAPE.context, tied=False)
    last = SHAPE.layers - 1
    with threadpool_limits(1):
        ms = interleaved(
            {
                "numpy": numpy_step(SHAPE, tokens),
                "torch_eager": torch_step(SHAPE, tokens, fused_attention=False),
                "torch_eager_fused_attention": torch_step(SHAPE, tokens, fused_attention=True),
                "last_block_from_kept_prefix": prefix_step(untied, tokens, last),
                "last_block_without_kept_prefix": same_end_without_prefix(untied, tokens, last),
            },
            steps,
        )
    ratios = {
        "numpy_to_torch_eager": ms["numpy"] / ms["torch_eager"],
        "numpy_to_torch_eager_fused_attention": ms["numpy"] / ms["torch_eager_fused_attention"],
        "gain_of_kept_prefix": ms["last_block_without_kept_prefix"] / ms["last_block_from_kept_prefix"],
    }
    print(
        json.dumps({"unit": "ms CPU per step, median", "steps": steps, "ms": ms, "ratios": ratios}, indent=2)
    )


if __name__ == "__main__":
    main()
