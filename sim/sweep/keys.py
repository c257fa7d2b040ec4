"""Names for runs: equal parameters, luck, horizon and model give an equal key, on every machine."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OUTSIDE = "sweep"  # the folder of sim that does not decide what a run yields


def digest(*parts: Any) -> str:
    """16 hexadecimal digits of anything that JSON can hold."""
    return hashlib.blake2b(canonical(parts).encode(), digest_size=8).hexdigest()


def canonical(value: Any) -> str:
    """One spelling: keys in order, whole numbers and floats of equal value alike."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def run_key(
    scenario: str, settings: Mapping[str, Any], seed: int, replication: int, months: int, model: str
) -> str:
    """The key of a run of a scenario (its digest) with these settings under this version of the model."""
    return digest(scenario, settings, seed, replication, months, model)


@cache
def model_version() -> str:
    """Version and a hash of the model's code: runs of different versions are not mixed.

    The folder `sim/sweep` does not count: how runs are dealt out changes no value.
    """
    root = _root()
    state = hashlib.blake2b(digest_size=4)
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] != OUTSIDE:
            state.update(place.as_posix().encode() + b"\0" + path.read_bytes())
    return f"{version('megamarket')}+{state.hexdigest()}"


def _root() -> Path:
    spec = find_spec("sim")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))
