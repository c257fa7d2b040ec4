"""Losses and gradients of a whole network, or of its tuned end from kept activations of its frozen prefix."""

from types import ModuleType

import numpy as np

from ml_core import fused
from ml_core.config import Array, Shape
from ml_core.model import Gradients, block, embed, head, layout, views


def loss_and_gradient(
    shape: Shape, params: Array, tokens: Array, ops: ModuleType = fused
) -> tuple[float, Array]:
    """Mean loss, nat/token, and its gradient for all parameters.

    params [count], tokens [b, t + 1] (t <= context, each predicts the next) -> loss, gradient [count].
    """
    p = views(shape, params)
    x, x_back = embed(p, tokens[:, :-1], ops)
    loss, dx, gradients = _from_block(shape, p, x, tokens[:, 1:], 0, ops)
    for name, value in x_back(dx).items():
        gradients[name] = gradients[name] + value if name in gradients else value
    return loss, _gather(shape, gradients)


def suffix_loss_and_gradient(
    shape: Shape, params: Array, kept: Array, targets: Array, first: int, ops: ModuleType = fused
) -> tuple[float, Array]:
    """Mean loss, nat/token, and its gradient for block `first` and all after it.

    kept [b, t, d] are the activations that enter block `first`, targets [b, t];
    the gradient is the suffix [count - suffix_start] of the whole one. The network must be untied.
    """
    if shape.tied:
        raise ValueError("the end of a tied network cannot be tuned alone: untie it first")
    p = views(shape, params)
    x = kept.reshape(-1, shape.width)
    loss, _, gradients = _from_block(shape, p, x, targets, first, ops)
    return loss, _gather(shape, gradients)


def _from_block(
    shape: Shape, p: dict[str, Array], x: Array, targets: Array, first: int, ops: ModuleType
) -> tuple[float, Array, Gradients]:
    """Loss, gradient of the activations x [b t, d] entering block `first`, gradients by name."""
    backs = []
    for i in range(first, shape.layers):
        x, back = block(p, i, x, shape.heads, targets.shape[1], ops)
        backs.append(back)
    losses, losses_back = head(p, x, targets.ravel(), ops)
    dx, gradients = losses_back()
    for back in reversed(backs):
        dx, named = back(dx)
        gradients |= named
    return float(losses.mean(dtype=np.float64)), dx, gradients


def _gather(shape: Shape, gradients: Gradients) -> Array:
    """One flat vector of the gradients that are given, in the order of the parameters."""
    wanted = [name for name in layout(shape) if name in gradients]
    return np.concatenate([gradients[name].ravel() for name in wanted])


def activations(shape: Shape, params: Array, tokens: Array, first: int) -> Array:
    """Activations entering block `first`: tokens [b, t] -> [b, t, d]."""
    p = views(shape, params)
    x, _ = embed(p, tokens)
    for i in range(first):
        x, _ = block(p, i, x, shape.heads, tokens.shape[1])
    return x.reshape(*tokens.shape, shape.width)


def token_losses(shape: Shape, params: Array, kept: Array, targets: Array, first: int) -> Array:
    """Loss of each position, nat [b, t], from the activations kept [b, t, d] entering block `first`."""
    p = views(shape, params)
    x = kept.reshape(-1, shape.width)
    for i in range(first, shape.layers):
        x, _ = block(p, i, x, shape.heads, targets.shape[1])
    return head(p, x, targets.ravel())[0].reshape(targets.shape)
