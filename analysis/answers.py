"""What the command `why` prints."""

from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from analysis.listings import frame_table
from analysis.terminal import progress
from analysis.units import amount
from analysis.why import Case, differences, notable, open_case, rerun, survivors, veto_of
from analysis.why_sentences import story
from sim.events import Veto

ACTS = {
    "price_war": "{who} wages no price war from then on",
    "training": "{who} does not start that run",
    "bankruptcy": "creditors forgive {who} what it owes and it goes on",
    "entry": "{who} stays out",
}


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
        console.print("Nobody decided this, so there is no run without it; ask about what caused it.")
        return
    _tell_difference(case, veto, console)


def _tell_difference(case: Case, veto: Veto, console: Console) -> None:
    act = ACTS[veto.kind].format(who=veto.who.replace("_", " "))
    with progress("The same run without it", case.tables.metadata["months"]) as step:
        other = rerun(case, veto, step)
    console.print(f"The same run with the same luck, but {act}:", soft_wrap=True)
    console.print(_table(differences(case, other, veto.first)))
    here, there = survivors(case, other)
    changed = [f"{name} would be" for name in sorted(there - here)]
    changed += [f"{name} would not be" for name in sorted(here - there)]
    said = f"Without it {', '.join(changed)}" if changed else "With and without it the same are"
    console.print(f"{said} in business at the end.".replace("_", " "), soft_wrap=True)


def _table(found: pd.DataFrame) -> Table:
    """Key outcomes with and without an act, each span under its own heading."""
    table = Table("Mean over", "Outcome", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("As it was", "Without it", "Change"):
        table.add_column(name, justify="right", no_wrap=True)
    for when, rows in found.groupby("when", sort=False):
        for number, row in enumerate(rows.itertuples(index=False)):
            here, there = row[3], row[4]
            change = f"{100 * (here / there - 1):+.1f} %" if there else ""
            table.add_row(
                str(when) if number == 0 else "",
                row.outcome,
                amount(here, row.unit),
                amount(there, row.unit),
                change,
            )
        table.add_section()
    return table
