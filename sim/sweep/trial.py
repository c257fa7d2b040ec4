"""Builds scenarios of a plan's points before any run, so that wrong values are told at once."""

from sim.errors import UserError
from sim.scenario import Scenario
from sim.sweep.checks import Mistakes
from sim.sweep.factors import SCENARIO, Levels, Point, Range
from sim.sweep.plan import Design, Plan

MOST = 40  # points that are tried; of a larger design they are spread evenly


def try_points(plan: Plan, mistakes: Mistakes) -> None:
    """Note what scenarios say against the values of a plan: of its points, and of both ends of its ranges."""
    for scenario in plan.crossed:
        ends = (Point(0, scenario, tuple(values.items())) for values in _ends(plan))
        for point in (*ends, *_spread(plan.points)):
            try:
                plan.scenarios[point.scenario].amend(plan.settings(point))
            except UserError as error:
                mistakes.from_scenario("design", error)


def try_levels(base: Scenario, design: Design, mistakes: Mistakes) -> None:
    """Note what a scenario says against each listed value by itself, where other mistakes hide the points."""
    for factor in design.factors:
        if isinstance(factor, Levels) and factor.name != SCENARIO:
            for value in factor.values:
                try:
                    base.amend(factor.settings(value))
                except UserError as error:
                    mistakes.from_scenario("design", error)


def _ends(plan: Plan) -> list[dict[str, float]]:
    ranges = [factor for factor in plan.design.factors if isinstance(factor, Range)]
    return [{f.name: f.low for f in ranges}, {f.name: f.high for f in ranges}] if ranges else []


def _spread(points: tuple[Point, ...]) -> list[Point]:
    if len(points) <= MOST:
        return list(points)
    return [points[i * (len(points) - 1) // (MOST - 1)] for i in range(MOST)]
