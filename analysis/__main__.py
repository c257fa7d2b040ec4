"""Terminal door of analysis: the commands `export` and `report`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, help="Figures and reports from finished results.")
Folders = Annotated[
    list[Path],
    typer.Argument(
        help="Folder of a run, a sweep or (to export) a calibration; or of several runs, reference first."
    ),
]


@app.callback()
def root() -> None:
    """Figures and reports from finished results."""


@app.command("export")
def export_command(
    folders: Folders,
    formats: Annotated[
        str, typer.Option("--format", help="Some of png, svg, pdf, html, csv, json, with commas.")
    ] = "png,svg,pdf",
    out: Annotated[Path | None, typer.Option(help="Folder for the files; DIR/figures if not given.")] = None,
    only: Annotated[str, typer.Option(help="Names of figures, with commas; all if not given.")] = "",
    width: Annotated[int | None, typer.Option(help="Width, px; 660 reads well at 85 mm in print.")] = None,
    height: Annotated[int | None, typer.Option(help="Height, px; each figure's own if not given.")] = None,
    scale: Annotated[float, typer.Option(help="Pixels of a PNG a px.")] = 2.0,
    dark: Annotated[bool, typer.Option("--dark", help="Light lines on dark paper.")] = False,
) -> None:
    """Write the figures of results as pictures, pages and data.

    Example:  megamarket export runs/baseline-0-8 --format png,svg --only shares,quality
    """
    from analysis.export import chosen, export, wanted
    from analysis.report import read_exhibits
    from analysis.terminal import progress

    how = wanted(formats, width, height, scale, dark)
    exhibits = chosen(read_exhibits(folders), only)
    place = out or folders[0] / "figures"
    with progress("Figures", len(exhibits) * len(how.formats)) as step:
        paths = export(exhibits, place, how, step)
    typer.echo(f"{len(paths)} files of {len(exhibits)} figures: {place}")


@app.command("report")
def report_command(
    folders: Folders,
    out: Annotated[
        Path | None, typer.Option(help="The page; DIR/index.html, or comparison.html, if not given.")
    ] = None,
    docx: Annotated[bool, typer.Option("--docx", help="Write a brief for a word processor too.")] = False,
) -> None:
    """Write one self-contained page on a run, a comparison or a sweep.

    Example:  megamarket report runs/baseline-0-8 runs/price_war-0-8 --docx
    """
    from analysis.brief import write_brief
    from analysis.report import PAGE, read_document, write_page
    from analysis.terminal import progress

    document = read_document(folders)
    page = out or (folders[0] / PAGE if len(folders) == 1 else Path("comparison.html"))
    typer.echo(f"Report: {write_page(document, page)}")
    if docx:
        with progress("Figures of the brief", len(document.exhibits)) as step:
            brief = write_brief(document, page.with_suffix(".docx"), step)
        typer.echo(f"Brief: {brief}")


if __name__ == "__main__":
    app()
