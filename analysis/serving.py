"""Starts the app's server with the options of `streamlit.toml`, wherever the program is installed."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.errors import UserError

OPTIONS = Path(__file__).parent / "pages" / "streamlit.toml"


def serve(port: int) -> int:
    """Serve the app on this machine until Ctrl-C; the exit code. Raises `UserError` without streamlit."""
    if find_spec("streamlit") is None:
        raise UserError("app: needs streamlit; install it with: pip install 'megamarket[app]'")
    spec = find_spec("app")
    if spec is None or spec.origin is None:
        raise UserError("app: app.py is not installed: install megamarket again.")
    print(f"The app is at http://127.0.0.1:{port} (Ctrl-C ends it).", flush=True)
    beside = (Path(spec.origin).parent / ".streamlit" / "config.toml").is_file()
    more = [] if beside else flags()
    call = [sys.executable, "-m", "streamlit", "run", spec.origin, f"--server.port={port}", *more]
    try:
        return subprocess.call(call)
    except KeyboardInterrupt:
        return 0


def flags(file: Path = OPTIONS) -> list[str]:
    """The options of a file as streamlit's command line takes them; lists of the theme it does not take."""
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return [flag for name, value in _flat("", found) for flag in _flag(name, value)]


def _flat(above: str, table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        path = f"{above}.{name}" if above else name
        if isinstance(value, dict):
            yield from _flat(path, value)
        else:
            yield path, value


def _flag(name: str, value: Any) -> list[str]:
    """One option; a list of the server's repeats it."""
    if isinstance(value, list) and name.startswith("theme"):
        return []
    if isinstance(value, bool):
        return [f"--{name}={str(value).lower()}"]
    return [f"--{name}={item}" for item in (value if isinstance(value, list) else [value])]
