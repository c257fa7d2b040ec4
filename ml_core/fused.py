"""The operations of `ml_core.ops` computed in place: same faces, same values, fewer passes over memory.

Symbols as in `ml_core.ops`. A pullback may be called once: it reuses what the value has left behind.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from ml_core.config import Array
from ml_core.ops import EPSILON, linear

__all__ = ["attention", "cross_entropy", "embedding", "layer_norm", "linear", "mlp"]

HIDDEN = -1e9  # score of a position that may not be seen: its weight is exactly 0


def layer_norm(x: Array, gain: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    """Layer norm without bias, as `ml_core.ops.layer_norm`; x [n, d], gain [d] -> [n, d]."""
    width = x.shape[1]
    average = np.full(width, 1 / width, x.dtype)
    unit = x - (x @ average)[:, None]
    inverse = np.einsum("nd,nd->n", unit, unit)
    inverse /= width
    inverse += EPSILON
    np.sqrt(inverse, out=inverse)
    np.reciprocal(inverse, out=inverse)
    unit *= inverse[:, None]

    def pullback(dy: Array) -> tuple[Array, Array]:
        dgain = np.einsum("nd,nd->d", dy, unit)
        dx = dy * gain
        level = dx @ average
        slope = np.einsum("nd,nd->n", dx, unit)
        slope /= width
        np.multiply(unit, slope[:, None], out=unit)
        dx -= unit
        dx -= level[:, None]
        dx *= inverse[:, None]
        return dx, dgain

    return unit * gain, pullback


def mlp(x: Array, up: Array, down: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Two linear maps with a squared rectifier between, as `ml_core.ops.mlp`; [n, d] -> [n, d]."""
    positive = x @ up
    np.maximum(positive, 0, out=positive)
    squared = np.square(positive)

    def pullback(dy: Array) -> tuple[Array, Array, Array]:
        ddown = squared.T @ dy
        du = np.matmul(dy, down.T, out=squared)
        np.multiply(positive, du, out=positive)
        np.add(positive, positive, out=positive)
        return positive @ up.T, x.T @ positive, ddown

    return squared @ down, pullback


@lru_cache(maxsize=16)
def _future(time: int, dtype: np.dtype) -> Array:
    """Score added to each pair of positions [t, t]: 0 for the past, `HIDDEN` for the future."""
    mask = np.triu(np.full((time, time), HIDDEN, dtype), 1)
    mask.flags.writeable = False
    return mask


def _softmax(scores: Array) -> None:
    """Turn scores [..., t] into weights in place."""
    scores -= scores.max(-1, keepdims=True)
    np.exp(scores, out=scores)
    total = scores @ np.ones((scores.shape[-1], 1), scores.dtype)
    np.reciprocal(total, out=total)
    scores *= total


def attention(qkv: Array, heads: int, time: int) -> tuple[Array, Callable[[Array], Array]]:
    """Causal self-attention, as `ml_core.ops.attention`; qkv [b t, 3d] -> [b t, d]."""
    n, width = qkv.shape[0], qkv.shape[1] // 3
    size = width // heads
    scale = float(1 / np.sqrt(size))
    grid = (n // time, time, heads, size)
    q, k, v = qkv.reshape(-1, time, 3, heads, size).transpose(2, 0, 3, 1, 4)  # each [b, h, t, e]
    q = q * scale
    weights = q @ k.swapaxes(-1, -2)
    weights += _future(time, qkv.dtype)
    _softmax(weights)
    out = np.empty(grid, qkv.dtype)
    np.matmul(weights, v, out=out.swapaxes(1, 2))

    def pullback(dy: Array) -> Array:
        dout = dy.reshape(grid).swapaxes(1, 2)
        dqkv = np.empty((grid[0], time, 3, heads, size), qkv.dtype)
        dq, dk, dv = dqkv.transpose(2, 0, 3, 1, 4)
        np.matmul(weights.swapaxes(-1, -2), dout, out=dv)
        dscores = dout @ v.swapaxes(-1, -2)
        dscores -= np.einsum("bthe,bthe->bht", dy.reshape(grid), out)[..., None]
        dscores *= weights
        np.matmul(dscores, k, out=dq)
        dq *= scale
        np.matmul(dscores.swapaxes(-1, -2), q, out=dk)
        return dqkv.reshape(n, 3 * width)

    return out.reshape(n, width), pullback


def embedding(table: Array, tokens: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Rows of a table, as `ml_core.ops.embedding`; table [V, d], tokens [n] -> [n, d]."""

    def pullback(dx: Array) -> Array:
        rows = len(tokens)
        picked = csr_array((np.ones(rows, dx.dtype), tokens, np.arange(rows + 1)), shape=(rows, len(table)))
        return picked.T @ dx

    return table[tokens], pullback


def cross_entropy(
    x: Array, output: Array, bias: Array, targets: Array
) -> tuple[Array, Callable[[], tuple[Array, Array, Array]]]:
    """Loss of each position, nat, as `ml_core.ops.cross_entropy`; x [n, d] -> losses [n]."""
    rows = np.arange(len(targets))
    logits = x @ output.T
    logits += bias
    logits -= logits.max(-1, keepdims=True)
    losses = -logits[rows, targets]
    np.exp(logits, out=logits)
    total = logits @ np.ones(len(bias), logits.dtype)
    losses += np.log(total)

    def pullback() -> tuple[Array, Array, Array]:
        np.multiply(total, len(targets), out=total)
        np.reciprocal(total, out=total)
        np.multiply(logits, total[:, None], out=logits)
        logits[rows, targets] -= 1 / len(targets)
        return logits @ output, logits.T @ x, np.ones(len(targets), logits.dtype) @ logits

    return losses, pullback
