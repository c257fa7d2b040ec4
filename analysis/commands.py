"""Commands whose options live here and are loaded when they are called: the studies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from sim.economics.demand import Form

app = typer.Typer(add_completion=False)
study = typer.Typer(help="Experiments with published answers.", no_args_is_help=True)
app.add_typer(study, name="study")


@app.callback()
def _group() -> None:
    """Commands in groups."""


@study.command()
def collusion(
    sessions: Annotated[int, typer.Option(help="Pairs of learners.")] = 300,
    seed: Annotated[int, typer.Option(help="Luck of the learners.")] = 0,
    delta: Annotated[
        float, typer.Option(help="Discount factor per period; 0: the future does not count.")
    ] = 0.95,
    rate: Annotated[float, typer.Option(help="Weight of news; 1: only the last profit counts.")] = 0.15,
    out: Annotated[Path, typer.Option(help="Folder for the figure and the table.")] = Path("runs/collusion"),
) -> None:
    """Let Q-learners set prices (Calvano et al. 2020): how far they end above competition."""
    from analysis.studies import collusion_sentences, write_collusion
    from analysis.terminal import progress
    from sim import UserError
    from sim.studies.collusion import Learning
    from sim.studies.collusion import run as learn

    if sessions < 1 or not 0 <= delta < 1 or seed < 0 or not 0 < rate <= 1:
        raise UserError(
            "collusion: expected --sessions from 1, --seed from 0, --delta in [0, 1), --rate in (0, 1]."
        )
    with progress("Learning to price", sessions) as step:
        found = learn(sessions, seed, Learning(delta, rate), step)
    typer.echo("\n".join(collusion_sentences(found)))
    typer.echo(f"Figure and table: {write_collusion(found, out)}")


@study.command("mixed-markets")
def mixed_markets(
    markets: Annotated[int, typer.Option(help="Random markets.")] = 500,
    seed: Annotated[int, typer.Option(help="Luck of the markets.")] = 0,
) -> None:
    """Search random markets of unlike customers for profitable deviations from equilibrium."""
    from analysis.listings import frame_table
    from analysis.studies import counts_of_mixed_markets
    from analysis.terminal import progress
    from sim import UserError
    from sim.studies.mixed_markets import run as search

    if markets < 1 or seed < 0:
        raise UserError("mixed-markets: expected --markets of at least 1 and --seed of at least 0.")
    with progress("Markets", markets) as step:
        found = search(markets, seed, step)
    Console().print(frame_table(counts_of_mixed_markets(found), "Random mixed markets"))


@study.command("free_entry")
def free_entry(
    theta: Annotated[
        list[float] | None, typer.Option(help="Utils over a rival per e-fold of spend. Repeatable.")
    ] = None,
    size: Annotated[
        list[float] | None, typer.Option(help="Customers over the unit of spend. Repeatable.")
    ] = None,
    form: Annotated[str, typer.Option(help="unit_demand or constant_expenditure.")] = "unit_demand",
    timing: Annotated[str, typer.Option(help="simultaneous, or spend_first: price after.")] = "simultaneous",
    alpha: Annotated[float, typer.Option(help="Price sensitivity.")] = 1.0,
    rho: Annotated[
        float, typer.Option(help="Correlation of tastes within the nest; 0 is the plain logit.")
    ] = 0.0,
) -> None:
    """Count the firms that a market holds where quality is bought (Sutton's endogenous sunk costs).

    For theta above 1 the number stays just below theta/(theta - 1) in the largest market; below 1 it grows
    without bound.

    Example:  megamarket study free_entry --theta 1.4 --size 1000 --size 1e7
    """
    from analysis.listings import frame_table
    from analysis.studies import counts_of_free_entry

    thetas, sizes = theta or [0.5, 1.2, 1.4, 2.5], size or [10.0, 100.0, 1e3, 1e5, 1e7]
    found = counts_of_free_entry(thetas, sizes, form, timing, alpha, rho)
    Console().print(frame_table(found, f"Firms that enter, by market size ({form}, {timing})"))


@study.command()
def bound(
    form: Annotated[
        str, typer.Option(help="Form of demand of the static game: constant_expenditure or unit_demand.")
    ] = "constant_expenditure",
    quick: Annotated[
        bool, typer.Option("--quick", help="Few markets, short runs: a look, no result.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores if not given.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for tables (CSV) and the figure.")] = Path("runs/bound"),
) -> None:
    """Hold the whole market, all else switched off, against the bound on the number of firms.

    Plays the frictionless market over the reward for a bigger run and four decades of size; then changes one
    thing at a time in which it differs from theory; then turns each mechanism of the baseline on alone.

    Example:  megamarket study bound --quick
    """
    from analysis.bound import experiments, shown, study_bound, write_bound
    from analysis.listings import frame_table
    from analysis.terminal import progress
    from sim.sweep.crews import processors

    chosen = _form(form)
    processes = processors() if workers is None else workers
    found = study_bound(chosen, quick, processes, progress)
    Console().print(frame_table(shown(found.table), "Effective firms against theory"))
    Console().print(frame_table(experiments(found.departures), "Why it departs: one change at a time"))
    Console().print(frame_table(experiments(found.alone), "Each mechanism alone"))
    typer.echo(f"Tables and figure: {write_bound(out, found, chosen)}")


def _form(name: str) -> "Form":
    from sim import UserError
    from sim.economics.demand import FORMS

    for form in FORMS:
        if form == name:
            return form
    raise UserError(f"--form: is '{name}'; expected {' or '.join(FORMS)}.")


@study.command()
def leaders(
    years: Annotated[int, typer.Option(help="Years to follow the two.", min=2, max=12)] = 12,
    growth: Annotated[float, typer.Option(help="Factor by which the leader's budget grows in a year.")] = 3.6,
    out: Annotated[Path, typer.Option(help="Folder for the table and the figure.")] = Path("runs/leaders"),
) -> None:
    """Follow a leader whose budgets grow and a follower whose budget stays: how long does the lead last?

    The closed form (Meek models, Gundlach et al. 2025) and the program's own runs, with what customers pay.

    Example:  megamarket study leaders --years 10
    """
    from analysis.leaders import leaders_sentences, study_leaders, write_leaders
    from analysis.listings import frame_table
    from analysis.terminal import progress
    from sim import UserError

    if not 1 < growth <= 3.6:
        raise UserError(f"--growth: is {growth:g}; expected a factor above 1, at most 3.6.")
    with progress("A leader and a follower", 2) as step:
        found = study_leaders(years, growth, step)
    Console().print(frame_table(found, "A leader and a follower"))
    typer.echo("\n".join(leaders_sentences(growth)))
    typer.echo(f"Table and figure: {write_leaders(out, found)}")


@study.command()
def history(
    runs: Annotated[
        Path | None, typer.Argument(help="Folder of a run; the runs that come with the program if not given.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the table and the figure.")] = Path("runs/history"),
) -> None:
    """Hold the growth of runs against growth in history, by the statistics with which it was measured.

    Nothing is fitted to these facts; a miss is told as a miss.

    Example:  megamarket study history runs/baseline
    """
    from analysis.history import against_history, growth_in_runs, write_history
    from analysis.listings import frame_table
    from analysis.stored.baseline import FOLDER
    from analysis.tables import read_run
    from sim import UserError

    found = growth_in_runs(read_run(runs or FOLDER))
    if found.empty:
        raise UserError(f"{runs}: ends before any of the facts can be measured; play longer.")
    told = against_history(found)
    Console().print(frame_table(told.drop(columns="source"), "Growth in history and in the runs"))
    typer.echo("\n".join(f"{row.iloc[0]}: {row['source']}." for _, row in told.iterrows()))
    typer.echo(f"Table and figure: {write_history(out, found)}")


@study.command()
def regimes(
    out: Annotated[Path, typer.Option(help="Folder for the page, the tables and the picture.")] = Path(
        "docs"
    ),
    store: Annotated[
        Path, typer.Option(help="Folder of the runs; what is there is not played again.")
    ] = Path("runs/regimes"),
    replications: Annotated[int, typer.Option(help="Paired runs a setting.", min=2)] = 32,
    months: Annotated[int | None, typer.Option(help="Months; the scenario's own if not given.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores if not given.")] = None,
) -> None:
    """Move the reward for a bigger run, purses, public money and the value map: how do runs end then?

    Plays the plans regime_theta, regime_purse, regime_money and regime_value, and writes regimes.md.

    Example:  megamarket study regimes --out docs
    """
    from analysis.regime_levers import play, write
    from analysis.terminal import progress
    from sim.sweep.crews import processors

    processes = processors() if workers is None else workers
    stores = play(store, replications, months, processes, progress)
    told = f"megamarket study regimes --replications {replications}" + (
        f" --months {months}" if months else ""
    )
    for path in write(out, stores, told):
        typer.echo(str(path))


@study.command()
def scenarios(
    out: Annotated[Path, typer.Option(help="Folder of the runs; what is there is not played again.")] = Path(
        "runs/all_scenarios"
    ),
    replications: Annotated[int | None, typer.Option(help="Runs a scenario; 8 if not given.")] = None,
    months: Annotated[int | None, typer.Option(help="Months; 180 if not given.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores if not given.")] = None,
) -> None:
    """Play every scenario: how each ends, and whether books, bounds and numbers hold in every month.

    Ends with exit code 1 where a run failed or a number is unsound.

    Example:  megamarket study scenarios --months 24 --replications 1
    """
    from analysis.listings import frame_table
    from analysis.soundness import check_all
    from analysis.terminal import progress
    from sim.sweep.crews import processors

    processes = processors() if workers is None else workers
    ends, faults = check_all(out, replications, months, processes, progress)
    Console().print(frame_table(ends, "How scenarios end"))
    if len(faults):
        Console().print(frame_table(faults.head(40), f"{len(faults):,} faults"))
        raise typer.Exit(1)
    typer.echo(
        f"{int(ends['runs'].sum())} runs: the books balance, bounds hold, nothing is missing. Runs: {out}"
    )


@study.command()
def subsidy(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario's name, or the path of a .toml file.")
    ] = "baseline",
    policies: Annotated[
        list[str] | None, typer.Option("--policy", metavar="NAME", help="A measure to judge. Repeatable.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value. Repeatable.")
    ] = None,
    months: Annotated[
        int | None, typer.Option(help="Months to simulate; the scenario's own if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Luck of the runs, the same with and without.")] = 0,
    replications: Annotated[int, typer.Option(help="Pairs of runs.")] = 8,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores if not given.")] = None,
) -> None:
    """Play a scenario with and without its measures, on the same luck: what did public money buy?

    Example:  megamarket study subsidy baseline --policy eu_grant
    """
    from analysis.subsidy import table
    from analysis.terminal import progress
    from sim.scenario import load
    from sim.studies import subsidy as money
    from sim.sweep.crews import processors

    chosen = load(scenario, overrides=settings or [], policies=policies or [])
    money.without(chosen)
    processes = processors() if workers is None else workers
    with progress("With and without", 2 * replications) as step:
        found = money.run(chosen, months, seed, replications, processes, step)
    Console().print(table(money.summary(found), f"What public money bought: {chosen.title}"))
