"""Writes a brief for a word processor: the answer, the figures with captions, and how to repeat it."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.browser import REMEDY, Picture, draw
from analysis.charts.parts import untitled
from analysis.document import LIMITS, Document
from analysis.style import FIGURE_WIDTH, apply
from sim.errors import UserError

PICTURE_WIDTH = 15.0  # cm on the page
SCALE = 2.0
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # that XML does not allow


def write_brief(
    document: Document, path: Path, progress: Callable[[int, int], Any] = lambda *_: None
) -> Path:
    """Write a DOCX with words, figures and captions; its path.

    Raises `NoBrowser` where figures cannot be drawn, `UserError` where python-docx or the place is missing.
    """
    try:
        import docx
    except ImportError:
        raise UserError(f"{path}: python-docx is not installed. {REMEDY}") from None
    with tempfile.TemporaryDirectory() as folder:
        pictures = _pictures(document, Path(folder), progress)
        brief = docx.Document()
        _words(brief, document)
        _figures(brief, document, pictures)
        _closing(brief, document)
        try:
            brief.save(str(path))
        except OSError as error:
            raise UserError(f"{path}: cannot be written ({error.strerror}); choose another place.") from None
    return path


def _pictures(document: Document, folder: Path, progress: Callable[[int, int], Any]) -> list[Path]:
    """PNGs of all figures, without titles and captions: these are text in the brief."""
    figures = [apply(untitled(exhibit.figure), opaque=True) for exhibit in document.exhibits]
    batch = [
        Picture(figure, folder / f"{i}.png", FIGURE_WIDTH, figure.layout.height, SCALE)
        for i, figure in enumerate(figures)
    ]
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        progress(done, len(batch))

    draw(batch, advance)
    return [picture.path for picture in batch]


def clean(text: str) -> str:
    """A text without the signs that the file format does not allow."""
    return UNPRINTABLE.sub("", text)


def _words(brief: Any, document: Document) -> None:
    brief.core_properties.title = clean(document.title)[:255]
    brief.add_heading(clean(document.title), 0)
    brief.add_paragraph(clean(f"{document.program}, {document.kicker}"))
    brief.add_paragraph(clean(document.question), style="Intense Quote")
    for sentence in document.sentences:
        brief.add_paragraph(clean(sentence))
    brief.add_paragraph(document.band_note, style="Caption")
    brief.add_heading("What was changed", 1)
    if document.changed.empty:
        brief.add_paragraph(document.unchanged)
    else:
        _table(brief, document.changed)
    brief.add_heading("The end in numbers", 1)
    _table(brief, document.headlines.drop(columns="Meaning", errors="ignore"))


def _table(brief: Any, frame: pd.DataFrame) -> None:
    rows = [list(frame.columns), *frame.itertuples(index=False, name=None)]
    table = brief.add_table(rows=len(rows), cols=len(frame.columns), style="Light List")
    for cells, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(cells.cells, values, strict=True):
            cell.text = clean(str(value))


def _figures(brief: Any, document: Document, pictures: list[Path]) -> None:
    from docx.shared import Cm

    brief.add_heading("Figures", 1)
    for number, (exhibit, picture) in enumerate(zip(document.exhibits, pictures, strict=True), start=1):
        heading = brief.add_heading(clean(exhibit.title), 2)
        heading.paragraph_format.keep_with_next = True
        paragraph = brief.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(str(picture), width=Cm(PICTURE_WIDTH))
        shape._inline.docPr.set("descr", clean(exhibit.alt))
        brief.add_paragraph(clean(f"Figure {number}. {exhibit.caption}"), style="Caption")


def _closing(brief: Any, document: Document) -> None:
    brief.add_heading("Limits", 1)
    for limit in LIMITS:
        brief.add_paragraph(limit, style="List Bullet")
    brief.add_heading("Reproduce", 1)
    for command in document.commands:
        brief.add_paragraph(clean(command), style="No Spacing")
    for name, fact in document.facts.items():
        brief.add_paragraph(clean(f"{name}: {fact}"))
