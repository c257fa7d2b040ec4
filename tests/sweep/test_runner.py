"""The runner: same values whoever plays, failures as rows, deaths outlived."""

import signal
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool

import pandas as pd
import pytest
from distributed import LocalCluster

from analysis.tables import load
from sim import model
from sim.sweep import batches, work
from sim.sweep.crews import Crew, crew
from sim.sweep.executors import SerialExecutor
from sim.sweep.merging import merge
from sim.sweep.progress import status
from sim.sweep.reading import read_plan
from sim.sweep.runner import sweep
from sim.sweep.store import is_locked
from tests.sweep.helpers import same, serial


@pytest.fixture
def plan(write_plan):
    return read_plan(write_plan())


def test_serial_local_and_merged_shards_give_the_same_values(plan, tmp_path):
    serial(plan, tmp_path / "serial")
    with crew("local", 2) as players:
        sweep(plan, tmp_path / "local", players)
    shards = [tmp_path / f"shard{i}" for i in (1, 2, 3)]
    for i, shard in enumerate(shards, start=1):
        serial(plan, shard, shard=(i, 3))
    assert [len(load(shard).runs) for shard in shards] == [3, 3, 2]
    merge(shards, tmp_path / "merged")
    same(tmp_path / "serial", tmp_path / "local")
    same(tmp_path / "serial", tmp_path / "merged")


def test_the_store_holds_what_the_model_says(plan, tmp_path):
    serial(plan, tmp_path / "store")
    tables = load(tmp_path / "store")
    first = ["run_key", "point", "replication", "scenario", *tables.factors, "month"]
    assert list(tables.months.columns[: len(first)]) == first
    assert tables.factors == ["demand.capability_taste", "providers.eu_champion"]
    assert len(tables.months) == 4 * 2 * 2
    point = plan.points[2]
    direct = model.run(plan.scenarios["baseline"].amend(plan.settings(point)), 2, 5, 1).months
    stored = tables.months.query("point == 2 and replication == 1").reset_index(drop=True)
    outcomes = [name for name in direct if name not in ("replication", "date")]
    pd.testing.assert_frame_equal(stored[outcomes], direct[outcomes])
    assert direct["revenue"].sum() > 0


def test_what_is_recorded_is_chosen(write_plan, tmp_path):
    text = 'seed = 5\nrecord = { outcomes = ["hhi"], every = 3, tables = ["providers", "ledger"] }'
    plan = read_plan(
        write_plan(("seed = 5", text), ("months = 2", "months = 5"), ("replications = 2", "replications = 1"))
    )
    serial(plan, tmp_path / "store")
    tables = load(tmp_path / "store")
    assert list(tables.months.columns[-2:]) == ["month", "hhi"]
    assert sorted(tables.months["month"].unique()) == [2, 4]
    assert sorted(tables.table("providers")["month"].unique()) == [2, 4]
    assert len(tables.table("ledger")["month"].unique()) > 2


def test_points_of_equal_parameters_share_their_runs(write_plan, tmp_path):
    plan = read_plan(write_plan(("[0.3, 0.6]", "[0.3, 0.3]")))
    assert (plan.size, plan.different_runs) == (8, 4)
    assert serial(plan, tmp_path / "store").progress.done == 4
    months = load(tmp_path / "store").months
    assert len(months) == 4 * 2 * 2
    first, third = (months.query(f"point == {p}").reset_index(drop=True) for p in (0, 2))
    pd.testing.assert_frame_equal(first.drop(columns="point"), third.drop(columns="point"))


def test_resuming_plays_only_what_is_missing(plan, tmp_path, monkeypatch):
    serial(plan, tmp_path / "store", shard=(1, 2))
    played = []
    real = work.simulate
    monkeypatch.setattr(work, "simulate", lambda *a: played.append(a[3]) or real(*a))
    assert serial(plan, tmp_path / "store").progress.done == 8
    assert len(played) == 4
    serial(plan, tmp_path / "store")
    assert len(played) == 4
    monkeypatch.undo()
    serial(plan, tmp_path / "undisturbed")
    same(tmp_path / "undisturbed", tmp_path / "store")


def test_a_failed_run_is_a_row_with_its_traceback(plan, tmp_path, monkeypatch):
    real = work.simulate

    def fails(scenario, months, seed, replication, watch):
        if replication == 1:
            raise ZeroDivisionError("no sales")
        return real(scenario, months, seed, replication, watch)

    monkeypatch.setattr(work, "simulate", fails)
    ended = serial(plan, tmp_path / "store")
    assert (ended.progress.done, ended.progress.failed) == (8, 4)
    failed = load(tmp_path / "store").runs.query("replication == 1")
    assert set(failed["status"]) == {"failed"}
    assert set(failed["error"]) == {"ZeroDivisionError: no sales"}
    assert failed["traceback"].str.contains("in fails").all()
    assert status(tmp_path / "store")["by_status"] == {"ok": 4, "failed": 4}
    monkeypatch.undo()
    assert serial(plan, tmp_path / "store").progress.failed == 4  # the same command does not repeat them
    assert serial(plan, tmp_path / "store", retry=True).progress.failed == 0
    serial(plan, tmp_path / "undisturbed")
    same(tmp_path / "undisturbed", tmp_path / "store")


