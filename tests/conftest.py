"""Numerical accidents are errors; a small market for tests that need a whole run."""

import os
import shutil
from collections.abc import Iterator

import numpy as np
import pytest

import sim

SMALL = {"demand.workloads": 600, "pricing.panel_per_segment": 2}


@pytest.fixture(autouse=True)
def _numbers_are_clean() -> Iterator[None]:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's browser; without it the test is skipped, or fails where the environment asks for it."""
    found = shutil.which("chromium")
    if found is None and os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail("needs chromium, and BROWSER_TESTS=required: apt-get install chromium")
    if found is None:
        pytest.skip("needs a browser: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def small() -> sim.Scenario:
    """The baseline with few customers."""
    return sim.load("baseline", settings=SMALL)


@pytest.fixture(scope="session")
def small_run(small: sim.Scenario) -> sim.Run:
    """Sixty months of the small market."""
    return sim.run(small, months=60, seed=3)
