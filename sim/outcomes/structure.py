"""Outcomes of who leads the market."""

from sim.outcomes.registry import Outcome
from sim.published import Published


def _leader_tenure(view: Published) -> float:
    """Months for which the provider with the largest revenue has been the largest without a break."""
    return view.leader_tenure


STRUCTURE = (Outcome("leader_tenure", "month", "Months at the top", _leader_tenure),)
