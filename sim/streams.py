"""Random draws that no other component, agent or worker can shift.

Few agents: a generator made anew from (seed, replication, component, stable name, month).
Many customers: a counter hash of the same key and the workload's stable number.
"""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def key(*parts: int | str) -> int:
    """A 64-bit key of a tuple of names and numbers, the same on every machine."""
    text = repr([part if isinstance(part, str) else int(part) for part in parts])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@cache
def name_key(name: str) -> int:
    """The key of a name alone."""
    return key(name)


def generator(*parts: int | str) -> np.random.Generator:
    """A generator of its own for (seed, replication, component, name, month)."""
    return np.random.Generator(np.random.PCG64(key(*parts)))


def uniforms(stream: int, ids: NDArray[np.uint64]) -> NDArray[np.float64]:
    """One number in (0, 1) for each id under a stream's key (SplitMix64, Steele et al. 2014)."""
    x = np.uint64(stream) + (ids + np.uint64(1)) * _GOLDEN
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    x ^= x >> np.uint64(31)
    return ((x >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
