"""The levers: ten values that decide most, in plain words, and the steps on which each can stand."""

import math
from dataclasses import dataclass

import numpy as np

from analysis.units import plain, scale_of
from sim.scenario import Leaf, Scenario


@dataclass(frozen=True)
class Lever:
    """One value and how people speak of it."""

    path: str
    label: str
    told: str  # what it does, in a sentence or two
    log: bool = False  # steps grow by factors


LEVERS = (
    Lever(
        "demand.capability_taste",
        "Worth of a better model",
        "How much more customers want a more capable model. It sets the reward for a bigger training run.",
    ),
    Lever(
        "demand.nest_correlation",
        "Likeness of rival models",
        "How easily one provider's model replaces another's. At high values rivals fight hard over the best.",
    ),
    Lever(
        "demand.value.plateau",
        "Where capability stops mattering",
        "The worth of capability levels off here. A low value means that good soon is good enough.",
        log=True,
    ),
    Lever(
        "demand.price_sensitivity",
        "Customers' eye for the price",
        "How strongly customers turn to a cheaper model.",
        log=True,
    ),
    Lever(
        "demand.switching_cost",
        "Cost of changing provider",
        "What it costs a customer to leave, in the currency of its choice.",
    ),
    Lever(
        "demand.addressable_spend",
        "Size of the market",
        "What all customers together could spend a year, if all of them considered mega models.",
        log=True,
    ),
    Lever(
        "adoption.imitation",
        "Speed at which use spreads",
        "How strongly people follow others who already use a mega model.",
    ),
    Lever(
        "technology.flop_per_usd_growth",
        "Fall of the price of computing",
        "How many times more computing a dollar buys with each year.",
    ),
    Lever(
        "open_frontier.local_lag",
        "Lag of small, local models",
        "How long after the frontier a single machine of one's own can do the same.",
    ),
    Lever(
        "providers.eu_champion.backing",
        "Public money for a European champion",
        "What its governments give the European laboratory each year.",
        log=True,
    ),
)
STEPS = 9
SPOKEN = {"1": "", "util": "", "util/nat": "", "x/yr": "times a year", "month": "months", "1/yr": "a year"}


def present(scenario: Scenario) -> list[tuple[Lever, Leaf]]:
    """The levers that this scenario has, each with its shipped value."""
    leaves = {leaf.path: leaf for leaf in scenario.leaves}
    return [(lever, leaves[lever.path]) for lever in LEVERS if lever.path in leaves]


def steps(lever: Lever, leaf: Leaf, value: float) -> list[float]:
    """Where the lever can stand: round steps over the supported range, the shipped value, the present one."""
    low = leaf.value if leaf.low is None else leaf.low
    high = leaf.value if leaf.high is None else leaf.high
    grid = np.geomspace(low, high, STEPS) if lever.log and low > 0 else np.linspace(low, high, STEPS)
    ends = {float(leaf.value), float(value), float(low), float(high)}
    said = {spoken(x, leaf.unit) for x in ends}
    return sorted(ends | {x for x in map(rounded, grid[1:-1]) if spoken(x, leaf.unit) not in said})


def spoken(value: float, unit: str) -> str:
    """A value as people say it; different values of a lever read differently."""
    if unit == "nat":
        return f"{plain(math.exp(value))} x GPT-3"
    scale = scale_of(value, unit)
    return (
        f"{value / scale.factor:.4g} {SPOKEN.get(scale.unit, scale.unit.replace('/yr', ' a year'))}".strip()
    )


def rounded(value: float, digits: int = 2) -> float:
    """A value to so many significant digits."""
    return 0.0 if value == 0 else float(round(value, digits - 1 - math.floor(math.log10(abs(value)))))
