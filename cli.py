"""The terminal door: commands, and nothing else."""

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim import Run, Scenario

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
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
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy", metavar="NAME", help="Put a measure on top: a name of `megamarket policies`. Repeatable."
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
    policies: Policies = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results; runs/NAME-SEED-N if not given.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier run in that folder.")
    ] = False,
) -> None:
    """Simulate a scenario and write its tables and report.

    The folder holds runs, providers, products, jurisdictions, models, events and ledger as Parquet,
    the scenario as it was resolved, metadata, and index.html, a report that opens anywhere.

    Example:  megamarket run baseline --replications 16 --set demand.price_sensitivity=2.0
    """
    from sim import load, results
    from sim.model import check_request
    from sim.sweep.crews import processors

    chosen = load(scenario, overrides=settings or [], policies=policies or [], extensions=True)
    horizon = chosen.config.calendar.months if months is None else months
    processes = processors() if workers is None else workers
    check_request(horizon, seed, replications, processes)
    folder = out or Path("runs") / f"{chosen.name}-{seed}-{replications}"
    results.check_folder(folder, overwrite)

    from analysis.report import write_report
    from analysis.study import command
    from analysis.tables import read_run
    from analysis.terminal import changed_paragraph, closing_table

    runs = _simulate(chosen, horizon, seed, replications, processes)
    told = command(scenario, horizon, seed, replications, settings, policies)
    about = results.describe(chosen, seed, replications, horizon, told)
    results.write(folder, runs, about, finish=write_report)
    _show(closing_table(read_run(folder)))
    typer.echo(f"What you changed: {changed_paragraph(about)}")
    typer.echo(f"Report: {folder / 'index.html'}")


def _simulate(scenario: "Scenario", months: int, seed: int, replications: int, workers: int) -> "list[Run]":
    """Play the replications under a progress bar with the time left."""
    from analysis.terminal import progress
    from sim.sweep.replicate import replicate

    with progress(f"{scenario.title}, {months} months", replications) as step:
        return replicate(scenario, months, seed, replications, workers, step)


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
            typer.echo("\n".join(verdict(load(name, overrides=settings or [], extensions=True))))
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
def policies() -> None:
    """List the measures that can be put on top of any scenario with --policy, and what each asks."""
    from analysis.listings import policy_list

    _show(policy_list())


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


@app.command()
def glossary() -> None:
    """Print what a run records: every series with label, unit and meaning, as Markdown."""
    from analysis.glossary import glossary_markdown

    typer.echo(glossary_markdown(), nl=False)


def _passed_on(name: str, module: str, summary: str) -> None:
    """A command whose options live in a module of its own, which is loaded when the command is called."""

    @app.command(name, help=summary, context_settings=PASS_ON, add_help_option=False)
    def command(context: typer.Context) -> None:
        import_module(module).app([name, *context.args], prog_name="megamarket")


_passed_on(
    "sweep",
    "sim.sweep.__main__",
    "Play all runs of a plan, here or on a cluster; an interrupted sweep goes on.",
)
_passed_on("merge", "sim.sweep.__main__", "Bring the shards of one sweep together in one store.")
_passed_on("export", "analysis.__main__", "Write the figures of results as pictures, pages and data.")
_passed_on("report", "analysis.__main__", "Write one self-contained page on a run, a comparison or a sweep.")
_passed_on(
    "calibrate", "ml_core.__main__", "Measure what fine-tuning is worth, with the project's own transformer."
)


_passed_on("fuzz", "analysis.trials", "Play random scenarios and tell what any of them breaks.")
_passed_on("check-extension", "analysis.trials", "Try a rule of your own: ledger, determinism, order.")


@app.command()
def merger(
    inputs: Annotated[
        Path, typer.Argument(help="CSV: product, firm, price, share, margin (empty if unknown).")
    ],
    firms: Annotated[
        tuple[str, str], typer.Option("--merging", metavar="FIRM FIRM", help="The two that merge.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for tables (CSV) and figures (HTML).")] = Path(
        "runs/merger"
    ),
    elasticity: Annotated[float, typer.Option(help="Size of the market's elasticity that is assumed.")] = 1.5,
) -> None:
    """Judge a merger from prices, shares and margins, under both forms of demand.

    First proves that unchanged ownership gives the prices back; then price effects, diversion, UPP, GUPPI,
    surplus, compensating cost cuts, the hypothetical-monopolist test, and what another elasticity would say.

    Example:  megamarket merger scenarios/examples/merger.csv --merging Alpha Beta
    """
    from analysis.listings import frame_table
    from analysis.merger import merger_report

    result = merger_report(inputs, firms, out, elasticity)
    shown = ["form", "product", "price_before", "price_after", "price_change_percent", "guppi_percent"]
    _show(frame_table(result.products[shown], "Products"))
    _show(frame_table(result.summary, "Market"))
    for note in result.notes:
        typer.echo(note)
    typer.echo(f"Tables and figures: {out}")


@app.command("app")
def web(port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8501) -> None:
    """Open the market in a browser: levers, comparisons, your own provider. Ctrl-C ends it."""
    from analysis.serving import serve

    sys.exit(serve(port))


_passed_on("study", "analysis.commands", "Experiments with published answers.")


@app.command()
def why(
    run: Annotated[Path, typer.Argument(help="Folder of a run, such as runs/baseline-0-8.")],
    event: Annotated[
        str | None, typer.Option(help="The event to explain, such as 0:17; all notable ones if not given.")
    ] = None,
) -> None:
    """Tell why something happened in a run, and what would have happened without it.

    Without --event it lists notable events with their ids. With it: the chain of causes, what the ledger
    says, and the same run with the same luck but without the event.

    Example:  megamarket why runs/price_war-0-8 --event 0:0
    """
    from analysis.answers import tell_event, tell_notable

    tell_notable(run) if event is None else tell_event(run, event)


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
