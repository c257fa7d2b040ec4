"""How the app is served: locally, closed, and as the command says."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from analysis import serving
from sim.errors import UserError
from tests.door.door import megamarket

ROOT = Path(__file__).parents[2]


def test_options_keep_the_app_closed() -> None:
    options = tomllib.loads(serving.OPTIONS.read_text())
    server = options["server"]
    assert server["address"] == "127.0.0.1"
    assert server["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert server["enableCORS"] is server["enableXsrfProtection"] is True
    assert server["maxUploadSize"] == 1
    assert options["browser"]["gatherUsageStats"] is False
    assert options["client"]["showErrorDetails"] == "none"


def test_both_ways_to_start_read_the_same_options() -> None:
    assert (ROOT / ".streamlit" / "config.toml").read_text() == serving.OPTIONS.read_text()


def test_flags_hold_the_options_of_the_server() -> None:
    flags = serving.flags()
    assert "--server.address=127.0.0.1" in flags
    assert flags.count("--server.allowedHosts=localhost") == 1
    assert "--server.enableXsrfProtection=true" in flags


def test_command_starts_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    called: list[list[str]] = []

    def call(words: list[str]) -> int:
        called.append(words)
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    done = megamarket("app", "--port", "8765", cwd=tmp_path)
    assert done.returncode == 0
    assert "http://127.0.0.1:8765" in done.stdout
    assert "--server.port=8765" in called[0]


def test_missing_streamlit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"pip install 'megamarket\[app\]'"):
        serving.serve(8501)


def test_pages_never_mark_text_as_safe() -> None:
    for path in (ROOT / "analysis" / "pages").rglob("*.py"):
        assert "unsafe_allow" not in path.read_text()
        assert "pickle" not in path.read_text()


def test_app_is_the_only_other_place_that_may_know_streamlit() -> None:
    assert "streamlit" not in (ROOT / "cli.py").read_text()
    lines = (ROOT / "app.py").read_text().splitlines()
    guard = next(i for i, line in enumerate(lines) if line.startswith("if __name__"))
    assert not any("import" in line for line in lines[:guard] if not line.startswith('"""'))
