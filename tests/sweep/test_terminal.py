"""Through the user's door: what is said, with which exit code, and that nothing is lost."""

import json

import pytest
from typer.testing import CliRunner

from analysis.tables import load
from sim.sweep import work
from sim.sweep.__main__ import app
from sim.sweep.manifest import charter
from sim.sweep.reading import read_plan
from sim.sweep.store import Store


@pytest.fixture
def door(monkeypatch):
    """Give a command and get its exit code and all that it said, in one line."""
    monkeypatch.setenv("COLUMNS", "200")

    def knock(*command):
        result = CliRunner().invoke(app, [str(word) for word in command])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result.exit_code, " ".join(result.output.split())

    return knock


def test_a_sweep_says_what_it_will_do_and_does_it(door, write_plan, tmp_path):
    code, said = door("sweep", write_plan(), "--out", tmp_path / "store", "--executor", "serial")
    assert code == 0
    assert "A small market Does taste matter? 4 points x 2 replications: 8 different runs; about" in said
    assert "demand.capability_taste 0.3, 0.6 the plan" in said
    assert "record.outcomes all inherited: the plan does not say" in said
    assert f"8 runs are in {tmp_path / 'store'}" in said
    assert len(load(tmp_path / "store").runs) == 8
    _, said = door("sweep", write_plan(), "--out", tmp_path / "store", "--status")
    assert said == "A small market: 8 of 8 runs, 0 failed; no sweep is writing to it."
    code, said = door("sweep", write_plan(), "--out", tmp_path / "store", "--status", "--json")
    assert (code, json.loads(said)["done"]) == (0, 8)
    code, said = door("sweep", write_plan(), "--out", tmp_path / "store", "--watch")
    assert (code, said.count("8 of 8")) == (0, 1)


def test_a_dry_run_writes_nothing(door, write_plan, tmp_path):
    command = (
        "sweep",
        write_plan(),
        "--out",
        tmp_path / "store",
        "--replications",
        5,
        "--months",
        1,
        "--dry-run",
    )
    code, said = door(*command, "--executor", "serial")
    assert code == 0
    assert "20 different runs" in said
    assert not (tmp_path / "store").exists()


def test_mistakes_in_options_and_plan_come_together(door, write_plan, tmp_path):
    options = ("--executor", "cloud", "--workers", 0, "--shard", "4/3", "--replications", 0)
    code, said = door("sweep", write_plan(), "--out", tmp_path / "store", *options)
    assert code == 2
    assert said == (
        "--executor: is 'cloud'; expected serial, local or dask:tcp://HOST:PORT. "
        "--workers: is 0; expected a whole number of at least 1. "
        "--shard: is '4/3'; expected I/N with I from 1 to N, such as 3/100. "
        "small.toml: replications: is 0; expected a whole number from 1 to 1,000,000."
    )
    assert not (tmp_path / "store").exists()


def test_failures_are_counted_and_change_the_exit_code(door, write_plan, tmp_path, monkeypatch):
    def fails(*_):
        raise ValueError("no market")

    monkeypatch.setattr(work, "simulate", fails)
    code, said = door("sweep", write_plan(), "--out", tmp_path / "store", "--executor", "serial")
    assert code == 1
    assert "8 runs failed" in said
    assert "8 x ValueError: no market" in said


def test_a_second_sweep_on_one_store_is_told(door, write_plan, tmp_path):
    path, out = write_plan(), tmp_path / "store"
    with Store.open(out, charter(read_plan(path))):
        code, said = door("sweep", path, "--out", out, "--executor", "serial")
    assert code == 2
    assert "is writing to this store; look on with --watch, or choose another --out." in said


def test_shards_are_merged(door, write_plan, tmp_path):
    shards = [tmp_path / "1", tmp_path / "2"]
    for shard in shards:
        options = ("--executor", "serial", "--shard", f"{shard.name}/2")
        assert door("sweep", write_plan(), "--out", shard, *options)[0] == 0
    code, said = door("merge", *shards, "--out", tmp_path / "all")
    assert (code, said) == (0, f"8 of 8 runs are in {tmp_path / 'all'} (8 new, 0 failed).")
    assert door("merge", tmp_path / "1", "--out", tmp_path / "1")[0] == 2
    code, said = door("sweep", write_plan(), "--out", tmp_path / "none", "--status")
    assert (code, said) == (2, f"{tmp_path / 'none'}: is not the store of a sweep (it has no manifest.json).")


def test_no_scheduler_is_one_sentence(door, write_plan, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.sweep.crews.PATIENCE", 0.2)
    command = ("sweep", write_plan(), "--out", tmp_path / "store")
    code, said = door(*command, "--executor", "dask:tcp://127.0.0.1:9")
    assert code == 2
    assert said.startswith("--executor: no dask scheduler answers at tcp://127.0.0.1:9")
