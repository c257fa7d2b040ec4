"""One function per chart: a tidy table in, a figure out."""

from analysis.charts.market import adoption, fan, revenue_and_outlay, structure
from analysis.charts.products import prices_at_quality, prices_by_tier, tiers, without_provider
from analysis.charts.providers import frontier, prices, shares

__all__ = [
    "adoption",
    "fan",
    "frontier",
    "prices",
    "prices_at_quality",
    "prices_by_tier",
    "revenue_and_outlay",
    "shares",
    "structure",
    "tiers",
    "without_provider",
]
