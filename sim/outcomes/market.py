"""Outcomes of the whole market: structure, money, frontier, adoption, surplus."""

import numpy as np

from sim.economics import concentration
from sim.economics.scaling import Array
from sim.outcomes.record import NAN, Record
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _providers(record: Record) -> Array:
    """Providers with a model on sale."""
    return np.count_nonzero(record.selling, axis=1)


def _hhi(record: Record) -> Array:
    """Herfindahl-Hirschman index of revenue shares; customers who buy nothing are left out."""
    return np.array([concentration.hhi(shares) for shares in record.shares])


def _effective_number(record: Record) -> Array:
    """Number of equal providers with the same concentration: 10,000 over the HHI."""
    return np.array([concentration.effective_number(shares) for shares in record.shares])


def _leader_share(record: Record) -> Array:
    """Largest share of revenue (CR1)."""
    return np.asarray(record.shares.max(axis=1))


def _revenue(record: Record) -> Array:
    """Sales of all providers."""
    return record.sales


def _training_outlay(record: Record) -> Array:
    """Development outlays of all runs in training."""
    return np.asarray(record.known.training.sum(axis=1))


def _frontier(record: Record) -> Array:
    """Highest capability on sale: log of effective compute over that of the reference run."""
    return record.frontier


def _frontier_flop(record: Record) -> Array:
    """Physical training compute of the most capable model on sale."""
    return record.of_frontier(record.known.flop)


def _frontier_cost(record: Record) -> Array:
    """Development budget of the most capable model on sale."""
    return record.of_frontier(record.known.model_cost)


def _follower_gap(record: Record) -> Array:
    """Capability of the best model on sale less that of the second provider's."""
    ranked = np.sort(-record.known.capability, axis=1)  # who has none is last
    return np.diff(ranked, axis=1, append=NAN)[:, 0]


def _flagship_price(record: Record) -> Array:
    """Price of the most capable model on sale."""
    return record.of_frontier(record.known.price)


def _mean_price(record: Record) -> Array:
    """Mean of prices, weighted by revenue."""
    return record.by_revenue(record.known.price)


def _lerner(record: Record) -> Array:
    """Margin over price, weighted by revenue."""
    return record.by_revenue(1 - record.known.unit_cost / record.known.price)


def _considering(view: Published) -> float:
    """Share of workloads that consider mega models."""
    return view.considering


def _using(view: Published) -> float:
    """Share of workloads that use a mega model."""
    return view.using


def _spend_share(record: Record) -> Array:
    """Market revenue over addressable spend."""
    return record.sales / record.addressable


def _surplus(view: Published) -> float:
    """What the models are worth to those who consider them, at their prices, over having none."""
    return view.surplus


def _switching(view: Published) -> float:
    """Share of workloads with a provider that move to another, a year at this month's pace."""
    return 12 * view.switched


def _multi_homing(view: Published) -> float:
    """Share of firms with a provider that have more than one."""
    return view.multi_homing


def _theta(view: Published) -> float:
    """Theta: utils over a rival per e-fold of training spend, net of dearer serving, at the leader."""
    return view.theta


def _deviation_gain(view: Published) -> float:
    """Largest share of profit that a provider could gain by another price; empty in unchecked months."""
    return view.deviation_gain


MARKET: tuple[Series, ...] = (
    Derived("providers", "1", "Providers selling", _providers),
    Derived("hhi", "0-10,000", "Concentration (HHI, inside sales)", _hhi),
    Derived("effective_number", "1", "Effective number of providers", _effective_number),
    Derived("leader_share", "1", "Share of the largest provider", _leader_share),
    Derived("revenue", "USD/month", "Market revenue", _revenue),
    Derived("training_outlay", "USD/month", "Training outlay", _training_outlay),
    Derived("frontier", "nat", "Frontier capability", _frontier),
    Derived("frontier_flop", "FLOP", "Training compute of the frontier model", _frontier_flop),
    Derived("frontier_cost", "USD", "Cost of the frontier model", _frontier_cost),
    Derived("follower_gap", "nat", "Gap to the second best", _follower_gap),
    Derived("flagship_price", "USD/Mtoken", "Price of the most capable model", _flagship_price),
    Derived("mean_price", "USD/Mtoken", "Mean price", _mean_price),
    Derived("lerner", "1", "Lerner index", _lerner),
    Noted("considering", "1", "Workloads considering", _considering),
    Noted("using", "1", "Workloads using", _using),
    Derived("spend_share", "1", "Share of addressable spend won", _spend_share),
    Noted("consumer_surplus", "USD/month", "Consumer surplus", _surplus),
    Noted("switching", "1/yr", "Workloads changing provider", _switching),
    Noted("multi_homing", "1", "Firms with several providers", _multi_homing),
    Noted("theta", "1", "Reward for a bigger training run", _theta),
    Noted("deviation_gain", "1", "Largest gain from another price", _deviation_gain),
)
