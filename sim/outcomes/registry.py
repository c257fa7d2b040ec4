"""What a recorded series is: a named function with unit and label; whose it is, is told by its registry."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.economics.scaling import Array
from sim.outcomes.record import Record
from sim.published import Published


@dataclass(frozen=True)
class Series(ABC):
    """A series with a name; its meaning is the docstring of its function."""

    name: str
    unit: str
    label: str
    measure: Callable[..., float | Array]

    @property
    def meaning(self) -> str:
        """What is measured, in a sentence."""
        return (self.measure.__doc__ or "").strip()

    @abstractmethod
    def over(self, record: Record) -> Array:
        """The series over the months of a record, [month, ...]."""


@dataclass(frozen=True)
class Noted(Series):
    """A series that is read off the view at the end of each month: a number, or one for each of its kind."""

    measure: Callable[[Published], float | Array]

    def over(self, record: Record) -> Array:
        """What is noted of each month, [month, ...]."""
        return np.array([self.measure(view) for view in record.views], dtype=np.float64)


@dataclass(frozen=True)
class Derived(Series):
    """A series that follows from the record of all months together."""

    measure: Callable[[Record], Array]

    def over(self, record: Record) -> Array:
        """What follows from the record, [month, ...]."""
        return self.measure(record)
