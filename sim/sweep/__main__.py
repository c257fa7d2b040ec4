"""The sweeps' terminal door on its own: `python -m sim.sweep sweep PLAN --out DIR`, `... merge DIR...`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False, help="Play thousands of runs; interrupted sweeps go on where they were."
)


@app.command()
def sweep(
    plan: Annotated[str, typer.Argument(help="A shipped plan's name, or a plan file of your own.")],
    out: Annotated[Path, typer.Option(help="Folder of the store; an interrupted sweep goes on there.")],
    workers: Annotated[
        int | None, typer.Option(help="Processes of a local sweep; all processors unless said.")
    ] = None,
    executor: Annotated[str, typer.Option(help="local, serial, or dask:tcp://HOST:PORT.")] = "local",
    shard: Annotated[str, typer.Option(help="Part of the plan to play, such as 3/100.")] = "1/1",
    replications: Annotated[int | None, typer.Option(help="Instead of the plan's own.")] = None,
    months: Annotated[int | None, typer.Option(help="Instead of the plan's own.")] = None,
    samples: Annotated[int | None, typer.Option(help="Instead of the plan's own.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Play failed runs again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and stop.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Say how far the store is, and stop.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look on until the sweep ends.")] = False,
    json: Annotated[bool, typer.Option("--json", help="With --status: for scripts.")] = False,
) -> None:
    """Play all runs of a plan that the store does not hold yet."""
    from sim.sweep import terminal

    wanted = terminal.Wanted(plan, out, workers, executor, shard, replications, months, samples, retry_failed)
    with terminal.sentences():
        if watch:
            terminal.watch(out)
        elif status:
            terminal.show_status(out, json)
        else:
            terminal.run_sweep(wanted, dry_run)


@app.command()
def merge(
    stores: Annotated[list[Path], typer.Argument(help="Stores of shards of one plan.")],
    out: Annotated[Path, typer.Option(help="Folder of the store that takes all.")],
) -> None:
    """Bring shards of one sweep together in one store."""
    from sim.sweep import terminal

    with terminal.sentences():
        terminal.run_merge(stores, out)


if __name__ == "__main__":
    app()
