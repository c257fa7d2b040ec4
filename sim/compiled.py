"""Where compiled kernels keep their machine code, and the one way to load a module of them.

A module of kernels is loaded by name at its first use, never at import of its users. Its disk cache
lies in a folder named by a hash of its package's sources and the tools, so that stale code is never served;
where no such folder can be written, a temporary one serves.
"""

import hashlib
import importlib
import os
import platform
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np


@lru_cache
def kernels(module: str) -> ModuleType:
    """The module of kernels of this name, with its cache in place before anything is compiled."""
    from numba.core import config

    settings = vars(config)
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(cache_folder(module, before))
    try:
        return importlib.import_module(module)
    finally:
        settings["CACHE_DIR"] = before


def cache_folder(module: str, wanted: str = "") -> Path:
    """Writable folder for the machine code of a module, keyed by a hash of its package's sources."""
    import numba

    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tools = f"{numba.__version__} {np.__version__} {platform.python_version()} {platform.machine()}"
    sources = b"".join(path.read_bytes() for path in sorted(Path(spec.origin).parent.glob("*.py")))
    key = hashlib.sha256(sources + tools.encode()).hexdigest()[:16]
    home = Path(wanted or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    for root in (home / "megamarket", Path(tempfile.gettempdir()) / "megamarket"):
        folder = root / "kernels" / key
        if _writable(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="megamarket-"))


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made if missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
