"""Random draws that no other component, agent or worker can shift.

Few agents: a generator made anew from (seed, replication, component, stable name, month).
Many customers: a counter hash of the same key and the workload's stable number.
"""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels

KERNEL = "sim.economics.kernels.streams"


def key(*parts: int | str) -> int:
    """A 64-bit key of a tuple of names and numbers, the same on every machine."""
    text = repr([part if isinstance(part, str) else int(part) for part in parts])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=64)
def name_keys(names: tuple[str, ...]) -> NDArray[np.uint64]:
    """The keys of some names, each alone; not to be written to."""
    found = np.array([key(name) for name in names], dtype=np.uint64)
    found.flags.writeable = False
    return found


def generator(*parts: int | str) -> np.random.Generator:
    """A generator of its own for (seed, replication, component, name, month)."""
    return np.random.Generator(np.random.PCG64(key(*parts)))


def uniforms(stream: int | np.uint64 | NDArray[np.uint64], ids: NDArray[np.uint64]) -> NDArray[np.float64]:
    """One number in (0, 1) for each id under a stream's key; streams and ids are broadcast."""
    return np.asarray(kernels(KERNEL).uniform(np.uint64(stream), ids))
