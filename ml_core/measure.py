"""One measurement: a stretch of pretraining, or one customer tuning one network in one way."""

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ml_core.adapt import adapt
from ml_core.config import Array, Shape
from ml_core.model import count
from ml_core.modes import Mode, tuned_share
from ml_core.presets import Preset
from ml_core.rows import Row
from ml_core.streams import Stream, bits_per_byte, customer, even_windows
from ml_core.train import Training, pretrain

BASE = "standard_library"  # the corpus that all networks are pretrained on
STREAMS = "streams.npz"


@dataclass(frozen=True)
class Bench:
    """What every measurement of a run needs: token streams and the bytes of each token [vocab]."""

    streams: dict[str, Stream]
    lengths: Array

    def save(self, folder: Path) -> None:
        """Write the token streams for the other processes."""
        arrays = {
            f"{s.name}.{split}": getattr(s, split)
            for s in self.streams.values()
            for split in ("train", "test")
        }
        np.savez(folder / STREAMS, lengths=self.lengths, **arrays)


@lru_cache(maxsize=2)
def load_bench(folder: Path) -> Bench:
    """Read what `Bench.save` wrote, once a process."""
    with np.load(folder / STREAMS) as file:
        names = sorted({key.rpartition(".")[0] for key in file.files if "." in key})
        return Bench({n: Stream(n, file[f"{n}.train"], file[f"{n}.test"]) for n in names}, file["lengths"])


@lru_cache(maxsize=4)
def load_base(folder: Path, size: str) -> Array:
    """The averaged weights of a pretrained size, [count], once a process."""
    return Training.load(_state(folder, size)).average.value


@lru_cache(maxsize=64)
def _loss_before(folder: Path, size: str, shape: Shape, domain: str, most: int) -> float:
    """Loss of the untuned network on unseen text of a domain, bit/byte."""
    return _loss(load_bench(folder), shape, load_base(folder, size), domain, most)


def _loss(bench: Bench, shape: Shape, params: Array, name: str, most: int) -> float:
    windows = even_windows(bench.streams[name].test, most, shape.context)
    return bits_per_byte(shape, params, windows, bench.lengths)


def _seconds(began: float) -> Row:
    return {"seconds": round(time.perf_counter() - began, 2)}


def _state(folder: Path, size: str) -> Path:
    return folder / f"base-{size}.npz"


def measure_base(folder: Path, preset: Preset, size: str, mark: int) -> Row:
    """Pretrain one stretch further, to `mark` tokens, save the state, measure the loss of every corpus."""
    began = time.perf_counter()
    bench, spec = load_bench(folder), preset.sizes[size]
    path = _state(folder, size)
    state = Training.load(path) if path.exists() else Training.begin(spec.shape, seed=0)
    tokens = bench.streams[BASE].train
    for _ in pretrain(spec.shape, tokens, [mark], preset.batch, spec.rate, 0, state):
        state.save(path)
    params, most = state.average.value, preset.base_test_windows
    losses = {name: round(_loss(bench, spec.shape, params, name, most), 6) for name in bench.streams}
    shape = {"layers": spec.shape.layers, "width": spec.shape.width, "parameters": count(spec.shape)}
    return {"kind": "base", "size": size, "tokens": mark, **shape, "losses": losses, **_seconds(began)}


def measure_gain(
    folder: Path, preset: Preset, size: str, domain: str, tokens: int, mode: Mode, seed: int
) -> Row:
    """Tune for one customer and measure what was gained on unseen documents of its domain, bit/byte."""
    began = time.perf_counter()
    bench, shape = load_bench(folder), preset.sizes[size].shape
    data = customer(bench.streams[domain].train, tokens, shape.context, preset.validation_share, seed)
    rates = preset.rates(mode)
    tuned = adapt(shape, load_base(folder, size), mode, data, rates, preset.effort, seed)
    before = _loss_before(folder, size, shape, domain, preset.test_windows)
    after = _loss(bench, tuned.shape, tuned.params, domain, preset.test_windows)
    return {
        "kind": "gain", "size": size, "domain": domain, "tokens": tokens, "mode": mode.name, "seed": seed,
        "parameters": count(shape), "tuned_share": round(tuned_share(mode, shape.layers), 6),
        "loss_before": round(before, 6), "gain": round(before - after, 6),
        "validation_gain": round(tuned.validation_before - tuned.validation, 6),
        "rate": tuned.rate, "edge": tuned.rate in (min(rates), max(rates)),
        "steps": tuned.steps, "plateau": tuned.plateau, "all_steps": tuned.all_steps,
        **_seconds(began),
    }  # fmt: skip
