"""Commands that try the model and what users add to it: `fuzz` and `check-extension`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(add_completion=False)


@app.command()
def fuzz(
    draws: Annotated[int, typer.Option(help="Random scenarios to play.", min=1, max=1_000_000)] = 100,
    seed: Annotated[int, typer.Option(help="Luck of the draws.")] = 0,
    months: Annotated[int, typer.Option(help="Months of each run.")] = 24,
    workers: Annotated[
        int | None, typer.Option(help="Processes; all cores if not given. Results do not depend on it.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the scenarios that fail.")] = Path("runs/fuzz"),
) -> None:
    """Play random scenarios: every quantity within its stated range, rules and measures by lot.

    Looks, every month, whether the ledger explains all cash and sales, shares and trust keep their bounds,
    nobody goes on beyond its credit, prices are positive, and series are empty only where they may be. A
    scenario that fails is written as a file of its own; play it again with `megamarket run`.

    Example:  megamarket fuzz --draws 1000
    """
    from analysis.terminal import progress
    from sim.studies import fuzz as trial
    from sim.sweep.crews import processors

    processes = processors() if workers is None else workers
    with progress("Random scenarios", draws) as step:
        failures = trial.run(draws, seed, months, processes, step)
    for one in failures:
        typer.echo(f"draw {one.draw}, month {one.month}: {one.sentence}")
    if not failures:
        typer.echo(f"{draws} random scenarios of {months} months kept every promise.")
        return
    typer.echo(f"{len({one.draw for one in failures})} of {draws} failed: {trial.write(failures, out)}")
    again = f"megamarket run {out}/draw-{failures[0].draw}.toml --seed {failures[0].draw} --replications 1"
    typer.echo(f"Play one again: {again}")
    raise typer.Exit(1)


@app.command("check-extension")
def check_extension(
    file: Annotated[Path, typer.Argument(help="Python file of a rule of your own; see docs/extend.md.")],
) -> None:
    """Play a small market with each thing that an extension brings.

    Tests that the ledger balances and promises are kept, that equal luck gives equal results, and that the
    order in which providers are asked does not matter.

    Example:  megamarket check-extension my_rule.py
    """
    from sim.studies.extension_check import check

    verdicts = check(file)
    table = Table("What", "Test", "Result", title=f"{file.name}")
    for one in verdicts:
        table.add_row(one.thing, one.test, one.sentence or "passed")
    Console().print(table)
    if any(one.sentence for one in verdicts):
        raise typer.Exit(1)
