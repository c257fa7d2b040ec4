"""Outcomes of what governments do: money, measures, and sales across borders."""

from sim.economics.scaling import Array
from sim.outcomes.registry import NAN, Outcome, ProviderSeries
from sim.published import Published


def _public_outlay(view: Published) -> float:
    """What governments pay to providers, or for their audits and debts; purchases included."""
    return float(view.public_outlay.sum())


def _measures(view: Published) -> float:
    """Measures of governments in force."""
    return float(len(view.rules.in_force))


def _across_borders(view: Published) -> float:
    """Share of customers' spending on providers that goes to another jurisdiction."""
    total = float(view.purchases.sum())
    return 1 - float(view.trade.trace()) / total if total > 0 else NAN


def _public_money(view: Published) -> Array:
    """What governments pay to it or for it; purchases included."""
    return view.public_money


GOVERNMENTS = (
    Outcome("public_outlay", "USD/month", "Public money for providers", _public_outlay),
    Outcome("measures", "1", "Measures in force", _measures),
    Outcome("across_borders", "1", "Spending across borders", _across_borders),
)
PUBLIC_SERIES = (ProviderSeries("public_money", "USD/month", "Public money", _public_money),)
