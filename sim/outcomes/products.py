"""Outcomes of what is sold: prices at fixed quality, tiers, and what runs without a provider."""

import numpy as np

from sim.columns import LOCAL, OPEN
from sim.economics.finetuning import ACTIVATIONS, FULL, HOSTED
from sim.economics.scaling import Array
from sim.outcomes.record import NAN, Record, over
from sim.outcomes.registry import Derived


def _cheapest(record: Record, quality: float) -> Array:
    """Lowest price at which a provider sells at least some capability."""
    shelf, lowest = record.shelf, np.full(record.months, NAN)
    fit = shelf.sold & (shelf.capability >= quality)
    np.fmin.at(lowest, shelf.month[fit], shelf.price[fit])
    return lowest


def _price_q0(record: Record) -> Array:
    """Lowest price of a product sold that is as capable as the reference run."""
    return _cheapest(record, 0.0)


def _price_q5(record: Record) -> Array:
    """Lowest price of a product sold five nats (150 times the effective compute) above the reference run."""
    return _cheapest(record, 5.0)


def _price_q10(record: Record) -> Array:
    """Lowest price of a product sold ten nats (22,000 times the compute) above the reference run."""
    return _cheapest(record, 10.0)


def _share(record: Record, spent: Array) -> Array:
    """Share of what customers spend on providers' products."""
    return over(spent, record.tuned.sum(axis=1))


def _hosted_share(record: Record) -> Array:
    """Share of revenue from a few altered layers hosted by the provider."""
    return _share(record, record.tuned[:, HOSTED])


def _activations_share(record: Record) -> Array:
    """Share of revenue from returned activations."""
    return _share(record, record.tuned[:, ACTIVATIONS])


def _full_share(record: Record) -> Array:
    """Share of revenue from full tuning."""
    return _share(record, record.tuned[:, FULL])


def _economy_share(record: Record) -> Array:
    """Share of revenue from distilled models, less capable than their provider's flagship."""
    shelf = record.shelf
    below = shelf.capability < record.known.capability[shelf.month, shelf.provider]
    return _share(record, record.by_month(shelf.revenue * (shelf.sold & below)))


def _free_use(record: Record) -> Array:
    """Share of workloads that run on a single machine or on open weights."""
    return record.by_month(record.shelf.use * ~record.shelf.sold)


def _behind(record: Record, code: int) -> Array:
    """Capability of the frontier less that of a product without a provider."""
    there, free = record.shelf.code == code, np.full(record.months, NAN)
    free[record.shelf.month[there]] = record.shelf.capability[there]
    return record.frontier - free


def _machine_gap(record: Record) -> Array:
    """Capability of the frontier less that of the best model on a single machine."""
    return _behind(record, LOCAL)


def _open_gap(record: Record) -> Array:
    """Capability of the frontier less that of the best open weights."""
    return _behind(record, OPEN)


PRODUCTS = (
    Derived("price_q0", "USD/Mtoken", "Lowest price at the first mega model's quality", _price_q0),
    Derived("price_q5", "USD/Mtoken", "Lowest price at quality 5", _price_q5),
    Derived("price_q10", "USD/Mtoken", "Lowest price at quality 10", _price_q10),
    Derived("hosted_share", "1", "Revenue share of hosted tuning", _hosted_share),
    Derived("activations_share", "1", "Revenue share of returned activations", _activations_share),
    Derived("full_share", "1", "Revenue share of full tuning", _full_share),
    Derived("economy_share", "1", "Revenue share of distilled models", _economy_share),
    Derived("free_use", "1", "Workloads on machines or open weights", _free_use),
    Derived("machine_gap", "nat", "Gap to the best single machine", _machine_gap),
    Derived("open_gap", "nat", "Gap to the best open weights", _open_gap),
)
