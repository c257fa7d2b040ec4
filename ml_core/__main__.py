"""Terminal door of ml_core: `python -m ml_core calibrate`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ml_core.calibrate import Progress

app = typer.Typer(add_completion=False, help="Measure what fine-tuning is worth.")


@app.callback()
def root() -> None:
    """Measure what fine-tuning is worth."""


@app.command("calibrate")
def command(
    preset: Annotated[
        str, typer.Option(help="smoke (seconds) or full (some ten minutes on four cores).")
    ] = "smoke",
    out: Annotated[Path | None, typer.Option(help="Folder for rows, report and scenario layer.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes, one core each.")] = os.cpu_count() or 1,
    corpus: Annotated[
        list[str] | None, typer.Option(help="NAME=DIR: your own text as one more domain.")
    ] = None,
) -> None:
    """Pretrain, tune, fit and write a scenario layer; go on where an earlier call was stopped."""
    from ml_core.calibrate import LAYER, REPORT, calibrate

    folder = out or Path("runs") / f"calibration-{preset}"
    try:
        with _Bar() as bar:
            calibrate(preset, folder, workers, _folders(corpus or []), bar.show)
    except OSError as error:
        typer.echo(
            f"{folder}: cannot be written ({error.strerror}); choose another folder with --out", err=True
        )
        raise typer.Exit(2) from None
    except (LookupError, ValueError, RuntimeError) as error:
        typer.echo(str(error.args[0]), err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo(f"Stopped; start the same command again to go on. Rows so far: {folder}", err=True)
        raise typer.Exit(130) from None
    typer.echo((folder / REPORT).read_text(encoding="utf-8"))
    typer.echo(f"Scenario layer: {folder / LAYER}")


def _folders(options: list[str]) -> dict[str, Path]:
    """Names and folders of the user's corpora."""
    pairs = [option.partition("=") for option in options]
    wrong = [option for option, (name, _, path) in zip(options, pairs, strict=True) if not (name and path)]
    if wrong:
        raise ValueError(f"--corpus {wrong[0]}: write NAME=DIR, for instance law=texts/law")
    return {name: Path(path) for name, _, path in pairs}


class _Bar:
    """A progress bar with the time left."""

    def __enter__(self) -> "_Bar":
        from rich import progress

        columns = [progress.TextColumn("{task.fields[left]}"), progress.TextColumn("{task.description}")]
        self.progress = progress.Progress(progress.BarColumn(), progress.MofNCompleteColumn(), *columns)
        self.task = self.progress.add_task("preparing text", total=None, left="")
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def show(self, state: "Progress") -> None:
        """Move the bar."""
        minutes, seconds = divmod(round(state.seconds_left), 60)
        left = f"{minutes}:{seconds:02d} left"
        self.progress.update(
            self.task, completed=state.done, total=state.total, left=left, description=state.last
        )


if __name__ == "__main__":
    app()
