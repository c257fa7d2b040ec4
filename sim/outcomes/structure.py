"""Outcomes of who leads the market and who stands behind the providers."""

from sim.economics.scaling import Array
from sim.outcomes.record import Record
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _leader_tenure(view: Published) -> float:
    """Months for which the provider with the largest revenue has been the largest without a break."""
    return view.leader_tenure


def _champion_share(record: Record) -> Array:
    """Share of revenue with providers that a state backs."""
    return record.share_of("champion")


STRUCTURE: tuple[Series, ...] = (
    Noted("leader_tenure", "month", "Months at the top", _leader_tenure),
    Derived("champion_share", "1", "Revenue share of state champions", _champion_share),
)
