"""What a run says in the terminal when it is done."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from analysis.charts.parts import runs_word
from analysis.regimes import sentence
from analysis.sentences import changed_paragraph
from analysis.tables import RunTables, headlines, is_flow
from analysis.units import BARE_UNITS, plain, scale_of, span

__all__ = ["changed_paragraph", "closing_table", "progress"]


def closing_table(tables: RunTables) -> Table:
    """Headline outcomes at the end of the runs: label, unit, median and band; fits 80 columns."""
    runs = tables.replications
    rows = headlines(tables.months).to_dict("records")
    outcome = f"Market outcome: {sentence(tables.regimes)}"
    table = Table(
        title=_title(runs, rows), caption=outcome, caption_justify="left",
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0),
    )  # fmt: skip
    table.add_column("Outcome")
    table.add_column("Unit")
    table.add_column("Median" if runs > 1 else "Value", justify="right", no_wrap=True)
    if runs > 1:
        table.add_column("10–90%", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row)[: len(table.columns)])
    return table


def _title(runs: int, rows: Sequence[Mapping[str, Any]]) -> str:
    covered = next(row["when"] for row in rows if is_flow(row["unit"]))
    return f"End of {runs_word(runs)}; flows: {covered}"


def _cells(row: Mapping[str, Any]) -> list[str]:
    """A headline in one unit throughout."""
    scale = scale_of(row["median"], row["unit"])
    unit = "" if scale.unit in BARE_UNITS else scale.unit
    if not row["runs"]:
        return [row["label"], unit, "none", ""]
    low, high = row["low"] / scale.factor, row["high"] / scale.factor
    return [row["label"], unit, plain(row["median"] / scale.factor), span(low, high)]


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left; gives the function to call with what is done and what is to do."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, _: bar.update(task, completed=done)
