"""How long a user waits: for the first picture, and from Apply to the figure of all eight runs.

What Apply would play begins while the values are looked over, so the wait depends on how long that takes;
here Apply is pressed when the page is at rest, and a second later.

    python benchmarks/app_speed.py --tries 5
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from app_server import PICTURE, link, picture, redrawn, served, visiting
from playwright.sync_api import Page, expect

AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
NOTE_CLICK = "addEventListener('click', () => { clicked = performance.now() }, {capture: true, once: true})"
READING = 1.0  # s, about what the way from a lever to Apply takes
expect.set_options(timeout=240_000)


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def first_picture(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(PICTURE).first.wait_for()


def moved(page: Page, lever: str, key: str = "ArrowRight", reading: float = 0.0) -> float:
    """Seconds from the click on Apply to the figure of all runs; Apply is pressed after some reading."""
    page.get_by_role("slider", name=lever).press(key)
    expect(page.get_by_text("Values moved since: press Apply")).to_be_visible()
    page.locator(AT_REST).wait_for()
    page.wait_for_timeout(1000 * reading)
    before = picture(page)
    page.evaluate(NOTE_CLICK)
    page.get_by_role("button", name="Apply", exact=True).click()
    shown = redrawn(page, before)
    if page.get_by_text("8 of 8 runs", exact=True).count() == 0:
        before = picture(page)
        expect(page.get_by_text("8 of 8 runs", exact=True)).to_be_visible()
        shown = redrawn(page, before)
    return (shown - float(page.evaluate("clicked"))) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=5, choices=range(1, 6))
    tries = parser.parse_args().tries
    plain = seconds(lambda: sum(range(10_000_000)))
    print(f"machine: {plain:.2f} s for a sum of ten million integers")
    with served() as (address, _), visiting() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(240_000)
        cold = seconds(lambda: first_picture(page, address))
        warm = [seconds(lambda: first_picture(page, address)) for _ in range(tries)]
        print(f"first picture: {cold:.2f} s cold, {np.median(warm):.2f} s warm (median of {tries})")
        page.goto(link(address, page="explore"))
        expect(page.get_by_text("8 of 8 runs", exact=True)).to_be_visible()
        for key, reading in (("ArrowRight", 0.0), ("ArrowLeft", READING)):
            moved(page, "Cost of changing provider")  # workers are ready, and no run was played before
            waits = [moved(page, "Worth of a better model", key, reading) for _ in range(tries)]
            print(
                f"Apply, {reading:.0f} s after the page is at rest, to the figure of all 8 runs of the "
                f"baseline's length: {np.median(waits):.2f} s ({min(waits):.2f} to {max(waits):.2f})"
            )


if __name__ == "__main__":
    main()
