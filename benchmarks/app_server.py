"""The app served on a free port, and a browser to visit it, for measurements and tests."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 240  # s, for machines with much else to do
PICTURE = "[data-testid=stPlotlyChart] .main-svg"
REDRAWN = """([picture, before]) => {
    const now = document.querySelector(picture)?.innerHTML;
    return now && now !== before && performance.now();
}"""
SMALL = [("set", "demand.workloads=600"), ("set", "pricing.panel_per_segment=2")]


@contextmanager
def served() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a server of the app, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()


def _wait_for(health: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urlopen(health, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(health)


@contextmanager
def visiting(executable: str | None = None) -> Iterator[Browser]:
    """A browser: Debian's chromium where nothing else is said."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable or shutil.which("chromium"), args=FLAGS
        )
        yield started
        started.close()


def link(address: str, months: int | None = None, page: str = "") -> str:
    """The link to a page; a small market of some months, or the baseline as it is."""
    query = [] if months is None else [*SMALL, ("months", str(months))]
    return f"{address}/{page}?{urlencode(query)}" if query else f"{address}/{page}"


def picture(page: Page) -> str:
    """The first figure of a page as it is drawn."""
    return page.locator(PICTURE).first.inner_html()


def redrawn(page: Page, before: str) -> float:
    """Wait until the first figure of a page is another one; by the page's clock, ms.

    It looks seldom, for looks take time from the page.
    """
    seen = page.wait_for_function(REDRAWN, arg=[PICTURE, before], polling=50)  # ms
    return float(seen.json_value())
