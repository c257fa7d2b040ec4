"""The app in a real browser: pages, a lever, a cancelled run, a link in a fresh browser; nothing leaks out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from analysis.pages.parts.doors import PAGES
from benchmarks.app_server import PICTURE, link, picture, redrawn, served, visiting

LONG = 240_000  # ms, for machines with much else to do
expect.set_options(timeout=LONG)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of the app on a free port."""
    with served() as (base, _):
        yield base


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with visiting(chromium) as started:
        yield started


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh browser window, in which nothing may go wrong and nothing may leave this machine."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(LONG)
    wrong: list[str] = []
    here = (address, address.replace("http", "ws", 1), "data:", "blob:")

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            wrong.append(f"{said.text} {said.location}")

    def watch(asked: Request) -> None:
        if not asked.url.startswith(here):
            wrong.append(asked.url)

    page.on("console", note)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", watch)
    yield page
    context.close()
    assert wrong == []


def go(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).first.click()
    headed(page, title)


def headed(page: Page, title: str) -> None:
    expect(page.locator("h1")).to_have_text("One provider, or a handful?" if title == "Start" else title)


def drawn(page: Page) -> None:
    expect(page.locator(PICTURE).first).to_be_visible()


def test_every_page_opens_at_its_own_address(visitor: Page, address: str) -> None:
    for name, title in PAGES.items():
        visitor.goto(link(address, 12, "" if name == "start" else name))
        headed(visitor, title)
        if name not in ("lab", "book"):
            drawn(visitor)
        expect(visitor.get_by_text("could not be drawn")).to_have_count(0)


def test_lever_changes_a_figure_and_a_link_restores_it(visitor: Page, address: str, browser: Browser) -> None:
    visitor.goto(link(address, 12))
    go(visitor, "Explore")
    drawn(visitor)
    expect(visitor.get_by_text("8 of 8 runs", exact=True)).to_be_visible()
    before = picture(visitor)
    slider = visitor.get_by_role("slider", name="Likeness of rival models")
    slider.press("End")
    expect(visitor.get_by_text("Values moved since: press Apply")).to_be_visible()
    visitor.get_by_role("button", name="Apply").click()
    expect(visitor.get_by_text("3 changes")).to_be_visible()
    expect(visitor.get_by_text("8 of 8 runs", exact=True)).to_be_visible()
    redrawn(visitor, before)
    assert "demand.nest_correlation%3D0.8" in visitor.url
    fresh = browser.new_context().new_page()
    fresh.set_default_timeout(LONG)
    fresh.goto(visitor.url)
    expect(fresh.get_by_text("3 changes")).to_be_visible()
    expect(fresh.get_by_role("slider", name="Likeness of rival models")).to_have_attribute(
        "aria-valuetext", "0.8"
    )
    fresh.context.close()


def test_run_is_cancelled(visitor: Page, address: str) -> None:
    visitor.goto(link(address, 1200))
    go(visitor, "Explore")
    visitor.get_by_role("button", name="Cancel").click()
    expect(visitor.get_by_text("Cancelled after")).to_be_visible()
    expect(visitor.get_by_role("button", name="Play the rest")).to_be_visible()


def test_pages_change_at_once(visitor: Page, address: str) -> None:
    visitor.goto(address)
    drawn(visitor)
    moving = "() => [...document.querySelectorAll('body *')].map(e => getComputedStyle(e).transitionDuration)"
    assert set(visitor.evaluate(moving)) == {"0s"}


def test_colours_follow_the_reader(browser: Browser, address: str) -> None:
    found = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.set_default_timeout(LONG)
        page.goto(address)
        drawn(page)
        found[scheme] = page.evaluate(
            "() => [getComputedStyle(document.querySelector('h1')).color,"
            " getComputedStyle(document.querySelector('.xtick text')).fill]"
        )
        context.close()
    assert found["light"] == ["rgb(27, 31, 36)"] * 2
    assert found["dark"] == ["rgb(232, 234, 237)"] * 2
