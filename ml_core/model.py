"""The transformer: parameters as named views of one flat vector, loss and gradient of its blocks and head.

The vector is ordered from input to output, so whatever is tuned at the end of the network is a
suffix of it, and the blocks before it are a frozen prefix whose activations can be kept.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType, ModuleType

import numpy as np

from ml_core import fused
from ml_core.config import Array, Shape

Gradients = dict[str, Array]
Layout = Mapping[str, tuple[slice, tuple[int, ...]]]


def _named_shapes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Name and shape of each parameter array, from input to output."""
    d, v = shape.width, shape.vocab
    named: dict[str, tuple[int, ...]] = {"embed": (v, d), "position": (shape.context, d)}
    for i in range(shape.layers):
        named |= {f"block{i}.norm1": (d,), f"block{i}.qkv": (d, 3 * d), f"block{i}.mix": (d, d)}
        named |= {f"block{i}.norm2": (d,), f"block{i}.up": (d, 4 * d), f"block{i}.down": (4 * d, d)}
    named["norm"] = (d,)
    if not shape.tied:
        named["output"] = (v, d)
    return named | {"bias": (v,)}


@lru_cache(maxsize=256)
def layout(shape: Shape) -> Layout:
    """Where each named array lies in the flat vector: name -> (slice, shape)."""
    places, start = {}, 0
    for name, size in _named_shapes(shape).items():
        stop = start + int(np.prod(size))
        places[name] = slice(start, stop), size
        start = stop
    return MappingProxyType(places)


def count(shape: Shape) -> int:
    """Number of parameters."""
    return layout(shape)["bias"][0].stop


def views(shape: Shape, flat: Array) -> dict[str, Array]:
    """Named views of a flat vector of parameters or gradients [count]."""
    if flat.shape != (count(shape),):
        raise ValueError(
            f"expected a flat vector of {count(shape)} parameters for {shape}, got shape {flat.shape}"
        )
    return {name: flat[place].reshape(size) for name, (place, size) in layout(shape).items()}


def suffix_start(shape: Shape, first: int) -> int:
    """Index in the flat vector where block `first` begins (`layers`: where the head begins)."""
    name = f"block{first}.norm1" if first < shape.layers else "norm"
    return layout(shape)[name][0].start


def initial(shape: Shape, seed: int, dtype: type = np.float32) -> Array:
    """Random start: norms 1, biases 0, weights normal with variance 1/inputs, [count]."""
    rng = np.random.default_rng([seed, 0])
    flat: Array = np.zeros(count(shape), dtype)
    for name, view in views(shape, flat).items():
        if view.ndim == 1:
            view[:] = "norm" in name
        else:
            view[:] = _scale(name, shape) * rng.standard_normal(view.shape)
    return flat


def _scale(name: str, shape: Shape) -> float:
    """Standard deviation of a weight at the start; what writes to the stream is smaller with depth."""
    if "block" not in name:
        return 0.02
    inputs = shape.width * (4 if name.endswith("down") else 1)
    writes = name.endswith(("mix", "down"))
    return inputs**-0.5 * ((2 * shape.layers) ** -0.5 if writes else 1.0)


def embed(
    p: dict[str, Array], tokens: Array, ops: ModuleType = fused
) -> tuple[Array, Callable[[Array], Gradients]]:
    """Token plus position: tokens [b, t] -> x [b t, d]; the pullback gives both tables' gradients."""
    windows, time = tokens.shape
    x, x_back = ops.embedding(p["embed"], tokens.ravel())
    x = (x.reshape(windows, time, -1) + p["position"][:time]).reshape(windows * time, -1)

    def pullback(dx: Array) -> Gradients:
        dposition = np.zeros_like(p["position"])
        dposition[:time] = dx.reshape(windows, time, -1).sum(0)
        return {"embed": x_back(dx), "position": dposition}

    return x, pullback


def block(
    p: dict[str, Array], i: int, x: Array, heads: int, time: int, ops: ModuleType = fused
) -> tuple[Array, Callable[[Array], tuple[Array, Gradients]]]:
    """Block i: x + attention(norm x), then x + mlp(norm x); x [b t, d] -> [b t, d]."""
    at = f"block{i}."
    a, a_back = ops.layer_norm(x, p[at + "norm1"])
    qkv, qkv_back = ops.linear(a, p[at + "qkv"])
    mixed, mixed_back = ops.attention(qkv, heads, time)
    o, o_back = ops.linear(mixed, p[at + "mix"])
    middle = x + o
    m, m_back = ops.layer_norm(middle, p[at + "norm2"])
    y, y_back = ops.mlp(m, p[at + "up"], p[at + "down"])

    def pullback(dy: Array) -> tuple[Array, Gradients]:
        dm, dup, ddown = y_back(dy)
        dmiddle, dnorm2 = m_back(dm)
        dmiddle += dy
        dmixed, dmix = o_back(dmiddle)
        da, dqkv = qkv_back(mixed_back(dmixed))
        dx, dnorm1 = a_back(da)
        dx += dmiddle
        named = {"norm1": dnorm1, "qkv": dqkv, "mix": dmix, "norm2": dnorm2, "up": dup, "down": ddown}
        return dx, {at + name: value for name, value in named.items()}

    return middle + y, pullback


def head(
    p: dict[str, Array], x: Array, targets: Array, ops: ModuleType = fused
) -> tuple[Array, Callable[[], tuple[Array, Gradients]]]:
    """Final norm and read-out: x [n, d], targets [n] -> losses [n] in nat; pullback of their mean."""
    tied = "output" not in p
    a, a_back = ops.layer_norm(x, p["norm"])
    losses, losses_back = ops.cross_entropy(a, p["embed" if tied else "output"], p["bias"], targets)

    def pullback() -> tuple[Array, Gradients]:
        da, doutput, dbias = losses_back()
        dx, dnorm = a_back(da)
        return dx, {"norm": dnorm, "embed" if tied else "output": doutput, "bias": dbias}

    return losses, pullback
