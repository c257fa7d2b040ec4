"""The guide's examples work as they are printed."""

import re
import subprocess
from pathlib import Path

import pytest

from sim.sweep.reading import read_plan, shipped_plans

GUIDE = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text()
STUBS = """#!/bin/bash
megamarket() {{ trap 'exit 143' TERM; echo "$@" >> calls; for i in $(seq 100); do sleep {pause}; done; }}
scontrol() {{ echo "$@" >> requeued; }}
"""


def block(kind, number=0):
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.S)[number]


def test_the_plan_can_be_read(tmp_path):
    (tmp_path / "plan.toml").write_text(block("toml"))
    plan = read_plan(tmp_path / "plan.toml")
    assert (len(plan.points), plan.replications, plan.months) == (6 * 3 * 2 * 2, 8, 180)


def test_all_ready_made_plans_are_named():
    assert all(f"`{name}`" in GUIDE for name in shipped_plans())


@pytest.mark.parametrize("warned", [False, True])
def test_the_array_script_plays_its_shard_and_comes_back(tmp_path, warned):
    script = block("bash").replace("source .venv/bin/activate", "")
    (tmp_path / "job.sh").write_text(STUBS.format(pause=0.05 if warned else 0) + script)
    numbers = {"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "100", "SLURM_CPUS_PER_TASK": "4"}
    job = subprocess.Popen(
        ["bash", "job.sh"], cwd=tmp_path, env={**numbers, "SLURM_ARRAY_JOB_ID": "77", "PATH": "/usr/bin:/bin"}
    )
    if warned:
        while not (tmp_path / "calls").exists():
            assert job.poll() is None
        job.terminate()
    assert job.wait(20) == (143 if warned else 0)
    asked = (tmp_path / "calls").read_text().split()
    assert asked[2:] == ["--out", "runs/purse/3", "--shard", "3/100", "--workers", "4"]
    assert (tmp_path / "requeued").exists() == warned
    assert not warned or (tmp_path / "requeued").read_text() == "requeue 77_3\n"
