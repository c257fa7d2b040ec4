"""Scenarios drawn at random: every quantity within its stated range, rules and measures by lot."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from sim import streams
from sim.errors import UserError
from sim.scenario import Scenario, load
from sim.scenario.files import parse, presets, shipped_folder
from sim.sweep.checks import Mistakes
from sim.sweep.factor_reading import read_factors

ALTERNATIVES = "shared/alternatives.toml"
EACH = "providers.each."  # stands for every provider in an alternative
CHANCE = 0.15  # of each alternative
MOST_MEASURES = 3
TRIES = 20  # until drawn rules fit together
GROWN = 0.6  # share of the draws that begin with a market that has grown: in a young one little happens
CONSIDERING = "adoption.considering_at_start"
RESOLUTION = {"demand.workloads": 400, "pricing.panel_per_segment": 2}  # how fine, not what
Settings = dict[str, Any]


def drawn_scenario(seed: int, number: int, months: int) -> Scenario:
    """The scenario of one draw, the same for equal seed, number and months.

    First rules and measures, each by lot, then every quantity that has a range, as sweeps draw it. Dates lie
    inside the run, so that what they bring does happen.
    """
    draw = streams.generator(seed, "fuzz", number)
    measures = draw.choice(list(presets()), draw.integers(0, MOST_MEASURES + 1), replace=False).tolist()
    scenario = load("baseline", policies=sorted(measures))
    scenario = _with_rules(draw, scenario)
    ranges = read_factors({"factors": "all"}, "random", scenario, Mistakes("fuzz"))
    values: Settings = {factor.name: factor.at(draw.random()) for factor in ranges}
    values |= _dates(draw, scenario, months) | RESOLUTION | {"calendar.months": months}
    return scenario.amend(values)


@cache
def alternatives() -> tuple[Settings, ...]:
    """What each alternative rule says, by dotted path."""
    data = parse(shipped_folder() / ALTERNATIVES)
    return tuple(dict(_flat(said, "")) for said in data.values())


def _flat(said: Settings, path: str) -> Iterator[tuple[str, Any]]:
    """Dotted paths of nested tables; the table of a quantity is one value."""
    for key, value in said.items():
        if isinstance(value, dict) and "unit" not in value:
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _with_rules(draw: np.random.Generator, scenario: Scenario) -> Scenario:
    """The scenario with rules by lot; those that do not fit together are drawn anew."""
    for _ in range(TRIES):
        with suppress(UserError):
            return scenario.amend(_rules(draw, scenario))
    return scenario


def _rules(draw: np.random.Generator, scenario: Scenario) -> Settings:
    """Alternatives by lot, those of providers for each on its own, and perhaps a merger; later ones win."""
    names = [provider.name for provider in scenario.config.providers]
    found: dict[str, Settings] = {}
    for said in alternatives():
        for name in names if next(iter(said)).startswith(EACH) else [""]:
            if draw.random() < CHANCE:
                mine = {path.replace(EACH, f"providers.{name}."): value for path, value in said.items()}
                found[next(iter(mine))] = mine
    settings = {path: value for mine in found.values() for path, value in mine.items()}
    if draw.random() < CHANCE:
        buyer, target = draw.choice(names, 2, replace=False).tolist()
        settings |= {"mergers.drawn.buyer": buyer, "mergers.drawn.target": target}
        settings["mergers.drawn.month"] = {
            "value": 6, "unit": "month", "low": 1, "high": 12, "source": "team-assumption",
        }  # fmt: skip
    return settings


def _dates(draw: np.random.Generator, scenario: Scenario, months: int) -> Settings:
    """First and last months of the measures, and other months that would lie beyond a short run."""
    settings: Settings = {"open_frontier.leap_month": int(draw.integers(0, months))}
    if draw.random() < GROWN:
        settings[CONSIDERING] = float(draw.random())
    begin = scenario.config.calendar.start
    for policy in scenario.config.policies:
        first, last = sorted(draw.integers(0, months, 2).tolist())
        settings[f"policies.{policy.name}.start"] = month_after(begin, first)
        settings[f"policies.{policy.name}.end"] = month_after(begin, last)
    return settings


def month_after(begin: str, months: int) -> str:
    """The month so many after one written like 2020-07."""
    year, month = divmod(date.fromisoformat(f"{begin}-01").month - 1 + months, 12)
    return f"{int(begin[:4]) + year}-{month + 1:02d}"
