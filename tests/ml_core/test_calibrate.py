"""The calibration through its doors: order of tiers, resume after a kill, any number of processes."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ml_core.calibrate as module
from ml_core.__main__ import app
from ml_core.calibrate import LAYER, REPORT, ROWS, Progress, calibrate, gather
from ml_core.jobs import all_jobs, ready
from ml_core.presets import PRESETS, SMOKE
from ml_core.rows import append, key, load_measurements, recover
from tests.ml_core.conftest import MINI

KILLED = """
from pathlib import Path
from ml_core.calibrate import calibrate
from ml_core.presets import PRESETS
from tests.ml_core.conftest import MINI
PRESETS["mini"] = MINI
calibrate("mini", Path({folder!r}), workers=2)
"""


@pytest.fixture(scope="module")
def corpora():
    """The texts of the mini preset, read once."""
    return gather(MINI, {})[1]


@pytest.fixture
def mini(monkeypatch, corpora):
    """A preset of a few seconds."""

    def known(preset, user):
        return gather(preset, user) if user else (preset, corpora)

    monkeypatch.setitem(PRESETS, "mini", MINI)
    monkeypatch.setattr(module, "gather", known)


def measured(folder):
    """Rows without the time they took."""
    return [
        {name: value for name, value in row.items() if name != "seconds"}
        for row in load_measurements(folder / ROWS)
    ]


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    return calibrate("smoke", tmp_path_factory.mktemp("smoke"), workers=2)


def test_smoke_keeps_the_order_of_tiers_where_data_are_many(smoke):
    most = max(SMOKE.data_sizes)
    rows = [row for row in load_measurements(smoke / ROWS) if row["kind"] == "gain" and row["tokens"] == most]
    mean = {mode: sum(r["gain"] for r in rows if r["mode"] == mode) for mode in ("head", "last1", "full")}
    assert 0 < mean["head"] < mean["last1"] < mean["full"]


def test_smoke_writes_rows_report_and_layer(smoke):
    rows = load_measurements(smoke / ROWS)
    assert [len([row for row in rows if row["kind"] == kind]) for kind in ("run", "base", "gain")] == [
        1,
        8,
        32,
    ]
    assert len({key(row) for row in rows}) == len(rows)
    assert len({row["run"] for row in rows}) == 1
    assert all(len(corpus["sha256"]) == 64 for corpus in rows[-1]["corpora"])
    assert "Value law" in (smoke / REPORT).read_text()
    table = tomllib.loads((smoke / LAYER).read_text())["finetuning"]
    assert all(set(entry) == {"value", "unit", "low", "high", "source", "note"} for entry in table.values())
    assert str(smoke) not in (smoke / ROWS).read_text()


def test_one_process_and_two_measure_the_same(mini, tmp_path):
    alone = calibrate("mini", tmp_path / "alone", workers=1)
    together = calibrate("mini", tmp_path / "together", workers=2)
    assert measured(alone) == measured(together)
    assert (alone / LAYER).read_bytes() == (together / LAYER).read_bytes()


class Stopped(Exception):
    """Raised in the middle of a run."""


def test_a_stopped_run_goes_on_without_loss_or_repetition(mini, tmp_path):
    def stop(state: Progress) -> None:
        if state.done == 11:
            raise Stopped

    folder = tmp_path / "stopped"
    with pytest.raises(Stopped):
        calibrate("mini", folder, progress=stop)
    before = recover(folder / ROWS)
    with (folder / ROWS).open("a") as file:
        file.write('{"kind": "gain", "cut off in the mid')
    seen: list[Progress] = []
    calibrate("mini", folder, progress=seen.append)
    after = load_measurements(folder / ROWS)
    assert len(before) == 12
    assert [row for row in before if row not in after] == []
    assert [state.done for state in seen] == list(range(12, len(after)))
    assert seen[-1].done == seen[-1].total
    assert seen[-1].seconds_left == 0
    assert measured(folder) == measured(calibrate("mini", tmp_path / "whole"))


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_killed_run_goes_on(mini, tmp_path):
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", KILLED.format(folder=str(tmp_path))], cwd=root)
    rows = tmp_path / ROWS
    while process.poll() is None and not (rows.exists() and rows.read_bytes().count(b"\n") > 12):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = recover(rows)
    assert 12 < len(kept) < 41
    calibrate("mini", tmp_path, workers=2)
    after = load_measurements(rows)
    assert len(after) == 41
    assert [row for row in kept if row not in after] == []


def test_another_run_in_the_folder_is_not_overwritten(mini, monkeypatch, tmp_path):
    calibrate("mini", tmp_path)
    monkeypatch.setitem(PRESETS, "mini", replace(MINI, pretraining=32_768))
    with pytest.raises(ValueError, match="holds another run"):
        calibrate("mini", tmp_path)


def test_a_network_left_by_another_run_is_not_used(mini, tmp_path):
    calibrate("mini", tmp_path)
    first = measured(tmp_path)
    (tmp_path / ROWS).unlink()
    calibrate("mini", tmp_path)
    assert measured(tmp_path) == first


def test_a_folder_that_cannot_be_written(mini, tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = CliRunner().invoke(app, ["calibrate", "--preset", "mini", "--out", str(tmp_path / "file")])
    assert result.exit_code == 2
    assert "cannot be written" in result.output


def test_a_users_own_text_becomes_a_domain(mini, tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    for i in range(60):
        (texts / f"{i}.txt").write_text(
            "".join(f"clause {j} of contract {i}: {i * j} days\n" for j in range(60))
        )
    folder = calibrate("mini", tmp_path / "out", user_corpora={"law": texts})
    gains = [row for row in load_measurements(folder / ROWS) if row.get("domain") == "law"]
    assert len(gains) == 16
    with pytest.raises(LookupError, match="name is taken"):
        calibrate("mini", tmp_path / "other", user_corpora={"graphs": texts})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "huge"], "there is no preset 'huge'; choose one of full, smoke"),
        (["--corpus", "law"], "--corpus law: write NAME=DIR"),
        (["--corpus", "law=/no/such/folder"], "corpus law: /no/such/folder is not a folder"),
    ],
)
def test_mistakes_at_the_command_line(arguments, message, tmp_path):
    result = CliRunner().invoke(app, ["calibrate", "--out", str(tmp_path), *arguments])
    assert result.exit_code == 2
    assert message in result.output.replace("\n", " ")
    assert "Traceback" not in result.output


def test_the_command_line_shows_report_and_layer(mini, tmp_path):
    result = CliRunner().invoke(
        app, ["calibrate", "--preset", "mini", "--workers", "1", "--out", str(tmp_path)]
    )
    assert result.exit_code == 0
    assert "Gain over that of full tuning" in result.output
    assert LAYER in result.output


def test_jobs_wait_for_their_network_and_heavy_ones_go_first(tmp_path):
    jobs = all_jobs(tmp_path, PRESETS["full"])
    assert len({job.key for job in jobs}) == len(jobs) == 3 * 8 + 8 * 3 * 2 * (4 + 5 + 5)
    first = ready(jobs, set())
    assert [job.key[:2] for job in first] == [("base", "L"), ("base", "M"), ("base", "S")]
    done = {key({"kind": "base", "size": "S", "tokens": mark}) for mark in PRESETS["full"].marks()}
    later = [job for job in ready(jobs, done) if job.key[0] == "gain"]
    assert {job.key[1] for job in later} == {"S"}
    assert later[0].key[3:5] == ("32768", "full")
    assert later[-1].key[3:5] == ("2048", "head")


def test_an_unfinished_line_is_removed(tmp_path):
    path = tmp_path / "rows.jsonl"
    append(path, {"kind": "run"})
    with path.open("a") as file:
        file.write(json.dumps({"kind": "gain"}))
    assert recover(path) == [{"kind": "run"}]
    append(path, {"kind": "base"})
    assert [row["kind"] for row in recover(path)] == ["run", "base"]
    assert recover(tmp_path / "nothing.jsonl") == []
