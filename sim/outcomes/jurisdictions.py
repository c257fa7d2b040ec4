"""Series of each jurisdiction: who is served there, what it buys and sells, what its government pays."""

import numpy as np

from sim.economics.scaling import Array
from sim.outcomes.record import Record, over
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _served(view: Published) -> Array:
    """Share of its workloads with any model: of a provider, of open weights or on a machine of their own."""
    return view.access.served


def _inequality(view: Published) -> Array:
    """Gini coefficient of capability used at home, as of the whole market."""
    return view.access.inequality_within


def _spending(record: Record) -> Array:
    """What its customers spend with providers of any jurisdiction; purchases by its government apart."""
    return record.purchases


def _bought_abroad(record: Record) -> Array:
    """Share of that spending which goes to providers of other jurisdictions."""
    return 1 - over(record.trade.diagonal(axis1=1, axis2=2), record.purchases)


def _sales(record: Record) -> Array:
    """What its providers sell to customers of any jurisdiction."""
    return np.asarray(record.trade.sum(axis=2))


def _public_outlay(view: Published) -> Array:
    """What its government pays to providers, or for their audits and debts; purchases included."""
    return view.public_outlay


JURISDICTION_SERIES: tuple[Series, ...] = (
    Noted("served", "1", "Workloads served", _served),
    Noted("capability_gini", "1", "Inequality of capability used (Gini)", _inequality),
    Derived("spending", "USD/month", "Spending on providers", _spending),
    Derived("bought_abroad", "1", "Share of spending that goes abroad", _bought_abroad),
    Derived("sales", "USD/month", "Sales of its providers", _sales),
    Noted("public_outlay", "USD/month", "Public money for providers", _public_outlay),
)
