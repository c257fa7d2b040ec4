"""A plan: a question, a design of points, and how often each is played."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import pandas as pd

from sim.scenario import Scenario
from sim.sweep.designs import SAMPLED, grid, points_a_sample, sample
from sim.sweep.factors import SCENARIO, Factor, Point, Settings, combined
from sim.sweep.keys import digest, model_version, run_key


@dataclass(frozen=True)
class Design:
    """Which points: those of a list, or the combinations or a sample of the factors."""

    kind: str
    factors: tuple[Factor, ...] = ()
    samples: int = 0
    points: tuple[Settings, ...] = ()  # of a list: factor -> value

    @property
    def crossed(self) -> tuple[Factor, ...]:
        """Factors of which all levels are combined: those that no point of a list sets."""
        listed = {path for point in self.points for path in point}
        return tuple(factor for factor in self.factors if factor.name not in listed)

    @property
    def size(self) -> int:
        """Number of points, counted without making them."""
        if self.kind in SAMPLED:
            return self.samples * points_a_sample(self.kind, len(self.factors))
        return max(1, len(self.points)) * prod(factor.size for factor in self.crossed)


@dataclass(frozen=True)
class Record:
    """What is kept of a run."""

    outcomes: tuple[str, ...] = ()  # columns of the monthly table; empty: all
    every: int = 1  # months between records; the last month is always kept
    tables: tuple[str, ...] = ()  # further tables of a run, such as "providers"


@dataclass(frozen=True)
class RunSpec:
    """One run to play."""

    key: str
    point: int
    scenario: str
    settings: tuple[tuple[str, Any], ...]
    replication: int


@dataclass(frozen=True)
class Plan:
    """A checked plan. Replication r has the same luck at every point."""

    name: str
    title: str
    question: str
    scenarios: dict[str, Scenario]
    months: int | None
    seed: int
    replications: int
    time_limit: float  # s a run; 0: none
    design: Design
    record: Record
    crossed: tuple[str, ...]  # scenarios at which the whole design is played
    inherited: tuple[
        tuple[str, str], ...
    ] = ()  # what the plan leaves to defaults: (what, value and from where)

    @cached_property
    def cube(self) -> pd.DataFrame | None:
        """The places in [0, 1] of a sampled design, one row a point of one scenario."""
        if self.design.kind not in SAMPLED:
            return None
        names = [factor.name for factor in self.design.factors]
        return sample(self.design.kind, names, self.design.samples, self.seed)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """All points, scenario by scenario."""
        found: list[Point] = []
        for scenario, values in product(self.crossed, self._values()):
            values = ({SCENARIO: scenario} if len(self.crossed) > 1 else {}) | values
            found.append(Point(len(found), values.get(SCENARIO, scenario), tuple(values.items())))
        return tuple(found)

    def _values(self) -> list[Settings]:
        design = self.design
        if self.cube is not None:
            places = self.cube[[factor.name for factor in design.factors]].to_numpy()
            return [
                {factor.name: factor.at(u) for factor, u in zip(design.factors, row, strict=True)}
                for row in places
            ]
        return [point | rest for point, rest in product(design.points or ({},), grid(design.crossed))]

    def settings(self, point: Point) -> Settings:
        """What a point sets by dotted path."""
        return combined(self.design.factors, point.named)

    @property
    def size(self) -> int:
        """Number of runs."""
        return len(self.crossed) * self.design.size * self.replications

    @cached_property
    def different_runs(self) -> int:
        """Number of runs to play: points of equal parameters share theirs."""
        return len({spec.key for spec in self.specs()})

    def horizon(self, scenario: str) -> int:
        """Months of a run of a scenario."""
        return self.months or self.scenarios[scenario].config.calendar.months

    def specs(self) -> Iterator[RunSpec]:
        """All runs: point by point, replication by replication."""
        digests = {name: scenario.digest for name, scenario in self.scenarios.items()}
        for point in self.points:
            settings = self.settings(point)
            for replication in range(self.replications):
                key = run_key(
                    digests[point.scenario], settings, self.seed, replication,
                    self.horizon(point.scenario), model_version(),
                )  # fmt: skip
                yield RunSpec(key, point.number, point.scenario, tuple(settings.items()), replication)

    @cached_property
    def digest(self) -> str:
        """A hash of all runs and of what is recorded of them; title and time limit do not count."""
        return digest([spec.key for spec in self.specs()], *vars(self.record).values())

    def index(self) -> pd.DataFrame:
        """One row a run: run_key, point, replication."""
        rows = [(spec.key, spec.point, spec.replication) for spec in self.specs()]
        return pd.DataFrame(rows, columns=["run_key", "point", "replication"])

    def table(self) -> pd.DataFrame:
        """One row a point: its number, its scenario, the factors' values and, for rows, what they set."""
        rows = [self.settings(p) | p.named | {"point": p.number, SCENARIO: p.scenario} for p in self.points]
        frame = pd.DataFrame(rows)
        first = ["point", SCENARIO]
        return frame[[*first, *(name for name in frame if name not in first)]]
