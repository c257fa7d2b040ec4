"""Writes a report: one HTML file that needs nothing else."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from analysis.assumptions import book, citations, confidence_table, doubtful, widest
from analysis.calibration import calibration_exhibits, is_calibration
from analysis.charts.parts import untitled
from analysis.comparison_document import comparison_document
from analysis.document import LIMITS, NO_REGIMES, Document, glossary_table
from analysis.exhibits import Exhibit
from analysis.run_document import run_document
from analysis.style import FIGURE_WIDTH, template
from analysis.sweep_document import sweep_document
from analysis.tables import load as load_sweep
from analysis.tables import read_run
from sim.errors import UserError
from sim.sweep.manifest import NAME as MANIFEST

TEMPLATES = Path(__file__).parent / "templates"
PAGE = "index.html"
PLOT_CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage", "zoom2d", "resetScale2d"]]}


def read_document(folders: Sequence[Path]) -> Document:
    """What to say on a run, on several runs (the first is the reference), or on a sweep.

    Raises `UserError` for folders that are none of these, and for runs that cannot be compared.
    """
    sweeps = [folder for folder in folders if (folder / MANIFEST).is_file()]
    if sweeps and len(folders) > 1:
        raise UserError(
            f"{sweeps[0]}: is a sweep; a report is on one sweep alone, or on one or several runs."
        )
    if sweeps:
        return sweep_document(load_sweep(sweeps[0]))
    runs = [read_run(folder) for folder in folders]
    return run_document(runs[0]) if len(runs) == 1 else comparison_document(runs)


def read_exhibits(folders: Sequence[Path]) -> Sequence[Exhibit]:
    """The figures of what `read_document` reads, or of a calibration."""
    if len(folders) == 1 and is_calibration(folders[0]):
        return calibration_exhibits(folders[0])
    return read_document(folders).exhibits


def write_report(folder: Path) -> Path:
    """Write `index.html` into a run folder and return its path. Raises `UserError` for an unusable folder."""
    return write_page(read_document([folder]), folder / PAGE)


def write_page(document: Document, page: Path) -> Path:
    """Write a report to a file; its path. Raises `UserError` where it cannot be written."""
    try:
        page.write_text(report_html(document), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{page}: cannot be written ({error.strerror}); choose another place.") from None
    return page


def report_html(document: Document) -> str:
    """The report as a page that stands alone."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    provenance = document.provenance
    return environment.get_template("report.html").render(
        doc=document,
        figures=[(exhibit, plot_html(exhibit)) for exhibit in document.exhibits],
        confidence=confidence_table(provenance),
        widest=widest(provenance),
        doubtful=doubtful(provenance),
        book=book(provenance),
        citations=citations(provenance),
        limits=LIMITS,
        no_regimes=NO_REGIMES,
        glossary=glossary_table(),
        plotly=Markup(get_plotlyjs()),
        looks={"light": template().to_plotly_json(), "dark": template(dark=True).to_plotly_json()},
        figure_width=FIGURE_WIDTH,
    )


def plot_html(exhibit: Exhibit) -> Markup:
    """A figure as a part of a page that has plotly.js."""
    return Markup(
        untitled(exhibit.figure).to_html(
            full_html=False, include_plotlyjs=False, div_id=f"plot-{exhibit.key}",
            default_width=f"{FIGURE_WIDTH}px", config=PLOT_CONFIG,
        )
    )  # fmt: skip
