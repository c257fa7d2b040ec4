"""A tiny market, and processes that are watched from outside."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

import sim

TINY = {"demand.workloads": 300, "adoption.considering_at_start": 0.3, "pricing.panel_per_segment": 2}


@pytest.fixture(scope="session")
def tiny():
    """A market with customers from the first month, quick to play."""
    return sim.load("baseline", settings=TINY)


class Job:
    """A command in a session of its own, so that whatever it leaves behind can be found."""

    def __init__(self, *command, cwd):
        self.log = (cwd / f"job-{time.monotonic_ns()}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=cwd, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    @property
    def output(self):
        self.log.seek(0)
        return self.log.read()

    def left(self):
        """Processes of the session that still live, the command itself among them."""
        return [pid for pid in psutil.pids() if _session(pid) == self.process.pid]

    def wait_for(self, condition, seconds=60):
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited in vain; the command said:\n{self.output}"
            time.sleep(0.02)

    def wait(self, seconds=60):
        return self.process.wait(seconds)

    def all_gone(self, seconds=20):
        self.wait_for(lambda: not self.left(), seconds)
        return True

    def stop(self):
        for pid in self.left():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


def _session(pid):
    try:
        return -1 if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE else os.getsid(pid)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return -1


@pytest.fixture
def start(tmp_path):
    """Start python with arguments; everything it left is killed after the test."""
    jobs = []

    def begin(*command):
        jobs.append(Job(*command, cwd=tmp_path))
        return jobs[-1]

    yield begin
    for job in jobs:
        job.stop()


PLAN = """
title = "A small market"
question = "Does taste matter?"
months = 2
replications = 2
seed = 5

[settings]
demand.workloads = 300
adoption.considering_at_start = 0.3
pricing.panel_per_segment = 2

[design]
kind = "grid"

[design.factors]
demand.capability_taste = [0.3, 0.6]
providers.eu_champion = [true, false]
"""


@pytest.fixture
def write_plan(tmp_path):
    """Write the small plan, with some of its text replaced, and return its path."""

    def write(*changes, text=PLAN, name="small.toml"):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write
