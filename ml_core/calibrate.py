"""The whole calibration: corpora, measurements, fit, report, layer; it goes on where it was stopped."""

import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy

from ml_core import bpe, corpora
from ml_core.corpora import Corpus
from ml_core.findings import find
from ml_core.jobs import all_jobs
from ml_core.layer import layer
from ml_core.measure import BASE, Bench
from ml_core.presets import PRESETS, Preset
from ml_core.report import text_report
from ml_core.rows import Row, append, key, load_measurements, recover, write
from ml_core.streams import stream
from ml_core.workers import work_off

ROWS, LAYER, REPORT = "rows.jsonl", "finetuning.toml", "report.txt"


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int  # measurements
    total: int  # measurements
    seconds_left: float
    last: str  # what was measured last


def calibrate(
    preset: str,
    out: Path,
    workers: int = 1,
    user_corpora: Mapping[str, Path] | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Path:
    """Measure what a preset asks for, fit the value law and write rows, report and scenario layer to `out`.

    `user_corpora` (name -> folder of text) are measured beside the preset's own domains. A run that was
    stopped, at any moment, goes on when called again with the same arguments.
    Raises LookupError (unknown preset, missing text), ValueError (`out` holds another run), RuntimeError.
    """
    if preset not in PRESETS:
        raise LookupError(f"there is no preset '{preset}'; choose one of {', '.join(sorted(PRESETS))}")
    out.mkdir(parents=True, exist_ok=True)
    plan, texts = gather(PRESETS[preset], user_corpora or {})
    rows = _begin(out, plan, texts)
    for row in _measure(out, plan, rows, workers, progress):
        append(out / ROWS, row)
        rows.append(row)
    write(out / ROWS, rows)
    found = find(load_measurements(out / ROWS), plan.draws)
    (out / REPORT).write_text(text_report(found), encoding="utf-8")
    (out / LAYER).write_text(layer(found), encoding="utf-8")
    return out


def gather(preset: Preset, user_corpora: Mapping[str, Path]) -> tuple[Preset, list[Corpus]]:
    """The corpora of a preset and of the user; the first is the base corpus."""
    taken = {BASE, *corpora.DOMAINS} & set(user_corpora)
    if taken:
        raise LookupError(f"corpus {min(taken)}: that name is taken, give your own text another")
    texts = [corpora.standard_library(preset.base_bytes)]
    texts += [corpora.domain(name, preset.domain_bytes) for name in preset.domains]
    texts += [corpora.folder(name, path, preset.domain_bytes) for name, path in sorted(user_corpora.items())]
    return replace(preset, domains=(*preset.domains, *sorted(user_corpora))), texts


def _begin(out: Path, plan: Preset, texts: list[Corpus]) -> list[Row]:
    """Rows measured so far; where there are none, begin anew: learn the tokenizer and prepare the streams."""
    digests = {text.name: text.digest for text in texts}
    header = _header(plan, texts, plan.run_id(digests))
    rows = recover(out / ROWS)
    if rows and rows[0]["run"] != header["run"]:
        raise ValueError(f"{out} holds another run ({rows[0]['run']}): choose another folder for this one")
    if not rows:
        for left_over in out.glob("base-*.npz"):
            left_over.unlink()
        tokenizer = bpe.learn(b"".join(texts[0].train)[: plan.tokenizer_bytes], 512)
        Bench({text.name: stream(text, tokenizer) for text in texts}, tokenizer.lengths()).save(out)
        append(out / ROWS, header)
        rows = [header]
    return rows


def _header(plan: Preset, texts: list[Corpus], run: str) -> Row:
    """Where the rows come from: versions, machine type, corpora with their hashes."""
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    described = [
        {"name": text.name, "version": text.version, "bytes": text.size, "sha256": text.digest,
         "documents": len(text.train) + len(text.test)}
        for text in texts
    ]  # fmt: skip
    machine = f"{platform.system()} {platform.machine()}"
    return {
        "kind": "run",
        "run": run,
        "preset": plan.name,
        "versions": versions,
        "machine": machine,
        "corpora": described,
    }


def _measure(
    out: Path, plan: Preset, rows: list[Row], workers: int, progress: Callable[[Progress], None]
) -> Iterator[Row]:
    """Do what is left to do and tell how far it is."""
    jobs, done = all_jobs(out, plan), {key(row) for row in rows}
    before = len({job.key for job in jobs} & done)
    weight = sum(job.weight for job in jobs if job.key not in done)
    began, worked = time.perf_counter(), 0.0
    for count, (job, row) in enumerate(work_off(jobs, done, workers), start=before + 1):
        yield {**row, "run": rows[0]["run"]}
        worked += job.weight
        left = (time.perf_counter() - began) * (weight / worked - 1)
        progress(Progress(count, len(jobs), left, " ".join(job.key)))
