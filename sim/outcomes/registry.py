"""What a recorded series is: a named function with unit and label; whose it is, is told by its registry."""

from collections.abc import Callable
from dataclasses import dataclass

from sim.economics.scaling import Array
from sim.outcomes.record import Record
from sim.published import Published


@dataclass(frozen=True)
class Series:
    """A series with a name; its meaning is the docstring of its function."""

    name: str
    unit: str
    label: str
    measure: Callable[..., float | Array]

    @property
    def meaning(self) -> str:
        """What is measured, in a sentence."""
        return (self.measure.__doc__ or "").strip()


@dataclass(frozen=True)
class Noted(Series):
    """A series that is read off the view at the end of each month: a number, or one for each of its kind."""

    measure: Callable[[Published], float | Array]


@dataclass(frozen=True)
class Derived(Series):
    """A series that follows from the record of all months; it is worked out when they are over."""

    measure: Callable[[Record], Array]
