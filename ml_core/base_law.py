r"""How the loss of the untuned networks falls with size and pretraining, and where it would end.

Symbols: N parameters, D tokens of pretraining, L loss in bit/byte, E its floor, i a corpus.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares, nnls

from ml_core.config import Array
from ml_core.rows import Row

SIZE_EXPONENT, DATA_EXPONENT = 0.3478, 0.3658  # alpha, beta; source: Besiroglu et al. (2024)
CURVATURE = SIZE_EXPONENT * DATA_EXPONENT / (SIZE_EXPONENT + DATA_EXPONENT)  # kappa of the optimum, per nat
PARAMETERS, TOKENS = 1e5, 1e6  # units of N and D in the law


@dataclass(frozen=True)
class BaseLaw:
    r"""$L(N, D) = E + A (N/10^5)^{-\alpha} + B (D/10^6)^{-\beta}$, bit/byte."""

    floor: float
    size: float
    data: float
    size_exponent: float = SIZE_EXPONENT
    data_exponent: float = DATA_EXPONENT

    def loss(self, parameters: Array, tokens: Array) -> Array:
        """Loss, bit/byte, of networks with N parameters after D tokens."""
        size = self.size * (parameters / PARAMETERS) ** -self.size_exponent
        return self.floor + size + self.data * (tokens / TOKENS) ** -self.data_exponent


def floors(rows: Sequence[Row]) -> dict[str, BaseLaw]:
    """The law of each corpus with published exponents; its floor is what more pretraining cannot pass.

    Non-negative least squares in E, A, B over all sizes and marks.
    """
    parameters, tokens, losses = base_points(rows)
    terms = [
        np.ones_like(tokens),
        (parameters / PARAMETERS) ** -SIZE_EXPONENT,
        (tokens / TOKENS) ** -DATA_EXPONENT,
    ]
    return {name: BaseLaw(*map(float, nnls(np.stack(terms, 1), loss)[0])) for name, loss in losses.items()}


def free_exponents(rows: Sequence[Row], corpus: str) -> BaseLaw:
    """The law of one corpus with its exponents fitted too: a check on the published ones."""
    parameters, tokens, losses = base_points(rows)

    def residuals(theta: Array) -> Array:
        return BaseLaw(*theta).loss(parameters, tokens) - losses[corpus]

    start = floors(rows)[corpus]
    first = np.array([start.floor, start.size, start.data, SIZE_EXPONENT, DATA_EXPONENT])
    fit = least_squares(
        residuals, np.maximum(first, 1e-3), bounds=([0, 0, 0, 0.01, 0.01], [10, 10, 10, 2, 2])
    )
    return BaseLaw(*map(float, fit.x))


def base_points(rows: Sequence[Row]) -> tuple[Array, Array, dict[str, Array]]:
    """Parameters [points], tokens [points], and by corpus the losses [points], bit/byte."""
    bases = [row for row in rows if row["kind"] == "base"]
    parameters = np.array([row["parameters"] for row in bases], float)
    tokens = np.array([row["tokens"] for row in bases], float)
    return parameters, tokens, {n: np.array([row["losses"][n] for row in bases]) for n in bases[0]["losses"]}
