"""What a run still has to measure, in which order, and about how long each piece takes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ml_core.measure import measure_base, measure_gain
from ml_core.model import count
from ml_core.modes import External, Head, Mode, tuned_share
from ml_core.presets import MARKS, Preset
from ml_core.rows import Row, key

EPOCHS = 12  # about as often as a customer's data are seen on the way to the plateau


@dataclass(frozen=True)
class Job:
    """A piece of work that gives one row; `needs` is the key of the row it builds on."""

    key: tuple[str, ...]
    needs: tuple[str, ...] | None
    weight: float  # expected work, in tokens x parameters
    run: Callable[[], Row]


def all_jobs(folder: Path, preset: Preset) -> list[Job]:
    """Every measurement of a preset."""
    bases = [_base_job(folder, preset, size, i) for size in preset.sizes for i in range(MARKS)]
    gains = [
        _gain_job(folder, preset, size, domain, tokens, mode, seed)
        for size in preset.sizes
        for domain in preset.domains
        for tokens in preset.data_sizes
        for seed in preset.seeds
        for mode in preset.modes(size)
    ]
    return bases + gains


def ready(jobs: Iterable[Job], done: set[tuple[str, ...]]) -> list[Job]:
    """Jobs whose base is there, pretraining first, the heavier before the lighter."""
    possible = [job for job in jobs if job.needs is None or job.needs in done]
    return sorted(possible, key=lambda job: (job.key[0] != "base", -job.weight, job.key))


def _base_job(folder: Path, preset: Preset, size: str, i: int) -> Job:
    marks = preset.marks()
    weight = marks[0] * (count(preset.sizes[size].shape) + 5e4)
    needs = _base_key(size, marks[i - 1]) if i else None
    return Job(
        _base_key(size, marks[i]), needs, weight, partial(measure_base, folder, preset, size, marks[i])
    )


def _base_key(size: str, mark: int) -> tuple[str, ...]:
    return key({"kind": "base", "size": size, "tokens": mark})


def _gain_job(
    folder: Path, preset: Preset, size: str, domain: str, tokens: int, mode: Mode, seed: int
) -> Job:
    identity = {
        "kind": "gain",
        "size": size,
        "domain": domain,
        "tokens": tokens,
        "mode": mode.name,
        "seed": seed,
    }
    run = partial(measure_gain, folder, preset, size, domain, tokens, mode, seed)
    return Job(
        key(identity), _base_key(size, preset.marks()[-1]), _gain_weight(preset, size, tokens, mode), run
    )


def _gain_weight(preset: Preset, size: str, tokens: int, mode: Mode) -> float:
    """Expected work: every learning rate a while, one to its plateau, through the tuned part."""
    shape = preset.sizes[size].shape
    share = 1 / shape.layers if isinstance(mode, External) else tuned_share(mode, shape.layers)
    rung = max(
        preset.effort.rung_steps * preset.effort.batch * shape.context, preset.effort.rung_epochs * tokens
    )
    seen = len(preset.rates(mode)) * rung + EPOCHS * tokens
    return seen * (count(shape) + 5e4) * (0.2 if isinstance(mode, Head) else 0.2 + 0.8 * share)
