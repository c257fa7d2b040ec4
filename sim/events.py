"""What happened, when, to whom, and because of which earlier event."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One event in words, with the amount of money or capability that it is about."""

    event: int  # number, in the order of the run
    month: int
    kind: str
    who: str
    text: str
    amount: float
    because: int  # number of the event that brought it about, or NO_CAUSE


@dataclass(frozen=True)
class Veto:
    """An act that a rerun leaves out, to show what it did."""

    kind: str
    who: str
    first: int  # month
    last: int  # month, included

    def forbids(self, kind: str, who: str, month: int) -> bool:
        """Whether it concerns this act."""
        return (kind, who) == (self.kind, self.who) and self.first <= month <= self.last


NO_CAUSE = -1


def latest(events: Sequence[Event], kinds: Collection[str], who: str | None = None) -> int:
    """Number of the last event of some kinds, of somebody or of anybody; NO_CAUSE without one."""
    fitting = (e.event for e in reversed(events) if e.kind in kinds and who in (None, e.who))
    return next(fitting, NO_CAUSE)
