"""Pages without a browser, on a small market that is played in this process."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analysis.pages.parts import background
from sim.sweep.executors import SerialExecutor

SMALL = ["demand.workloads=600", "pricing.panel_per_segment=2"]
SCRIPT = "from analysis.pages.parts.doors import open_pages\nopen_pages({!r})\n"
Opener = Callable[..., AppTest]


@pytest.fixture(scope="module", autouse=True)
def _own_shelf() -> Iterator[None]:
    """What is played for one file of tests is kept for all its tests, as a server keeps it."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are played at once, without processes, two of each order and one year long."""
    monkeypatch.setattr(background, "workers", SerialExecutor)
    for module, name in (
        ("compare", "RUNS"),
        ("compare", "DRIVER_RUNS"),
        ("lab", "RUNS"),
        ("phases", "RUNS"),
    ):
        monkeypatch.setattr(f"analysis.pages.{module}.{name}", 2)
    monkeypatch.setattr("analysis.study.USUAL_RUNS", 2)


@pytest.fixture
def open_page() -> Opener:
    """Opens a page with a link's parameters and draws it once."""

    def opened(name: str, settings: list[str] | None = None, months: int = 12) -> AppTest:
        app = AppTest.from_string(SCRIPT.format(name), default_timeout=120)
        app.query_params["set"] = SMALL + (settings or [])
        app.query_params["months"] = str(months)
        return app.run()

    return opened


def sound(app: AppTest) -> AppTest:
    """The page, which must show neither an exception nor a mistake."""
    assert not app.exception, [one.value for one in app.exception]
    assert not app.error, [one.value for one in app.error]
    return app
