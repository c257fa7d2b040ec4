"""Small networks and tokens that the tests of ml_core share."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from ml_core.config import Array, Shape


@pytest.fixture(autouse=True)
def _strict_numbers():
    """Any overflow, invalid value or division by zero is an error; one BLAS thread."""
    with np.errstate(over="raise", invalid="raise", divide="raise"), threadpool_limits(1):
        yield


def some_params(shape: Shape, seed: int = 0, dtype: type = np.float64) -> Array:
    """Parameters large enough for every part of the network to matter, [count]."""
    from ml_core.model import initial

    params = initial(shape, seed, dtype)
    return (params + 0.2 * np.random.default_rng(seed).standard_normal(len(params))).astype(dtype)


def some_tokens(shape: Shape, windows: int, time: int, seed: int = 0) -> Array:
    """Random tokens [windows, time + 1]."""
    return np.random.default_rng(seed).integers(0, shape.vocab, (windows, time + 1))
