"""Outcomes of what governments do: money, measures, and sales across borders."""

from sim.economics.scaling import Array
from sim.outcomes.record import Record, over
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _public_outlay(view: Published) -> float:
    """What governments pay to providers, or for their audits and debts; purchases included."""
    return float(sum(view.public_outlay.tolist()))


def _measures(view: Published) -> float:
    """Measures of governments in force."""
    return float(len(view.rules.in_force))


def _across_borders(record: Record) -> Array:
    """Share of customers' spending on providers that goes to another jurisdiction."""
    return 1 - over(record.trade.trace(axis1=1, axis2=2), record.purchases.sum(axis=1))


def _public_money(record: Record) -> Array:
    """What governments pay to it or for it; purchases included."""
    return record.known.public_money


GOVERNMENTS: tuple[Series, ...] = (
    Noted("public_outlay", "USD/month", "Public money for providers", _public_outlay),
    Noted("measures", "1", "Measures in force", _measures),
    Derived("across_borders", "1", "Spending across borders", _across_borders),
)
PUBLIC_SERIES: tuple[Series, ...] = (Derived("public_money", "USD/month", "Public money", _public_money),)
