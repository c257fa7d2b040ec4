"""The four ways of adapting a network, as the market sells them, and the network each starts from.

Every way trains the end of an untied network: `Head` its read-out, `LastK` its last blocks too,
`External` a fresh block put behind the last one, `Full` all of it. What lies before is a frozen
prefix whose activations are computed once and reused over epochs.
"""

from dataclasses import dataclass, replace

import numpy as np

from ml_core.config import Array, Shape
from ml_core.model import initial, suffix_start, views

EVERYTHING = -1  # first trained block of full tuning: the embeddings are trained too


@dataclass(frozen=True)
class Head:
    """Tune the final norm, output matrix and bias."""

    name: str = "head"


@dataclass(frozen=True)
class LastK:
    """Tune the last `blocks` blocks and the head: the few altered layers of a hosted product."""

    blocks: int = 1

    @property
    def name(self) -> str:
        """Name in tables."""
        return f"last{self.blocks}"


@dataclass(frozen=True)
class External:
    """Activation-return: fresh blocks with zero-initialised output, and the head, trained outside."""

    blocks: int = 1
    name: str = "external"


@dataclass(frozen=True)
class Full:
    """Tune everything."""

    name: str = "full"


Mode = Head | LastK | External | Full


def untie(shape: Shape, params: Array) -> tuple[Shape, Array]:
    """The same network with an output matrix of its own: shape, params [count]."""
    if not shape.tied:
        return shape, params.copy()
    loose = replace(shape, tied=False)
    cut = len(params) - shape.vocab
    return loose, np.concatenate([params[:cut], views(shape, params)["embed"].ravel(), params[cut:]])


def extend(shape: Shape, params: Array, blocks: int, seed: int) -> tuple[Shape, Array]:
    """The same untied network with fresh blocks behind the last one that as yet add nothing."""
    longer = replace(shape, layers=shape.layers + blocks)
    new = initial(longer, seed, params.dtype.type)
    cut = suffix_start(shape, shape.layers)
    new[:cut] = params[:cut]
    new[suffix_start(longer, longer.layers) :] = params[cut:]
    for i in range(shape.layers, longer.layers):
        for name in ("mix", "down"):
            views(longer, new)[f"block{i}.{name}"][:] = 0
    return longer, new


def tuned_share(mode: Mode, layers: int) -> float:
    """Share of the tuned network's own blocks that are trained: head 0, last k blocks k / layers, full 1."""
    match mode:
        case LastK(blocks):
            return blocks / layers
        case Full():
            return 1.0
        case _:
            return 0.0


def prepare(mode: Mode, shape: Shape, params: Array, seed: int) -> tuple[Shape, Array, int]:
    """The network that a way of adapting starts from, and the first block that it trains."""
    shape, params = untie(shape, params)
    match mode:
        case Head():
            return shape, params, shape.layers
        case LastK(blocks):
            if not 1 <= blocks <= shape.layers:
                raise ValueError(f"cannot tune the last {blocks} blocks of a network with {shape.layers}")
            return shape, params, shape.layers - blocks
        case External(blocks):
            return *extend(shape, params, blocks, seed), shape.layers
        case Full():
            return shape, params, EVERYTHING
