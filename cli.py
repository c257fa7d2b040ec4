"""The terminal door: commands, and nothing else."""

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim import Run, Scenario

app = typer.Typer(
    name="megamarket",
    help="Simulate the market for mega models: who is left, at what price, how safe, for whom.",
    epilog="Begin with:  megamarket run baseline   then open index.html in the folder that it names.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

ScenarioName = Annotated[str, typer.Argument(help="A shipped scenario's name, or the path of a .toml file.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a value, e.g. demand.price_sensitivity=2.0. Repeatable."
    ),
]


@app.command()
def run(
    scenario: ScenarioName = "baseline",
    months: Annotated[
        int | None, typer.Option(help="Months to simulate; the scenario's own if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Luck of the run; equal seeds give equal results.")] = 0,
    replications: Annotated[int, typer.Option(help="Runs with different luck; bands need several.")] = 8,
    workers: Annotated[
        int | None, typer.Option(help="Processes; all cores if not given. Results do not depend on it.")
    ] = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results; runs/NAME-SEED-N if not given.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier run in that folder.")
    ] = False,
) -> None:
    """Simulate a scenario and write its tables and report.

    The folder holds runs, providers, vintages, events and ledger as Parquet, the scenario as it was resolved,
    metadata, and index.html, a report that opens anywhere.

    Example:  megamarket run baseline --replications 16 --set demand.price_sensitivity=2.0
    """
    from sim import load, results
    from sim.model import check_request

    chosen = load(scenario, overrides=settings or [])
    horizon = chosen.config.calendar.months if months is None else months
    processes = len(os.sched_getaffinity(0)) if workers is None else workers
    check_request(horizon, seed, replications, processes)
    folder = out or Path("runs") / f"{chosen.name}-{seed}-{replications}"
    results.check_folder(folder, overwrite)

    from analysis.report import write_report
    from analysis.tables import read_run
    from analysis.terminal import closing_table

    runs = _simulate(chosen, horizon, seed, replications, processes)
    about = results.describe(
        chosen, seed, replications, horizon, _command(scenario, horizon, seed, replications, settings)
    )
    results.write(folder, runs, about, finish=write_report)
    _show(closing_table(read_run(folder)))
    typer.echo(f"Report: {folder / 'index.html'}")


def _simulate(scenario: "Scenario", months: int, seed: int, replications: int, workers: int) -> "list[Run]":
    """Play the replications under a progress bar with the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from sim.sweep.replicate import replicate

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{scenario.title}, {months} months", total=replications)
        return replicate(
            scenario, months, seed, replications, workers, lambda done, _: bar.update(task, completed=done)
        )


def _command(scenario: str, months: int, seed: int, replications: int, settings: list[str] | None) -> str:
    """The command that makes a result again."""
    words = [
        "megamarket",
        "run",
        scenario,
        "--months",
        months,
        "--seed",
        seed,
        "--replications",
        replications,
    ]
    words += [word for setting in settings or [] for word in ("--set", setting)]
    return shlex.join(str(word) for word in words)


@app.command()
def validate(
    scenarios: Annotated[list[str], typer.Argument(help="Names or paths of scenarios.")],
    settings: Settings = None,
) -> None:
    """Check scenarios and tell every mistake at once, without running anything."""
    from analysis.listings import verdict
    from sim import UserError, load

    problems: list[str] = []
    for name in scenarios:
        try:
            typer.echo("\n".join(verdict(load(name, overrides=settings or []))))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)


@app.command()
def scenarios() -> None:
    """List the scenarios that come with the program and what each asks."""
    from analysis.listings import scenario_list
    from sim import load
    from sim.scenario.files import shipped

    _show(scenario_list([load(name) for name in shipped()]))


@app.command()
def sources(scenario: ScenarioName = "baseline", settings: Settings = None) -> None:
    """List the sources of a scenario's numbers, and how many of them are assumptions."""
    from analysis.listings import source_list
    from sim import load

    _show(source_list(load(scenario, overrides=settings or [])))


@app.command()
def parameters(
    scenario: ScenarioName = "baseline",
    search: Annotated[str, typer.Option(help="Show only paths and meanings that hold this word.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the whole book as Markdown.")] = False,
    settings: Settings = None,
) -> None:
    """Show the parameter book: every quantity with value, unit, range, source and meaning."""
    from analysis.listings import parameter_list, parameter_markdown
    from sim import load

    chosen = load(scenario, overrides=settings or [])
    if markdown:
        typer.echo(parameter_markdown(chosen), nl=False)
    else:
        _show(parameter_list(chosen, search))


def _show(table: object) -> None:
    from rich.console import Console

    Console().print(table)


def main() -> None:
    """Run a command; a user's mistake is told in sentences and ends with exit code 2."""
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was written.", err=True)
        sys.exit(130)
    except Exception as error:
        problems = getattr(error, "problems", None)
        if problems is None:
            raise
        typer.echo("\n".join(problems), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
