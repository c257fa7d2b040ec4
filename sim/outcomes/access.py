"""Outcomes of access and pace: who is served how well, and how fast compute grows."""

from sim.economics.scaling import Array
from sim.outcomes.record import Record
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _served(record: Record) -> Array:
    """Share of workloads with any model: of a provider, of open weights or on a machine of their own."""
    return record.by_month(record.shelf.use)


def _served_lowest(view: Published) -> float:
    """Share of workloads served in the jurisdiction where it is lowest."""
    return float(min(view.access.served.tolist()))


def _served_highest(view: Published) -> float:
    """Share of workloads served in the jurisdiction where it is highest."""
    return float(max(view.access.served.tolist()))


def _inequality(view: Published) -> float:
    """Gini coefficient of capability used, in nats above a hundredth of the reference run's compute."""
    return view.access.inequality


def _pace(view: Published) -> float:
    """Growth of the frontier's training compute over two years; one is a doubling, Moore's law."""
    return view.access.pace


def _effective_pace(view: Published) -> float:
    """Growth of the frontier's effective compute over two years; one is a doubling, Moore's law."""
    return view.access.effective_pace


def _generation(view: Published) -> float:
    """Mean time between two models of the same provider over the last two years."""
    return view.access.generation


ACCESS: tuple[Series, ...] = (
    Derived("served", "1", "Workloads served", _served),
    Noted("served_lowest", "1", "Workloads served, lowest jurisdiction", _served_lowest),
    Noted("served_highest", "1", "Workloads served, highest jurisdiction", _served_highest),
    Noted("capability_gini", "1", "Inequality of capability used (Gini)", _inequality),
    Noted("pace", "x", "Pace of compute over Moore's law", _pace),
    Noted("effective_pace", "x", "Pace of effective compute over Moore's law", _effective_pace),
    Noted("generation_time", "month", "Time between generations", _generation),
)
