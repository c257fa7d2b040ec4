"""Designs: which places of the unit cube of factors a sweep visits.

Full factorial grids; Latin hypercubes (McKay et al. 1979); scrambled Sobol' sequences (Sobol' 1967,
Owen 1998); the radial samples of Saltelli et al. (2010) for variance-based indices; the elementary effects
of Morris (1991).
"""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim import streams
from sim.errors import UserError
from sim.sweep.factors import Factor

SAMPLED = ("lhs", "sobol", "saltelli", "morris")
KINDS = ("grid", "list", *SAMPLED)
MORRIS_LEVELS = 4
Cube = NDArray[np.float64]  # [place, factor], in [0, 1]


def grid(factors: tuple[Factor, ...]) -> list[dict[str, Any]]:
    """Every combination of the factors' levels; the last factor varies fastest."""
    levels = [[factor.level(i) for i in range(factor.size)] for factor in factors]
    names = [factor.name for factor in factors]
    return [dict(zip(names, combination, strict=True)) for combination in product(*levels)]


def points_a_sample(kind: str, factors: int) -> int:
    """How many points a sampled design visits for each of its samples."""
    return {"saltelli": factors + 2, "morris": factors + 1}.get(kind, 1)


def sample(kind: str, names: list[str], samples: int, seed: int) -> pd.DataFrame:
    """Places of a sampled design, one row a point.

    Columns are the factors, in [0, 1], after `block` and `sample`: for saltelli the matrix ("A", "B" or
    "AB:" and the factor taken from B) and its row; for morris the trajectory's number; else "A" and the row.
    """
    draw = streams.generator(seed, "design", kind)
    blocks = [("A", _PLAIN[kind](len(names), samples, draw))] if kind in _PLAIN else []
    if kind == "saltelli":
        blocks = saltelli(names, samples, draw)
    if kind == "morris":
        blocks = [("A", morris(names, samples, draw))]
        return _frame(blocks, names, points_a_sample(kind, len(names)))
    return _frame(blocks, names, 1)


def _frame(blocks: list[tuple[str, Cube]], names: list[str], share: int) -> pd.DataFrame:
    """Blocks below each other; `share` rows in a row belong to one sample."""
    frames = []
    for label, cube in blocks:
        frame = pd.DataFrame(cube, columns=names)
        frame.insert(0, "block", label)
        frame.insert(1, "sample", np.arange(len(cube)) // share)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def latin_hypercube(dimensions: int, samples: int, draw: np.random.Generator) -> Cube:
    """One point in each of `samples` slices of every factor."""
    return scipy.stats.qmc.LatinHypercube(dimensions, rng=draw).random(samples)


def sobol(dimensions: int, samples: int, draw: np.random.Generator) -> Cube:
    """A scrambled Sobol' sequence; `samples` is a power of two."""
    return scipy.stats.qmc.Sobol(dimensions, rng=draw).random(samples)


_PLAIN = {"lhs": latin_hypercube, "sobol": sobol}


def saltelli(names: list[str], samples: int, draw: np.random.Generator) -> list[tuple[str, Cube]]:
    """Matrices A, B and, for each factor, A with its column from B: samples x (factors + 2) points."""
    size = len(names)
    both = sobol(2 * size, samples, draw)
    a, b = both[:, :size], both[:, size:]
    blocks = [("A", a), ("B", b)]
    for i, name in enumerate(names):
        mixed = a.copy()
        mixed[:, i] = b[:, i]
        blocks.append((f"AB:{name}", mixed))
    return blocks


def morris(names: list[str], samples: int, draw: np.random.Generator) -> Cube:
    """Trajectories that move one factor at a time over four levels: samples x (factors + 1) points."""
    try:
        from SALib.sample.morris import sample as trajectories
    except ImportError:
        raise UserError(
            "design.kind 'morris' needs SALib: install it with pip install 'megamarket[sensitivity]', "
            "or use kind 'lhs', 'sobol' or 'saltelli'."
        ) from None
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    seed = int(draw.integers(2**31))
    return np.asarray(trajectories(problem, samples, num_levels=MORRIS_LEVELS, seed=seed))