def test_a_run_that_takes_too_long_is_stopped(write_plan, tmp_path):
    plan = read_plan(write_plan(("seed = 5", "time_limit = 0.000001")))
    assert serial(plan, tmp_path / "store").progress.failed == 8
    runs = load(tmp_path / "store").runs
    assert set(runs["status"]) == {"timeout"}
    assert runs["error"].iloc[0] == "TimeLimit: took longer than 1e-06 s: stopped after month 1 of 2"


class Scripted(Executor):
    """Loses chosen tasks as a dying worker would, and counts."""

    def __init__(self, lost):
        self.lost, self.sizes, self.serial = lost, [], SerialExecutor()

    def submit(self, fn, /, *args, **kwargs):
        self.sizes.append(len(args[0].runs))
        if len(self.sizes) in self.lost:
            future = Future()
            future.set_exception(BrokenProcessPool("gone"))
            return future
        return self.serial.submit(fn, *args, **kwargs)


def test_an_innocent_run_outlives_its_worker(plan, tmp_path):
    executor = Scripted(lost={1, 2, 3})
    ended = sweep(plan, tmp_path / "store", Crew(executor, 1, expendable=True))
    assert ended.progress.failed == 0
    serial(plan, tmp_path / "undisturbed")
    same(tmp_path / "undisturbed", tmp_path / "store")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stores_what_is_being_played_and_ends(plan, tmp_path, number):
    told = []

    def interrupt(now):
        told.append(now.done)
        if len(told) == 2:
            signal.raise_signal(number)

    before = signal.getsignal(number)
    ended = serial(plan, tmp_path / "store", report=interrupt)
    assert ended.signal == number
    assert told[1] <= ended.progress.done < 8
    assert len(load(tmp_path / "store").runs) == ended.progress.done
    assert signal.getsignal(number) is before


class Slow(Executor):
    """Plays the first task only; the others wait for ever."""

    def __init__(self):
        self.waiting, self.serial = [], SerialExecutor()

    def submit(self, fn, /, *args, **kwargs):
        self.waiting.append(Future())
        return self.waiting[-1] if len(self.waiting) > 1 else self.serial.submit(fn, *args, **kwargs)


def test_a_signal_calls_off_what_nobody_has_begun(plan, tmp_path):
    executor, told = Slow(), []

    def interrupt_once(now):
        told.append(now)
        if len(told) == 1:
            signal.raise_signal(signal.SIGTERM)

    ended = sweep(plan, tmp_path / "store", Crew(executor, 2, expendable=True), report=interrupt_once)
    assert (ended.signal, ended.progress.done) == (signal.SIGTERM, 1)
    assert all(future.cancelled() for future in executor.waiting[1:])


def test_a_second_signal_leaves_at_once(plan, tmp_path):
    def interrupt_twice(now):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        serial(plan, tmp_path / "store", report=interrupt_twice)
    assert not is_locked(tmp_path / "store")
    assert serial(plan, tmp_path / "store").progress.done == 8


def test_progress_counts_what_is_left(plan, tmp_path):
    told = []
    serial(plan, tmp_path / "store", report=told.append)
    assert [now.done for now in told] == sorted(now.done for now in told)
    assert told[-1].done == told[-1].total == 8
    assert told[0].seconds_left > 0
    assert told[-1].runs_per_second > 0
    found = status(tmp_path / "store")
    assert (found["done"], found["runs"], found["writing"], found["last"]["done"]) == (8, 8, False, 8)


def test_many_batches_are_joined_at_the_end(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.sweep.runner.MANY_BATCHES", 2)
    serial(plan, tmp_path / "store")
    assert len(batches.written(tmp_path / "store")) == 1
    serial(plan, tmp_path / "again")
    same(tmp_path / "again", tmp_path / "store")


@pytest.fixture
def cluster():
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=True
    ) as here:
        yield here.scheduler_address


def test_a_dask_cluster_gives_the_same_values(plan, tmp_path, cluster):
    with crew(f"dask:{cluster}") as players:
        assert sweep(plan, tmp_path / "dask", players).progress.failed == 0
    serial(plan, tmp_path / "serial")
    same(tmp_path / "serial", tmp_path / "dask")
