"""Sweeps: speed over workers, what the runner costs, memory of the parent, and death at random moments.

    python benchmarks/sweeps.py --speed      runs/s and the runner's overhead at 1, 2, 4 workers
    python benchmarks/sweeps.py --memory     the parent's memory over 1,000 and 10,000 tiny runs
    python benchmarks/sweeps.py --kill       kill -9 of worker, parent and dask worker at ten random moments
    python benchmarks/sweeps.py --cluster    a dask scheduler and workers on this machine, and a sweep on them

Prints one JSON object a measurement.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import psutil

from analysis.tables import load
from sim.sweep.crews import crew
from sim.sweep.keys import digest
from sim.sweep.reading import read_plan
from sim.sweep.runner import sweep

SWEEP = [sys.executable, "-m", "sim.sweep", "sweep"]
PORT = 18987
TINY = """
title = "Tiny"
months = {months}
replications = {replications}
[settings]
demand.workloads = {workloads}
adoption.considering_at_start = 0.3
[design]
kind = "grid"
factors.demand.capability_taste = [0.3, 0.45, 0.6, 0.75]
"""


def tell(name: str, **figures: object) -> None:
    """Print a measurement."""
    print(json.dumps({"measurement": name} | figures), flush=True)


def plan_file(folder: Path, months: int, replications: int, workloads: int) -> Path:
    """A small plan of four points."""
    path = folder / "plan.toml"
    path.write_text(TINY.format(months=months, replications=replications, workloads=workloads))
    return path


def speed(folder: Path, months: int, runs: int, workloads: int, counts: list[int]) -> None:
    """Runs a second, and the part of the workers' time that is no run, once they are warm."""
    plan = read_plan(plan_file(folder, months, runs // 4, workloads))
    warm = read_plan(plan_file(folder, 2, 4, workloads))
    for workers in counts:
        with crew("local", workers) as players:
            sweep(warm, folder / f"warm-{workers}", players)
            began = time.perf_counter()
            sweep(plan, folder / f"speed-{workers}", players)
            wall = time.perf_counter() - began
        work = float(load(folder / f"speed-{workers}").runs["seconds"].sum())
        figures: dict[str, float] = {
            "workers": workers,
            "runs": plan.size,
            "months": months,
            "workloads": workloads,
        }
        figures |= {"seconds": round(wall, 2), "runs_per_second": round(plan.size / wall, 3)}
        tell("speed", **figures, idle_share=round(1 - work / wall / workers, 4), load=os.getloadavg()[0])


def memory(folder: Path, sizes: list[int]) -> None:
    """Largest resident memory of the parent, MB, by number of runs."""
    for runs in sizes:
        plan = plan_file(folder, 1, runs // 4, 200)
        command = [*SWEEP, str(plan), "--out", str(folder / f"memory-{runs}"), "--workers", "2"]
        parent = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, used = os.wait4(parent.pid, 0)
        tell("memory", runs=runs, parent_mb=round(used.ru_maxrss / 1024))


def values(folder: Path) -> str:
    """A hash of all values of a store, and a check that no run is there twice."""
    tables = load(folder)
    assert not tables.runs["run_key"].duplicated().any(), "a run is stored twice"
    frames = [tables.runs.drop(columns=["seconds"]), tables.months]
    hashes = [int(pd.util.hash_pandas_object(f.astype(str), index=False).sum()) for f in frames]
    return digest([str(value) for value in hashes], len(tables.months))


def session_left(session: int) -> list[int]:
    """Live processes of a session."""
    found = []
    for pid in psutil.pids():
        try:
            if os.getsid(pid) == session and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def workers_of(session: int, parent: int) -> list[int]:
    """Processes in a sweep's session that play runs: children of the server that forks them."""
    found = []
    for pid in session_left(session):
        try:
            process = psutil.Process(pid)
            if process.ppid() != parent and pid != parent:
                found.append(pid)
        except psutil.NoSuchProcess:
            continue
    return found


def start(plan: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    """Begin a sweep in a session of its own and wait until its store is there."""
    command = [*SWEEP, str(plan), "--out", str(out), *more]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command, start_new_session=True, **quiet)  # type: ignore[call-overload]
    while not (out / "manifest.json").exists() and running.poll() is None:
        time.sleep(0.02)
    return running


def finish(plan: Path, out: Path, *more: str) -> int:
    """Go on with a sweep until it ends; its exit code."""
    return subprocess.run([*SWEEP, str(plan), "--out", str(out), *more], capture_output=True).returncode


def kill_one(plan: Path, out: Path, victim: str, after: float, lot: random.Random) -> dict[str, object]:
    """Kill a worker or the parent some seconds after the store is there, and say what was left over."""
    running = start(plan, out, "--workers", "2")
    time.sleep(after)
    pool = workers_of(running.pid, running.pid) if victim == "worker" else [running.pid]
    target = lot.choice(pool) if pool and running.poll() is None else None
    if target:
        os.kill(target, signal.SIGKILL)
    running.wait()
    time.sleep(3)
    left = len(session_left(running.pid))
    stored = len(load(out).runs)
    return {"hit": bool(target), "left_over": left, "stored_before_resuming": stored}


def kill(folder: Path, moments: int, months: int, replications: int, seed: int) -> bool:
    """Kill at random moments; every resumed store must equal an undisturbed one."""
    lot = random.Random(seed)
    plan = plan_file(folder, months, replications, 500)
    calm = start(plan, folder / "calm", "--workers", "2")
    began = time.perf_counter()
    calm.wait()
    lasts = time.perf_counter() - began
    truth, good = values(folder / "calm"), True
    for number in range(moments):
        victim = ("worker", "parent", "dask worker")[number % 3]
        after, out = lot.uniform(0.0, 0.9) * lasts, folder / f"hit-{number}"
        if victim == "dask worker":
            facts = kill_dask(plan, out, after)
        else:
            facts = kill_one(plan, out, victim, after, lot)
        code = finish(plan, out, "--workers", "2")
        same = values(out) == truth
        good &= same and not facts["left_over"] and code == 0
        tell("kill", victim=victim, after=round(after, 2), of=round(lasts, 2), same_values=same, **facts)
    tell("kill summary", moments=moments, all_good=good)
    return good


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A dask scheduler and workers on this machine."""
    address = f"tcp://127.0.0.1:{PORT}"
    dask = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        str(PORT),
    ]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    crowd = [subprocess.Popen([*dask, "--no-dashboard"], **quiet)]  # type: ignore[call-overload]
    crowd += [subprocess.Popen([*worker, "--no-dashboard"], **quiet) for _ in range(workers)]  # type: ignore[call-overload]
    try:
        yield address, crowd[1:]
    finally:
        for process in reversed(crowd):
            process.terminate()
        for process in crowd:
            process.wait()


def kill_dask(plan: Path, out: Path, after: float) -> dict[str, object]:
    """Kill the process that a dask worker plays in; its nanny starts another."""
    with cluster(2) as (address, workers):
        time.sleep(4)
        running = start(plan, out, "--executor", f"dask:{address}")
        time.sleep(after)
        playing = [
            p for w in workers for p in psutil.Process(w.pid).children() if "spawn_main" in str(p.cmdline())
        ]
        hit = bool(playing) and running.poll() is None
        if hit:
            playing[0].kill()
        code = running.wait()
        left = len(session_left(running.pid))
    return {"hit": hit, "left_over": left, "exit_code": code, "stored_before_resuming": len(load(out).runs)}


def demo(folder: Path) -> None:
    """A sweep on a cluster of this machine gives the values of a sweep without one."""
    plan = plan_file(folder, 6, 5, 500)
    with cluster(2) as (address, _):
        time.sleep(4)
        code = subprocess.run(
            [*SWEEP, str(plan), "--out", str(folder / "dask"), "--executor", f"dask:{address}"]
        )
    finish(plan, folder / "serial", "--executor", "serial")
    tell(
        "cluster", exit_code=code.returncode, same_values=values(folder / "dask") == values(folder / "serial")
    )


def main() -> None:
    """Run the measurements asked for."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("speed", "memory", "kill", "cluster"):
        ask.add_argument(f"--{name}", action="store_true")
    ask.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    ask.add_argument("--months", type=int, default=24)
    ask.add_argument("--runs", type=int, default=48)
    ask.add_argument("--workloads", type=int, default=10_000)
    ask.add_argument("--moments", type=int, default=10)
    ask.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    ask.add_argument("--seed", type=int, default=1)
    said = ask.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if said.speed:
            speed(folder, said.months, said.runs, said.workloads, said.workers)
        if said.memory:
            memory(folder, said.sizes)
        if said.kill:
            good = kill(folder, said.moments, said.months, max(1, said.runs // 4), said.seed)
        if said.cluster:
            demo(folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
