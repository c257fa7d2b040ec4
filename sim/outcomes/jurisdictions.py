"""Series of each jurisdiction: who is served there, what it buys and sells, what its government pays."""

import numpy as np

from sim.economics.scaling import Array
from sim.outcomes.registry import NAN, JurisdictionSeries
from sim.published import Published


def _served(view: Published) -> Array:
    """Share of its workloads with any model: of a provider, of open weights or on a machine of their own."""
    return view.access.served


def _inequality(view: Published) -> Array:
    """Gini coefficient of capability used at home, as of the whole market."""
    return view.access.inequality_within


def _spending(view: Published) -> Array:
    """What its customers spend with providers of any jurisdiction; purchases by its government apart."""
    return view.purchases


def _bought_abroad(view: Published) -> Array:
    """Share of that spending which goes to providers of other jurisdictions."""
    at_home = zip(view.trade.diagonal().tolist(), view.purchases.tolist(), strict=True)
    return np.array([1 - own / spent if spent > 0 else NAN for own, spent in at_home])


def _sales(view: Published) -> Array:
    """What its providers sell to customers of any jurisdiction."""
    return np.asarray(view.trade.sum(axis=1))


def _public_outlay(view: Published) -> Array:
    """What its government pays to providers, or for their audits and debts; purchases included."""
    return view.public_outlay


JURISDICTION_SERIES = (
    JurisdictionSeries("served", "1", "Workloads served", _served),
    JurisdictionSeries("capability_gini", "1", "Inequality of capability used (Gini)", _inequality),
    JurisdictionSeries("spending", "USD/month", "Spending on providers", _spending),
    JurisdictionSeries("bought_abroad", "1", "Share of spending that goes abroad", _bought_abroad),
    JurisdictionSeries("sales", "USD/month", "Sales of its providers", _sales),
    JurisdictionSeries("public_outlay", "USD/month", "Public money for providers", _public_outlay),
)
