"""What a page waits for before it draws the runs of a job."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.pages.parts.background import PATIENCE, _is_new


def job(done: int, age: float = 0.0, running: bool = True) -> Any:
    """A job of two orders that began some seconds ago."""
    return SimpleNamespace(orders=(1, 2), done=done, running=running, begun=time.monotonic() - age)


@pytest.mark.parametrize(
    ("found", "new"),
    [
        (job(done=0, age=PATIENCE + 1), True),  # nothing to draw
        (job(done=1, age=PATIENCE + 1), True),  # one order alone
        (job(done=2), True),  # all may soon be done
        (job(done=2, age=PATIENCE + 1), False),
        (job(done=0, running=False), False),  # cancelled, or all done
    ],
)
def test_page_waits_for_a_run_of_every_order_and_a_little_for_all(found: Any, new: bool) -> None:
    assert _is_new(found) is new
