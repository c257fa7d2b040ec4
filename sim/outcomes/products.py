"""Outcomes of what is sold: prices at fixed quality, tiers, and what runs without a provider."""

import numpy as np

from sim.economics.finetuning import ACTIVATIONS, FULL, HOSTED
from sim.outcomes.registry import NAN, Outcome
from sim.published import Published


def _cheapest(view: Published, quality: float) -> float:
    """Lowest price at which a provider sells at least some capability."""
    goods = view.catalogue
    prices = goods.price[goods.sold & (goods.capability >= quality)]
    return float(prices.min()) if len(prices) else NAN


def _price_q0(view: Published) -> float:
    """Lowest price of a product sold that is as capable as the reference run."""
    return _cheapest(view, 0.0)


def _price_q5(view: Published) -> float:
    """Lowest price of a product sold five nats (150 times the effective compute) above the reference run."""
    return _cheapest(view, 5.0)


def _price_q10(view: Published) -> float:
    """Lowest price of a product sold ten nats (22,000 times the compute) above the reference run."""
    return _cheapest(view, 10.0)


def _share(view: Published, spent: float) -> float:
    """Share of what customers spend on providers' products."""
    return spent / view.spent if view.spent > 0 else NAN


def _hosted_share(view: Published) -> float:
    """Share of revenue from a few altered layers hosted by the provider."""
    return _share(view, float(view.tuned[HOSTED]))


def _activations_share(view: Published) -> float:
    """Share of revenue from returned activations."""
    return _share(view, float(view.tuned[ACTIVATIONS]))


def _full_share(view: Published) -> float:
    """Share of revenue from full tuning."""
    return _share(view, float(view.tuned[FULL]))


def _economy_share(view: Published) -> float:
    """Share of revenue from distilled models, less capable than their provider's flagship."""
    goods = view.catalogue
    flagship = np.where(goods.sold, view.capability[goods.provider], -np.inf)
    return _share(view, float(view.product_revenue @ (goods.capability < flagship)))


def _free_use(view: Published) -> float:
    """Share of workloads that run on a single machine or on open weights."""
    return float(view.product_use @ ~view.catalogue.sold)


def _behind(view: Published, name: str) -> float:
    """Capability of the frontier less that of a product without a provider."""
    goods = view.catalogue
    if name not in goods.names:
        return float("nan")
    return view.frontier - float(goods.capability[goods.names.index(name)])


def _machine_gap(view: Published) -> float:
    """Capability of the frontier less that of the best model on a single machine."""
    return _behind(view, "single machine")


def _open_gap(view: Published) -> float:
    """Capability of the frontier less that of the best open weights."""
    return _behind(view, "open weights")


PRODUCTS = (
    Outcome("price_q0", "USD/Mtoken", "Lowest price at the first mega model's quality", _price_q0),
    Outcome("price_q5", "USD/Mtoken", "Lowest price at quality 5", _price_q5),
    Outcome("price_q10", "USD/Mtoken", "Lowest price at quality 10", _price_q10),
    Outcome("hosted_share", "1", "Revenue share of hosted tuning", _hosted_share),
    Outcome("activations_share", "1", "Revenue share of returned activations", _activations_share),
    Outcome("full_share", "1", "Revenue share of full tuning", _full_share),
    Outcome("economy_share", "1", "Revenue share of distilled models", _economy_share),
    Outcome("free_use", "1", "Workloads on machines or open weights", _free_use),
    Outcome("machine_gap", "nat", "Gap to the best single machine", _machine_gap),
    Outcome("open_gap", "nat", "Gap to the best open weights", _open_gap),
)
