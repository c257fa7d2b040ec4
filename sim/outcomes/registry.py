"""What a recorded series is: a named function of the published view, with unit and label."""

from collections.abc import Callable
from dataclasses import dataclass

from sim.economics.scaling import Array
from sim.published import Published

NAN = float("nan")


@dataclass(frozen=True)
class Series:
    """A series with a name; its meaning is the docstring of its function."""

    name: str
    unit: str
    label: str
    measure: Callable[[Published], float | Array]

    @property
    def meaning(self) -> str:
        """What is measured, in a sentence."""
        return (self.measure.__doc__ or "").strip()


@dataclass(frozen=True)
class Outcome(Series):
    """A series of the whole market."""

    measure: Callable[[Published], float]


@dataclass(frozen=True)
class ProviderSeries(Series):
    """A series of each provider."""

    measure: Callable[[Published], Array]


@dataclass(frozen=True)
class JurisdictionSeries(Series):
    """A series of each jurisdiction."""

    measure: Callable[[Published], Array]


@dataclass(frozen=True)
class ProductSeries(Series):
    """A series of each product."""

    measure: Callable[[Published], Array]
