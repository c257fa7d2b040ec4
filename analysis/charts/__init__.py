"""One function per chart: a tidy table in, a figure out."""

from analysis.charts.market import adoption, fan, revenue_and_outlay, structure
from analysis.charts.providers import frontier, prices, shares

__all__ = ["adoption", "fan", "frontier", "prices", "revenue_and_outlay", "shares", "structure"]
