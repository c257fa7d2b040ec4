"""Reports in a real browser: offline, drawn, readable, accessible, harmless."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from analysis.report import read_document, write_page
from analysis.style import INK
from benchmarks.app_server import visiting

HOSTILE = (
    '</script><script>alert(\'x\')</script>" onload="alert(1)" <img src=x onerror=alert(2)> שלום '
    + "long" * 400
)
KINDS = ("run", "comparison", "sweep", "hostile")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with visiting(chromium) as started:
        yield started


@pytest.fixture(scope="module")
def pages(
    folder: Path, other_folder: Path, store: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("pages")
    spoilt = hostile_copy(folder, place / "spoilt")
    asked = {
        "run": [folder],
        "comparison": [folder, other_folder],
        "sweep": [store],
        "hostile": [spoilt, folder],
    }
    return {kind: write_page(read_document(f), place / f"{kind}.html") for kind, f in asked.items()}


def hostile_copy(run: Path, place: Path) -> Path:
    """A run with markup, quotes, very long and right-to-left words wherever a user can put some."""
    shutil.copytree(run, place)
    said = json.loads((place / "metadata.json").read_text())
    said |= dict.fromkeys(("title", "question", "description", "command", "digest", "platform"), HOSTILE)
    (place / "metadata.json").write_text(json.dumps(said))
    book = pd.read_parquet(place / "provenance.parquet")
    book.assign(note=HOSTILE, value=book["value"] + HOSTILE).to_parquet(place / "provenance.parquet")
    for name in ("providers", "vintages"):
        table = pd.read_parquet(place / f"{name}.parquet")
        table["provider"] = table["provider"] + HOSTILE
        table.to_parquet(place / f"{name}.parquet")
    return place


class Visit:
    """A page that was opened with the network off, and what it did."""

    def __init__(self, browser: Browser, path: Path, scheme: str = "light", width: int = 1000) -> None:
        self.context = browser.new_context(
            color_scheme=scheme, offline=True, viewport={"width": width, "height": 800}
        )
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on(
            "dialog", lambda dialog: (self.said.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        self.page.goto(path.as_uri())
        self.page.wait_for_function(
            "[...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('.main-svg'))"
        )

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


Opener = Callable[..., Visit]


@pytest.fixture(scope="module")
def opened(browser: Browser, pages: dict[str, Path]) -> Iterator[Opener]:
    """A page of a kind in a scheme, opened once for all tests that leave it as it is."""
    visits: dict[tuple[str, str], Visit] = {}

    def visit(kind: str, scheme: str = "light") -> Visit:
        if (kind, scheme) not in visits:
            visits[kind, scheme] = Visit(browser, pages[kind], scheme)
        return visits[kind, scheme]

    yield visit
    for one in visits.values():
        one.context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_opens_offline_and_asks_nobody(opened: Opener, pages: dict[str, Path], kind: str) -> None:
    visit = opened(kind)
    assert visit.page.locator(".plot").count() >= 10
    assert visit.asked == [pages[kind].as_uri()]
    assert visit.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["run", "comparison", "sweep"])
def test_axe_finds_nothing_serious(opened: Opener, kind: str, scheme: str) -> None:
    page = opened(kind, scheme).page
    unfolded = (kind, scheme) == ("run", "light")
    if unfolded:
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    if unfolded:
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = false; })")
    assert [(f["id"], f["nodes"][0]["html"]) for f in found if f["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("dark", [False, True])
def test_figures_are_in_the_ink_of_the_scheme(opened: Opener, dark: bool) -> None:
    inks = {d: f"rgb{tuple(int(INK[d][i : i + 2], 16) for i in (1, 3, 5))}" for d in (False, True)}
    page = opened("run", "dark" if dark else "light").page
    page.wait_for_timeout(300)
    plots = page.evaluate("[...document.querySelectorAll('.plot')].map((plot) => plot.innerHTML)")
    assert len(plots) >= 10
    assert all(inks[dark] in drawn and inks[not dark] not in drawn for drawn in plots)


def test_hostile_words_are_shown_as_words(opened: Opener) -> None:
    visit = opened("hostile")
    page = visit.page
    assert page.locator("img").count() == 0
    assert page.locator("[onload], [onerror]").count() == 0
    assert "<script>alert" in page.locator("h1").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    assert visit.said == []


@pytest.mark.parametrize("kind", ["run", "sweep"])
def test_a_narrow_screen_needs_no_sideways_scrolling(
    browser: Browser, pages: dict[str, Path], kind: str
) -> None:
    with Visit(browser, pages[kind], width=360) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_print_is_light_without_navigation_and_has_every_figure(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with Visit(browser, pages["run"], "dark") as visit:
        visit.page.emulate_media(media="print")
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        visit.page.wait_for_timeout(300)
        assert not visit.page.locator("nav").is_visible()
        assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        heights = visit.page.evaluate(
            "[...document.querySelectorAll('.plot')].map((plot) => plot.clientHeight)"
        )
        assert min(heights) > 100
        assert visit.page.pdf(format="A4").startswith(b"%PDF")


def test_values_are_found_by_words(opened: Opener) -> None:
    page = opened("run").page
    page.locator("#all-values summary").click()
    page.locator("#filter").fill("nest_correlation")
    assert page.locator("#shown").inner_text() == "1 rows"
    assert page.locator("#all-values tbody tr:visible").count() == 1


def test_contents_lead_to_their_sections(opened: Opener) -> None:
    page = opened("comparison").page
    links = page.locator("nav a").evaluate_all("links => links.map((link) => link.hash)")
    assert len(links) >= 20
    assert all(page.locator(link).count() == 1 for link in links)
