"""What a page waits for before it draws the runs of a job."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.pages.parts.background import PATIENCE, _is_new

LONG_AGO = PATIENCE + 1  # s


def job(done: int, age: float, running: bool) -> Any:
    """A job of two orders that began some seconds ago."""
    return SimpleNamespace(orders=(1, 2), done=done, running=running, begun=time.monotonic() - age)


@pytest.mark.parametrize(
    ("done", "age", "running", "new"),
    [
        pytest.param(0, LONG_AGO, True, True, id="nothing to draw"),
        pytest.param(1, LONG_AGO, True, True, id="one order alone"),
        pytest.param(2, 0.0, True, True, id="all may soon be done"),
        pytest.param(2, LONG_AGO, True, False, id="some of a long job"),
        pytest.param(0, 0.0, False, False, id="cancelled, or all done"),
    ],
)
def test_page_waits_for_a_run_of_every_order_and_a_little_for_all(
    done: int, age: float, running: bool, new: bool
) -> None:
    assert _is_new(job(done, age, running)) is new
