"""Draws figures to files with one browser for the whole batch."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from sim.errors import UserError

DRAWN = ("png", "svg", "pdf")  # formats that need a browser
TABS = 2  # of the browser, at work side by side
PATIENCE = 90  # s for one figure
REMEDY = (
    "Pictures (PNG, SVG, PDF and those of DOCX) need a browser and kaleido: install Debian's chromium "
    "(apt-get install chromium) or Chrome, and kaleido with pip install 'megamarket[export]', then give the "
    "command again."
)


class NoBrowser(UserError):
    """There is nothing to draw pictures with."""


@dataclass(frozen=True)
class Picture:
    """A figure to be drawn, where to, and how large."""

    figure: go.Figure
    path: Path
    width: int  # px
    height: int  # px
    scale: float


def draw(pictures: Sequence[Picture], advance: Callable[[], Any] = lambda: None) -> None:
    """Draw all, calling `advance` after each.

    Raises `NoBrowser` where kaleido or a browser is missing or does not start, `UserError` for a picture that
    cannot be drawn or written.
    """
    if pictures:
        asyncio.run(_draw(pictures, advance))


async def _draw(pictures: Sequence[Picture], advance: Callable[[], Any]) -> None:
    try:
        import kaleido

        browser = kaleido.Kaleido(n=min(TABS, len(pictures)), timeout=PATIENCE)
        await browser.open()
    except (ImportError, RuntimeError, OSError) as error:
        raise NoBrowser(f"No browser: {_first_line(error)} {REMEDY}") from error
    try:
        await asyncio.gather(*(_draw_one(browser, picture, advance) for picture in pictures))
    finally:
        await browser.close()


async def _draw_one(browser: Any, picture: Picture, advance: Callable[[], Any]) -> None:
    size = {"width": picture.width, "height": picture.height, "scale": picture.scale}
    try:
        found = await browser.calc_fig(picture.figure, opts={"format": picture.path.suffix[1:], **size})
        picture.path.write_bytes(found)
    except Exception as error:
        raise UserError(f"{picture.path}: was not drawn ({_first_line(error)}).") from error
    advance()


def _first_line(error: Exception) -> str:
    words = error.args[0] if error.args else type(error).__name__
    return str(words).strip().splitlines()[0].split(". ")[0].rstrip(".") + "."
