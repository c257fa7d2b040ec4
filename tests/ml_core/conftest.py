"""Small networks and tokens that the tests of ml_core share."""

from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from ml_core.adapt import Effort
from ml_core.config import Array, Shape
from ml_core.model import initial
from ml_core.presets import SMOKE, Size

MINI = replace(
    SMOKE,
    name="mini",
    sizes={"S": Size(Shape(layers=1, width=8, heads=1), rate=8e-3)},
    pretraining=16_384,
    base_bytes=200_000,
    domain_bytes=150_000,
    tokenizer_bytes=20_000,
    base_test_windows=8,
    test_windows=8,
    rates_of_end=(1e-2,),
    rates_of_all=(1e-2,),
    effort=Effort(patience=1, most_epochs=2, rung_steps=2),
    draws=3,
)


@pytest.fixture(autouse=True)
def _strict_numbers():
    """Any overflow, invalid value or division by zero is an error; one BLAS thread."""
    with np.errstate(over="raise", invalid="raise", divide="raise"), threadpool_limits(1):
        yield


def some_params(shape: Shape, seed: int = 0, dtype: type = np.float64) -> Array:
    """Parameters large enough for every part of the network to matter, [count]."""
    params = initial(shape, seed, dtype)
    return (params + 0.2 * np.random.default_rng(seed).standard_normal(len(params))).astype(dtype)


def some_tokens(shape: Shape, windows: int, time: int, seed: int = 0) -> Array:
    """Random tokens [windows, time + 1]."""
    return np.random.default_rng(seed).integers(0, shape.vocab, (windows, time + 1))
