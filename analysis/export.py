"""Writes the figures of a run, a comparison or a sweep to files: pictures, pages and data."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.browser import DRAWN, NoBrowser, Picture, draw
from analysis.exhibits import Exhibit
from analysis.style import FIGURE_WIDTH, apply
from sim.errors import UserError

WRITTEN = ("html", "csv", "json")  # formats that need no browser
FORMATS = (*DRAWN, *WRITTEN)
SMALLEST, LARGEST = 100, 10_000  # px
LARGEST_SCALE = 10.0


@dataclass(frozen=True)
class Wanted:
    """How figures are to be written."""

    formats: tuple[str, ...]
    width: int | None = None  # px; the figure's own if not given
    height: int | None = None  # px
    scale: float = 2.0  # of PNG, pixels a px
    dark: bool = False


def wanted(
    formats: str, width: int | None = None, height: int | None = None, scale: float = 2.0, dark: bool = False
) -> Wanted:
    """What was asked for, checked. Raises `UserError` with every mistake."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in formats.split(",") if name.strip()))
    unknown = [name for name in names if name not in FORMATS]
    problems = [
        f"--format: '{name}' is not a format; expected some of {', '.join(FORMATS)}." for name in unknown
    ]
    if not names:
        problems.append(f"--format: is empty; expected some of {', '.join(FORMATS)}, with commas.")
    problems += [
        f"--{word}: is {value}; expected a whole number from {SMALLEST} to {LARGEST:,} (px)."
        for word, value in (("width", width), ("height", height))
        if value is not None and not SMALLEST <= value <= LARGEST
    ]
    if not 0 < scale <= LARGEST_SCALE:
        problems.append(f"--scale: is {scale}; expected a number above 0 and at most {LARGEST_SCALE:g}.")
    if problems:
        raise UserError(problems)
    return Wanted(names, width, height, scale, dark)


def chosen(exhibits: Sequence[Exhibit], only: str) -> list[Exhibit]:
    """The exhibits of the given names (with commas), all if none is given. Raises `UserError`."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    known = {exhibit.key: exhibit for exhibit in exhibits}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UserError(
            f"--only: there is no figure '{name}'; expected some of {', '.join(known)}." for name in unknown
        )
    return [known[name] for name in names] if names else list(exhibits)


def export(
    exhibits: Sequence[Exhibit], out: Path, how: Wanted, progress: Callable[[int, int], Any] = lambda *_: None
) -> list[Path]:
    """Write every figure in every format; the paths.

    Without a browser HTML, CSV and JSON are written all the same, and then `NoBrowser` says what to install.
    """
    pictures = [f for f in how.formats if f in DRAWN]
    try:
        out.mkdir(parents=True, exist_ok=True)
        paths = _write(exhibits, out, [f for f in how.formats if f in WRITTEN], how)
        done, total = len(paths), len(exhibits) * len(how.formats)
        progress(done, total)
        batch = [_picture(exhibit, out, f, how) for exhibit in exhibits for f in pictures]

        def advance() -> None:
            nonlocal done
            done += 1
            progress(done, total)

        draw(batch, advance)
    except NoBrowser as error:
        _write(exhibits, out, WRITTEN, how)
        raise NoBrowser(f"{error.problems[0]} HTML, CSV and JSON are in {out}.") from error
    except OSError as error:
        raise UserError(f"--out {out}: cannot be written ({error.strerror}); choose another place.") from None
    return paths + [picture.path for picture in batch]


def _write(exhibits: Sequence[Exhibit], out: Path, formats: Sequence[str], how: Wanted) -> list[Path]:
    """The formats that need no browser."""
    paths = []
    for exhibit in exhibits:
        figure = _dressed(exhibit, how)
        for name in formats:
            paths.append(out / f"{file_name(exhibit)}.{name}")
            if name == "html":
                paths[-1].write_text(figure.to_html(include_plotlyjs=True), encoding="utf-8")
            elif name == "json":
                paths[-1].write_text(figure.to_json(), encoding="utf-8")
            else:
                drawn_data(figure).to_csv(paths[-1], index=False)
    return paths


def _picture(exhibit: Exhibit, out: Path, name: str, how: Wanted) -> Picture:
    figure = _dressed(exhibit, how)
    scale = how.scale if name == "png" else 1.0
    path = out / f"{file_name(exhibit)}.{name}"
    return Picture(figure, path, figure.layout.width, figure.layout.height, scale)


def _dressed(exhibit: Exhibit, how: Wanted) -> go.Figure:
    """A copy of the figure that stands alone."""
    figure = apply(go.Figure(exhibit.figure), dark=how.dark, opaque=True)
    height = how.height or figure.layout.height
    return figure.update_layout(width=how.width or FIGURE_WIDTH, height=height)


def file_name(exhibit: Exhibit) -> str:
    """The exhibit's key as a file name: letters, digits, dashes and underscores."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", exhibit.key)


def drawn_data(figure: go.Figure) -> pd.DataFrame:
    """The numbers of a figure as drawn: panel, series, x, y; z for the cells of a grid."""
    parts = [_trace_data(trace) for trace in figure.data]
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["panel", "series", "x", "y"])
    )


def _trace_data(trace: Any) -> pd.DataFrame:
    panel = (trace.yaxis or "y").removeprefix("y") or "1"
    if trace.type == "heatmap":
        xs, ys = np.meshgrid(np.asarray(trace.x), np.asarray(trace.y))
        columns = {"x": xs.ravel(), "y": ys.ravel(), "z": np.asarray(trace.z).ravel()}
    else:
        known = {name: np.asarray(trace[name]) for name in ("x", "y") if trace[name] is not None}
        base = getattr(trace, "base", None)
        columns = known | ({"base": np.asarray(base)} if base is not None else {})
    return pd.DataFrame({"panel": panel, "series": trace.name or ""} | columns)
