"""What a sweep will do, told before it starts: runs, time, and what the plan leaves to defaults."""

import time
from dataclasses import dataclass
from math import isnan

from sim.model import run
from sim.sweep.factors import Levels, Range, Rows
from sim.sweep.plan import Plan

PROBE = 6  # months that are played to guess the time of a run


@dataclass(frozen=True)
class Preview:
    """The size of a sweep and the facts behind it."""

    points: int
    runs: int  # different runs: points of equal parameters share theirs
    seconds: float  # expected on so many workers; NaN if the first run does not work
    factors: tuple[tuple[str, str, str], ...]  # path, values, whose range
    inherited: tuple[tuple[str, str], ...]  # what the plan does not say, and what is taken


def preview(plan: Plan, workers: int, pending: int | None = None) -> Preview:
    """Look ahead; `pending` runs (all unless said) are to be played by `workers`."""
    runs = plan.different_runs
    seconds = seconds_a_run(plan) * (runs if pending is None else pending) / workers
    factors = tuple(_factor(plan, factor) for factor in plan.design.factors)
    return Preview(len(plan.points), runs, seconds, factors, plan.inherited)


def seconds_a_run(plan: Plan) -> float:
    """A guess from the first months of the first point; NaN if they fail."""
    point = plan.points[0]
    try:
        scenario = plan.scenarios[point.scenario].amend(plan.settings(point))
        run(scenario, 1, plan.seed)
        started = time.perf_counter()
        run(scenario, min(PROBE, plan.horizon(point.scenario)), plan.seed)
    except Exception:
        return float("nan")
    months = min(PROBE, plan.horizon(point.scenario))
    return (time.perf_counter() - started) * plan.horizon(point.scenario) / months


def duration(seconds: float) -> str:
    """Seconds in words."""
    if isnan(seconds):
        return "unknown"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _factor(plan: Plan, factor: Levels | Range | Rows) -> tuple[str, str, str]:
    if isinstance(factor, Rows):
        return factor.name, f"{factor.size} rows of {factor.file}", "the file"
    if isinstance(factor, Levels):
        return factor.name, ", ".join(str(value) for value in factor.values), "the plan"
    scale = " (log)" if factor.log else ""
    base = next(iter(plan.scenarios.values()))
    leaf = next(leaf for leaf in base.leaves if leaf.path == factor.name)
    own = (factor.low, factor.high) != (leaf.low, leaf.high)
    return factor.name, f"{factor.low:g} to {factor.high:g}{scale}", "the plan" if own else leaf.source
