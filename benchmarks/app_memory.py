"""Whether the app's server keeps its memory: scripted visits in a browser, and the slope of what it holds.

python benchmarks/app_memory.py --interactions 200
"""

import argparse
from collections.abc import Callable, Iterator
from itertools import cycle

import numpy as np
import psutil
from app_server import link, served, visiting
from playwright.sync_api import Page, expect

MEGABYTE = 1e6
EVERY = 10  # interactions between two looks at the memory
WARM = 0.25  # of the interactions, while caches fill
expect.set_options(timeout=240_000)


def ready(page: Page) -> None:
    """Wait until nothing is drawn or played any more."""
    page.wait_for_timeout(150)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_text("Playing:")).to_have_count(0)


def script(page: Page, address: str) -> Iterator[Callable[[], object]]:
    """Interactions without end: levers, steps back, measures, tabs, pages, and now and then a new visit."""
    places = cycle(["0.1", "0.3", "0.5", "0.7", "0.8"])
    button = lambda name: page.get_by_role("button", name=name, exact=True)  # noqa: E731
    tab = lambda name: page.get_by_role("tab", name=name, exact=True)  # noqa: E731
    yield lambda: page.goto(link(address, 12, "explore"))
    while True:
        yield lambda: page.get_by_role("slider", name="Likeness of rival models").press(
            "Home" if next(places) < "0.5" else "End"
        )
        yield lambda: page.get_by_role("slider", name="Worth of a better model").press("ArrowRight")
        yield lambda: button("Apply").click()
        yield lambda: tab("One month").click()
        yield lambda: tab("What happened").click()
        yield lambda: tab("Safety and access").click()
        yield lambda: tab("Every run").click()
        yield lambda: button("Undo").click()
        for name in ("Compare", "Monopoly or oligopoly", "Fine-tuning", "Parameters and glossary", "Report"):
            yield lambda name=name: page.get_by_role("link", name=name, exact=True).first.click()
        yield lambda: page.goto(link(address, 12, "explore"))


def measured(interactions: int) -> np.ndarray:
    """Memory of the server in MB after so many interactions: rows of (interactions, server, workers)."""
    rows = []
    with served() as (address, server), visiting() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(240_000)
        process = psutil.Process(server.pid)
        for number, act in zip(range(1, interactions + 1), script(page, address), strict=False):
            act()
            ready(page)
            if number % EVERY == 0:
                others = sum(child.memory_info().rss for child in process.children(recursive=True))
                rows.append((number, process.memory_info().rss / MEGABYTE, others / MEGABYTE))
                print(
                    "{:4d} interactions: server {:7.1f} MB, workers {:7.1f} MB".format(*rows[-1]), flush=True
                )
    return np.array(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=200)
    rows = measured(parser.parse_args().interactions)
    late = rows[rows[:, 0] > WARM * rows[-1, 0]]
    for name, column in (("server", 1), ("workers", 2)):
        slope = np.polyfit(late[:, 0], late[:, column], 1)[0]
        print(f"{name}: {100 * slope:+.1f} MB per 100 interactions after the first {WARM:.0%}")


if __name__ == "__main__":
    main()
