"""Adam and the running average of weights, each one fused pass over a flat vector."""

from dataclasses import dataclass

import numpy as np

from ml_core.config import Array

CHUNK = 8192  # values of one pass that stay in the processor's cache


@dataclass
class Adam:
    r"""Adam on (a slice of) a flat vector, updated in place.

    $m \leftarrow \beta_1 m + (1-\beta_1) g,\; v \leftarrow \beta_2 v + (1-\beta_2) g^2,\;
    \theta \leftarrow \theta - \eta \hat m / (\sqrt{\hat v} + \epsilon)$ with bias-corrected hats.
    Source: Kingma & Ba (2015).
    """

    first: Array  # m, [size]
    second: Array  # v, [size]
    steps: int = 0
    beta1: float = 0.9
    beta2: float = 0.99
    epsilon: float = 1e-8

    @classmethod
    def like(cls, params: Array, beta1: float = 0.9, beta2: float = 0.99) -> "Adam":
        """Start for the given vector (or slice)."""
        return cls(np.zeros_like(params), np.zeros_like(params), beta1=beta1, beta2=beta2)

    def step(self, params: Array, gradient: Array, rate: float) -> None:
        """Move params [size] in place along gradient [size] at learning rate `rate`."""
        self.steps += 1
        rate /= 1 - self.beta1**self.steps
        root = float((1 - self.beta2**self.steps) ** -0.5)
        for start in range(0, len(params), CHUNK):
            part = slice(start, start + CHUNK)
            self._update(params[part], gradient[part], self.first[part], self.second[part], rate, root)

    def _update(self, params: Array, gradient: Array, m: Array, v: Array, rate: float, root: float) -> None:
        work = gradient * (1 - self.beta1)
        m *= self.beta1
        m += work
        np.multiply(gradient, gradient, out=work)
        work *= 1 - self.beta2
        v *= self.beta2
        v += work
        np.sqrt(v, out=work)
        work *= root
        work += self.epsilon
        np.divide(m, work, out=work)
        work *= rate
        params -= work


@dataclass
class Average:
    r"""Exponential average of weights with a start that forgets: decay $\min(\delta, (1+t)/(10+t))$."""

    value: Array  # [size]
    steps: int = 0
    decay: float = 0.99

    def update(self, params: Array) -> None:
        """Take in the weights params [size] of one more step."""
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        self.steps += 1
        for start in range(0, len(params), CHUNK):
            part = slice(start, start + CHUNK)
            self.value[part] *= decay
            self.value[part] += (1 - decay) * params[part]
