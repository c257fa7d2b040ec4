"""What happened, when, to whom."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One event in words, with the amount of money or capability that it is about."""

    month: int
    kind: str
    who: str
    text: str
    amount: float
