"""Outcomes of rivalry: price wars, their chance, and the price-cost test of everybody's prices."""

import numpy as np

from sim.economics.scaling import Array
from sim.outcomes.record import Record
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _fights(view: Published) -> float:
    """Price wars under way."""
    return float(len(view.rivalry.aggressors))


def _fight_chance(view: Published) -> float:
    """Chance of a seller to be fought, mean over sellers; what those who think of entry count."""
    return view.fight_chance


def _below_cost(record: Record) -> Array:
    """Sellers whose price lies below average avoidable cost."""
    return np.count_nonzero(record.price_cost < 1.0, axis=1)


RIVALRY: tuple[Series, ...] = (
    Noted("fights", "1", "Price wars", _fights),
    Noted("fight_chance", "1", "Chance of a fight", _fight_chance),
    Derived("below_cost", "1", "Sellers below avoidable cost", _below_cost),
)


def _price_cost(record: Record) -> Array:
    """Price over average avoidable cost: serving and the overhead that could be avoided."""
    return record.price_cost


def _at_war(view: Published) -> Array:
    """Whether the provider wages a price war."""
    return _marked(view, view.rivalry.aggressors)


def _attacked(view: Published) -> Array:
    """Whether a price war is waged against the provider."""
    return _marked(view, view.rivalry.targets)


def _marked(view: Published, indices: tuple[int, ...]) -> Array:
    """One at some providers, zero at the others."""
    marks = np.zeros(len(view.names))
    for index in indices:
        marks[index] = 1.0
    return marks


PROVIDER_RIVALRY: tuple[Series, ...] = (
    Derived("price_cost", "1", "Price over avoidable cost", _price_cost),
    Noted("at_war", "0/1", "Wages a price war", _at_war),
    Noted("attacked", "0/1", "Price war against it", _attacked),
)
