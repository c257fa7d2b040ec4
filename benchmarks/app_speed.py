"""How long a user waits: for the first picture, and from a lever to a new figure and to all eight runs.

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
expect.set_options(timeout=240_000)


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def first_picture(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(PICTURE).first.wait_for()


def moved(page: Page, lever: str) -> tuple[float, float]:
    """Seconds from the click on Apply to a figure of the new values, and to the figure of all runs."""
    page.get_by_role("slider", name=lever).press("ArrowRight")
    expect(page.get_by_text("Values moved since: press Apply")).to_be_visible()
    page.locator(AT_REST).wait_for()  # people read before they press
    before = picture(page)
    page.evaluate(NOTE_CLICK)
    page.get_by_role("button", name="Apply", exact=True).click()
    shown = whole = redrawn(page, before)
    if page.get_by_text("8 of 8 runs", exact=True).count() == 0:
        before = picture(page)
        expect(page.get_by_text("8 of 8 runs", exact=True)).to_be_visible()
        whole = redrawn(page, before)
    clicked = page.evaluate("clicked")
    return (shown - clicked) / 1000, (whole - clicked) / 1000


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
        moved(page, "Cost of changing provider")  # workers are ready after it
        waits = np.array([moved(page, "Worth of a better model") for _ in range(tries)])
        shown, whole = np.median(waits, axis=0)
        print(f"lever to new figure: {shown:.2f} s; to all 8 runs of the baseline's length: {whole:.2f} s")


if __name__ == "__main__":
    main()
