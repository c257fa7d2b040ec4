"""What the command `why` prints."""

from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from analysis.listings import frame_table
from analysis.terminal import progress
from analysis.why import Case, differences, notable, open_case, rerun, veto_of
from analysis.why_sentences import NOBODY, difference_words, story, who_is_left, without_it
from sim.events import Veto


def tell_notable(folder: Path) -> None:
    """List the events of a run that are worth asking about."""
    found, console = notable(folder), Console()
    if found.empty:
        console.print("Nothing happened in this run that could be asked about.")
        return
    console.print(frame_table(found, "Notable events"))
    console.print(f"Ask about one:  megamarket why {folder} --event {found['id'].iloc[0]}", soft_wrap=True)


def tell_event(folder: Path, event: str) -> None:
    """Tell the story of an event, play the run again without it, and tell the difference."""
    case, console = open_case(folder, event), Console(highlight=False)
    for line in story(case):
        console.print(line, markup=False, soft_wrap=True)
    veto = veto_of(case)
    if veto is None:
        console.print(NOBODY)
    else:
        _tell_difference(case, veto, console)


def _tell_difference(case: Case, veto: Veto, console: Console) -> None:
    with progress("The same run without it", case.tables.metadata["months"]) as step:
        other = rerun(case, veto, step)
    console.print(f"{without_it(veto)}:", soft_wrap=True)
    console.print(_table(difference_words(differences(case, other.months, veto.first))))
    console.print(who_is_left(case, other.providers), soft_wrap=True)


def _table(found: pd.DataFrame) -> Table:
    """Key outcomes with and without an act, each span under its own heading."""
    table = Table(*found.columns[:2], box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in found.columns[2:]:
        table.add_column(name, justify="right", no_wrap=True)
    for when, rows in found.groupby("Mean over", sort=False):
        for number, row in enumerate(rows.itertuples(index=False)):
            table.add_row(str(when) if number == 0 else "", *row[1:])
        table.add_section()
    return table
