"""One function per chart: a tidy table in, a figure out."""

from analysis.charts.access import access
from analysis.charts.effects import forest
from analysis.charts.market import adoption, fan, revenue_and_outlay, structure
from analysis.charts.pairs import audits_and_harm, theta_and_bound
from analysis.charts.phases import phase, response
from analysis.charts.products import prices_at_quality, prices_by_tier, tiers, without_provider
from analysis.charts.providers import frontier, prices, shares
from analysis.charts.regimes import by_regime
from analysis.charts.timeline import timeline
from analysis.charts.vintages import waterfall

__all__ = [
    "access",
    "adoption",
    "audits_and_harm",
    "by_regime",
    "fan",
    "forest",
    "frontier",
    "phase",
    "prices",
    "prices_at_quality",
    "prices_by_tier",
    "response",
    "revenue_and_outlay",
    "shares",
    "structure",
    "theta_and_bound",
    "tiers",
    "timeline",
    "waterfall",
    "without_provider",
]
