"""Deaths of workers and parents cost time, never values."""

import os
import signal

import pytest

from analysis.tables import load
from sim.sweep.crews import Crew, crew
from sim.sweep.executors import LocalExecutor
from sim.sweep.reading import read_plan
from sim.sweep.runner import sweep
from tests.sweep.helpers import same, serial


@pytest.fixture
def plan(write_plan):
    return read_plan(write_plan())


DEADLY = 3  # the point whose runs kill their worker


def deadly(play, task):
    """Play a batch, unless one of its runs kills."""
    if any(spec.point == DEADLY for spec in task.runs):
        os._exit(1)
    return play(task)


class Deadly(LocalExecutor):
    def submit(self, fn, /, *args, **kwargs):
        return super().submit(deadly, fn, *args, **kwargs)


def test_runs_that_kill_their_workers_are_put_aside(plan, tmp_path):
    with Deadly(2) as executor:
        ended = sweep(plan, tmp_path / "store", Crew(executor, 2, expendable=True))
    assert (ended.progress.done, ended.progress.failed) == (8, 2)
    runs = load(tmp_path / "store").runs
    assert set(runs.loc[runs["point"] == DEADLY, "status"]) == {"crashed"}
    assert runs["error"].dropna().str.startswith("its worker died 2 times over it").all()
    assert set(runs.loc[runs["point"] != DEADLY, "status"]) == {"ok"}


def test_a_worker_that_died_while_idle_is_replaced():
    with LocalExecutor(1) as executor:
        first = executor.submit(os.getpid).result()
        pool = executor._places[0]._pool
        os.kill(first, signal.SIGKILL)
        pool._executor_manager_thread.join(60)  # it ends when it has seen the death
        assert executor.submit(os.getpid).result() != first


LONGER = ("months = 2", "months = 4"), ("replications = 2", "replications = 10")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    return tmp_path_factory.mktemp("undisturbed") / "store"


@pytest.mark.parametrize("victim", ["worker", "parent"])
def test_death_by_kill_is_outlived(start, write_plan, tmp_path, undisturbed, victim):
    path = write_plan(*LONGER)
    plan, out = read_plan(path), tmp_path / "store"
    job = start("-m", "sim.sweep", "sweep", path, "--out", out, "--workers", 2)
    job.wait_for(lambda: list((out / "batches").glob("*.runs.parquet")))
    parent, *others = sorted(job.left())
    os.kill(others[-1] if victim == "worker" else parent, signal.SIGKILL)
    job.wait()
    assert job.all_gone()
    stored = len(load(out).runs)
    assert stored == plan.different_runs if victim == "worker" else stored < plan.different_runs
    with crew("local", 2) as players:
        assert sweep(plan, out, players).progress.failed == 0
    assert len(load(out).runs) == plan.different_runs
    assert not load(out).runs["run_key"].duplicated().any()
    serial(plan, undisturbed)
    same(undisturbed, out)
