"""The program called as its console script calls it, and how a refusal looks."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def megamarket(*words: str, cwd: Path) -> Done:
    """The program as its console script runs it, in this process."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["megamarket", *words])
        patch.setenv("COLUMNS", "200")
        patch.setenv("TERMINAL_WIDTH", "200")
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def assert_refused(done: Done, *sentences: str) -> None:
    for sentence in sentences:
        assert sentence in done.stderr
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
