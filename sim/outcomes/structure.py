"""Outcomes of who leads the market and who stands behind the providers."""

from sim.outcomes.registry import Outcome
from sim.published import Published


def _leader_tenure(view: Published) -> float:
    """Months for which the provider with the largest revenue has been the largest without a break."""
    return view.leader_tenure


def _champion_share(view: Published) -> float:
    """Share of revenue with providers that a state backs."""
    return view.share_of("champion")


STRUCTURE = (
    Outcome("leader_tenure", "month", "Months at the top", _leader_tenure),
    Outcome("champion_share", "1", "Revenue share of state champions", _champion_share),
)
