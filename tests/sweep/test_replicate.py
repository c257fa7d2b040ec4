"""Replications side by side: the same values, in order, and nobody left behind."""

import os
import signal

import pandas as pd
import pytest

from sim import UserError
from sim.model import run
from sim.sweep.replicate import RunFailed, replicate

TABLES = ("months", "providers", "vintages", "events", "ledger")


def test_workers_do_not_change_values_or_order(tiny):
    told = []
    runs = replicate(tiny, 3, 7, 3, workers=2, progress=lambda *count: told.append(count))
    assert told == [(1, 3), (2, 3), (3, 3)]
    for number, played in enumerate(runs):
        alone = run(tiny, 3, 7, number)
        for table in TABLES:
            pd.testing.assert_frame_equal(getattr(played, table), getattr(alone, table))
    assert runs[0].months.revenue.iloc[-1] > 0
    assert not runs[0].months.equals(runs[1].months)


def test_one_worker_plays_in_turn(tiny):
    told = []
    assert [r.replication for r in replicate(tiny, 1, 7, 2, progress=lambda *c: told.append(c))] == [0, 1]
    assert told == [(1, 2), (2, 2)]


def test_counts_are_checked_together(tiny):
    with pytest.raises(UserError) as caught:
        replicate(tiny, 3, 0, 0, workers=-1)
    assert caught.value.problems == [
        "replications: is 0; expected a whole number from 1 to 10,000.",
        "workers: is -1; expected a whole number from 1 to 512.",
    ]


def broken(scenario, months, seed, replication):
    if replication == 2:
        raise ValueError("no market")
    return run(scenario, months, seed, replication)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_names_its_replication(tiny, monkeypatch, workers):
    monkeypatch.setattr("sim.sweep.replicate.run", broken)
    with pytest.raises(RunFailed, match="Replication 2 failed: ValueError: no market") as caught:
        replicate(tiny, 1, 0, 3, workers=workers)
    assert caught.value.replication == 2


LONG = """
import sim
from sim.sweep.replicate import replicate

if __name__ == "__main__":
    scenario = sim.load("baseline", settings={"demand.workloads": 300, "adoption.considering_at_start": 0.3})
    replicate(scenario, 1200, 1, 64, workers=2, progress=print)
"""


INTERRUPTED = """
import os, signal
from multiprocessing.context import ForkServerProcess

start = ForkServerProcess.start

def interrupted(self):
    ForkServerProcess.start = start
    start(self)
    os.kill(os.getpid(), signal.SIGINT)

ForkServerProcess.start = interrupted
"""


def test_ctrl_c_leaves_nobody_behind(start, tmp_path):
    (tmp_path / "long.py").write_text(LONG)
    job = start("long.py")
    job.wait_for(lambda: len(job.left()) >= 5)  # parent, server, tracker, two workers
    os.killpg(job.process.pid, signal.SIGINT)  # a terminal sends Ctrl-C to all
    ended_by_ctrl_c(job)


def test_ctrl_c_while_a_worker_is_started_leaves_nobody_behind(start, tmp_path):
    (tmp_path / "long.py").write_text(INTERRUPTED + LONG)
    ended_by_ctrl_c(start("long.py"))


def ended_by_ctrl_c(job):
    job.wait()
    assert job.all_gone()
    assert job.output.rstrip().endswith("KeyboardInterrupt")
