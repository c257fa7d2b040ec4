"""Random draws that no other component, agent or worker can shift.

A single number: the hash of (seed, replication, component, stable name, month) itself. Several numbers,
or a distribution of its own: a generator made anew from that key. Many customers: a counter hash of the
same key and the workload's stable number.
"""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

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


def uniform(*parts: int | str) -> float:
    """One number in (0, 1) for (seed, replication, component, name, month): the key itself."""
    return ((key(*parts) >> 12) + 0.5) * 2.0**-52


def normal(*parts: int | str) -> float:
    """One standard normal number for (seed, replication, component, name, month)."""
    return float(ndtri(uniform(*parts)))


def uniforms(stream: int | np.uint64 | NDArray[np.uint64], ids: NDArray[np.uint64]) -> NDArray[np.float64]:
    """One number in (0, 1) for each id under a stream's key; streams and ids are broadcast."""
    return np.asarray(kernels(KERNEL).uniform(np.uint64(stream), ids))
