"""Tunes a network on a customer's data to a plateau, at the learning rate that its own validation favours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ml_core.config import Array, Shape
from ml_core.gradient import activations, loss_and_gradient, suffix_loss_and_gradient, token_losses
from ml_core.model import suffix_start
from ml_core.modes import Mode, prepare
from ml_core.optim import Adam, Average
from ml_core.streams import EVALUATED_AT_ONCE, Customer


@dataclass(frozen=True)
class Effort:
    """How hard a customer tries: the same for all ways of adapting, so that none wins by trying harder."""

    batch: int = 16  # windows a step
    least_steps: int = 4  # steps between looks at the validation windows, at least
    patience: int = 3  # looks without a better one before stopping
    most_epochs: int = 25  # an end that a plateau should come before
    rung_steps: int = 48  # steps of every learning rate before the worse half is dropped, at least
    rung_epochs: int = 2  # the same in epochs, at least


@dataclass(frozen=True)
class Adapted:
    """A tuned network and how it was come by."""

    shape: Shape
    params: Array  # [count]
    rate: float  # learning rate chosen
    validation: float  # nat/token at the best look
    validation_before: float  # nat/token before tuning
    steps: int = 0  # steps to the best look
    plateau: bool = False  # stopped because it got no better, not because of the end of effort
    all_steps: int = 0  # steps of the whole grid


@dataclass(frozen=True)
class Task:
    """What is trained, on what: the loss of some windows and its gradient for the trained end."""

    shape: Shape
    first: int  # first trained block, negative: all
    kept: Array | None  # [windows, t, d] activations entering `first`
    windows: Array  # [windows, t + 1]

    @classmethod
    def on(cls, shape: Shape, params: Array, first: int, windows: Array) -> "Task":
        """Compute the activations of the frozen prefix once."""
        if first < 0:
            return cls(shape, first, None, windows)
        parts = [activations(shape, params, windows[rows, :-1], first) for rows in _parts(len(windows))]
        return cls(shape, first, np.concatenate(parts), windows)

    @property
    def start(self) -> int:
        """Where the trained end begins in the flat vector."""
        return 0 if self.kept is None else suffix_start(self.shape, self.first)

    def gradient(self, params: Array, rows: Array) -> Array:
        """Gradient of the mean loss of some windows for the trained end, [count - start]."""
        if self.kept is None:
            return loss_and_gradient(self.shape, params, self.windows[rows])[1]
        targets = self.windows[rows, 1:]
        return suffix_loss_and_gradient(self.shape, params, self.kept[rows], targets, self.first)[1]

    def loss(self, params: Array) -> float:
        """Mean loss of all windows, nat/token."""
        sums = [self._losses(params, rows).sum(dtype=np.float64) for rows in _parts(len(self.windows))]
        return float(sum(sums)) / self.windows[:, 1:].size

    def _losses(self, params: Array, rows: slice) -> Array:
        windows = self.windows[rows]
        first = max(self.first, 0)
        kept = activations(self.shape, params, windows[:, :-1], 0) if self.kept is None else self.kept[rows]
        return token_losses(self.shape, params, kept, windows[:, 1:], first)


def _parts(windows: int) -> list[slice]:
    """Slices of a few windows at once."""
    return [slice(start, start + EVALUATED_AT_ONCE) for start in range(0, windows, EVALUATED_AT_ONCE)]


@dataclass
class Run:
    """Tuning at one learning rate, on its way to the plateau."""

    train: Task
    validation: Task
    effort: Effort
    params: Array  # [count]
    adam: Adam
    average: Average
    batches: Iterator[Array]
    best: Adapted
    waited: int = 0  # looks since the best one
    looked: Array = field(init=False)  # [count] the averaged weights

    def __post_init__(self) -> None:
        self.looked = self.params.copy()

    def advance(self, until: float) -> None:
        """Go on until that many steps, the plateau or the end of effort."""
        tuned = self.params[self.train.start :]
        while self.adam.steps < until and not self.best.plateau:
            rows = next(self.batches, None)
            if rows is None:
                return
            self.adam.step(tuned, self.train.gradient(self.params, rows), self.best.rate)
            self.average.update(tuned)
            if self.adam.steps % looks_every(len(self.train.windows), self.effort) == 0:
                self._look()

    def _look(self) -> None:
        """See whether the averaged weights have become better on the validation windows."""
        self.looked[self.train.start :] = self.average.value
        loss = self.validation.loss(self.looked)
        if loss < self.best.validation:
            self.waited = 0
            self.best = replace(self.best, params=self.looked.copy(), validation=loss, steps=self.adam.steps)
        else:
            self.waited += 1
            self.best = replace(self.best, plateau=self.waited >= self.effort.patience)


def looks_every(windows: int, effort: Effort) -> int:
    """Steps between looks: half an epoch, but not less than the least."""
    return max(effort.least_steps, steps_per_epoch(windows, effort) // 2)


def steps_per_epoch(windows: int, effort: Effort) -> int:
    """Steps in which each window is seen once."""
    return -(-windows // effort.batch)


def adapt(
    shape: Shape, base: Array, mode: Mode, data: Customer, rates: Sequence[float], effort: Effort, seed: int
) -> Adapted:
    """Tune `base` [count] at several learning rates and keep what is best on its validation windows.

    The untuned network is a candidate too, so the result is never worse than it on those windows.
    """
    shape, params, first = prepare(mode, shape, base, seed)
    train = Task.on(shape, params, first, data.train)
    validation = Task.on(shape, params, first, data.validation)
    loss = validation.loss(params)
    before = Adapted(shape, params, rate=0.0, validation=loss, validation_before=loss)
    runs = [_begin(train, validation, effort, replace(before, rate=rate), seed) for rate in rates]
    race(runs, effort)
    best = min(runs, key=lambda run: run.best.validation).best
    return replace(best, all_steps=sum(run.adam.steps for run in runs))


def _begin(train: Task, validation: Task, effort: Effort, before: Adapted, seed: int) -> Run:
    params = before.params.copy()
    tuned = params[train.start :]
    batches = _batches(len(train.windows), effort, np.random.default_rng([seed, 3]))
    return Run(train, validation, effort, params, Adam.like(tuned), Average(tuned.copy()), batches, before)


def race(runs: list[Run], effort: Effort) -> None:
    """Successive halving: all learning rates a while, the better half twice as long, the best to its plateau.

    Source: Jamieson & Talwalkar (2016).
    """
    until = max(effort.rung_steps, effort.rung_epochs * steps_per_epoch(len(runs[0].train.windows), effort))
    while len(runs) > 1:
        for run in runs:
            run.advance(until)
        runs = sorted(runs, key=lambda run: run.best.validation)[: len(runs) // 2]
        until *= 2
    runs[0].advance(np.inf)


def _batches(windows: int, effort: Effort, rng: np.random.Generator) -> Iterator[Array]:
    """Rows of each step, epoch by epoch in new order; short of data the epochs are many."""
    per_epoch = steps_per_epoch(windows, effort)
    epochs = max(effort.most_epochs, -(-5 * effort.rung_steps // per_epoch))
    for _ in range(epochs):
        yield from np.array_split(rng.permutation(windows), per_epoch)
