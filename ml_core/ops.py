"""Differentiable operations in plain numpy: each returns its value and its pullback.

Symbols: n rows = b windows x t positions, d width, h heads, e = d/h, V vocabulary.
These say what is computed; `ml_core.fused` computes the same in place.
"""

from collections.abc import Callable

import numpy as np

from ml_core.config import Array

EPSILON = 1e-5  # added to the variance of a norm, squared activation


def linear(x: Array, w: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    """Linear map $y = xW$; x [n, i], w [i, o] -> y [n, o]; pullback dy -> dx, dw."""

    def pullback(dy: Array) -> tuple[Array, Array]:
        return dy @ w.T, x.T @ dy

    return x @ w, pullback


def layer_norm(x: Array, gain: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    r"""Layer norm without bias $y = g (x - \bar x)/\sqrt{s^2 + \epsilon}$.

    x [n, d], gain [d] -> y [n, d]; pullback dy -> dx, dgain. Source: Ba, Kiros & Hinton (2016).
    """
    centred = x - x.mean(-1, keepdims=True)
    inverse = 1 / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
    unit = centred * inverse

    def pullback(dy: Array) -> tuple[Array, Array]:
        dunit = dy * gain
        along = dunit.mean(-1, keepdims=True) + unit * (dunit * unit).mean(-1, keepdims=True)
        return (dunit - along) * inverse, (dy * unit).sum(0)

    return unit * gain, pullback


def squared_relu(u: Array) -> tuple[Array, Callable[[Array], Array]]:
    r"""Squared rectifier $y = \max(u, 0)^2$; u [n, o] -> y [n, o]. Source: So et al. (2021)."""
    positive = np.maximum(u, 0)
    return positive**2, lambda dy: 2 * dy * positive


def mlp(x: Array, up: Array, down: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Two linear maps with a squared rectifier between.

    x [n, d], up [d, 4d], down [4d, d] -> y [n, d]; pullback dy -> dx, dup, ddown.
    """
    u, u_back = linear(x, up)
    r, r_back = squared_relu(u)
    y, y_back = linear(r, down)

    def pullback(dy: Array) -> tuple[Array, Array, Array]:
        dr, ddown = y_back(dy)
        dx, dup = u_back(r_back(dr))
        return dx, dup, ddown

    return y, pullback


def attention(qkv: Array, heads: int, time: int) -> tuple[Array, Callable[[Array], Array]]:
    r"""Causal self-attention $\mathrm{softmax}(QK^\top/\sqrt e + M)V$ for each window and head.

    qkv [b t, 3d] -> y [b t, d]; pullback dy -> dqkv. Source: Vaswani et al. (2017).
    """
    n, width = qkv.shape[0], qkv.shape[1] // 3
    size = width // heads
    q, k, v = qkv.reshape(-1, time, 3, heads, size).transpose(2, 0, 3, 1, 4)  # each [b, h, t, e]
    allowed = np.tri(time, dtype=bool)
    scores = np.where(allowed, q @ k.swapaxes(-1, -2) / np.sqrt(size).astype(qkv.dtype), -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)

    def pullback(dy: Array) -> Array:
        dout = dy.reshape(-1, time, heads, size).swapaxes(1, 2)
        dweights = dout @ v.swapaxes(-1, -2)
        dscores = weights * (dweights - (dweights * weights).sum(-1, keepdims=True))
        dscores = dscores / np.sqrt(size).astype(qkv.dtype)
        dqkv = np.stack([dscores @ k, dscores.swapaxes(-1, -2) @ q, weights.swapaxes(-1, -2) @ dout])
        return dqkv.transpose(1, 3, 0, 2, 4).reshape(n, 3 * width)

    return (weights @ v).swapaxes(1, 2).reshape(n, width), pullback


def embedding(table: Array, tokens: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Rows of a table; table [V, d], tokens [n] -> x [n, d]; pullback dx -> dtable."""

    def pullback(dx: Array) -> Array:
        dtable = np.zeros_like(table)
        np.add.at(dtable, tokens, dx)
        return dtable

    return table[tokens], pullback


def cross_entropy(
    x: Array, output: Array, bias: Array, targets: Array
) -> tuple[Array, Callable[[], tuple[Array, Array, Array]]]:
    r"""Loss of each position, nat, under $\mathrm{softmax}(x W^\top + b)$.

    x [n, d], output [V, d], bias [V], targets [n] -> losses [n].
    The pullback is that of the mean loss: () -> dx, doutput, dbias.
    """
    logits = x @ output.T + bias
    logits = logits - logits.max(-1, keepdims=True)
    total = np.exp(logits).sum(-1, keepdims=True)
    rows = np.arange(len(targets))
    losses = np.log(total[:, 0]) - logits[rows, targets]

    def pullback() -> tuple[Array, Array, Array]:
        dlogits = np.exp(logits) / total
        dlogits[rows, targets] -= 1
        dlogits = dlogits / len(targets)
        return dlogits @ output, dlogits.T @ x, dlogits.sum(0)

    return losses, pullback
