"""Pretraining: a constant learning rate and a running average, so that one run gives every token count."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml_core.config import Array, Shape
from ml_core.gradient import loss_and_gradient
from ml_core.model import initial
from ml_core.optim import Adam, Average
from ml_core.streams import random_windows

WARMUP = 50  # steps over which the learning rate rises to its constant value


@dataclass
class Training:
    """A network being pretrained: everything needed to go on from here."""

    params: Array  # [count]
    adam: Adam
    average: Average

    @classmethod
    def begin(cls, shape: Shape, seed: int) -> "Training":
        """A random start."""
        params = initial(shape, seed)
        return cls(params, Adam.like(params), Average(params.copy()))

    def save(self, path: Path) -> None:
        """Write the state whole or not at all."""
        part = path.with_suffix(".part.npz")
        np.savez(
            part, params=self.params, m=self.adam.first, v=self.adam.second,
            average=self.average.value, steps=self.adam.steps,
        )  # fmt: skip
        os.replace(part, path)

    @classmethod
    def load(cls, path: Path) -> "Training":
        """Read a state written by `save`."""
        with np.load(path) as file:
            steps = int(file["steps"])
            adam = Adam(file["m"], file["v"], steps)
            return cls(file["params"], adam, Average(file["average"], steps))


def pretrain(
    shape: Shape, tokens: Array, marks: Sequence[int], batch: int, rate: float, seed: int, state: Training
) -> Iterator[int]:
    """Train `state` in place on random windows and yield each mark when that many tokens have been seen.

    tokens [n] the training stream, marks in tokens, batch in windows. The windows of a step depend
    on (seed, step) alone, so a state that was saved at a mark goes on as if never interrupted.
    """
    per_step = batch * shape.context
    for mark in marks:
        while state.adam.steps * per_step < mark:
            step = state.adam.steps
            windows = random_windows(tokens, batch, shape.context, np.random.default_rng([seed, 1, step]))
            _, gradient = loss_and_gradient(shape, state.params, windows)
            state.adam.step(state.params, gradient, rate * min(1, (step + 1) / WARMUP))
            state.average.update(state.params)
        yield mark
