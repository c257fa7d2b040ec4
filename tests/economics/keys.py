"""Segments for tests."""

from sim.columns import SegmentKey


def keys(jurisdictions: list[str], domains: list[str]) -> list[SegmentKey]:
    """All pairs, of equal size."""
    share = 1 / (len(jurisdictions) * len(domains))
    return [SegmentKey(j, d, share) for j in jurisdictions for d in domains]
