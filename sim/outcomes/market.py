"""Outcomes of the whole market: structure, money, frontier, adoption, surplus."""

from math import isfinite

import numpy as np

from sim.economics import concentration
from sim.economics.scaling import Array
from sim.outcomes.registry import NAN, Outcome
from sim.published import Published


def _providers(view: Published) -> float:
    """Providers with a model on sale."""
    return float(np.count_nonzero(view.selling))


def _hhi(view: Published) -> float:
    """Herfindahl-Hirschman index of revenue shares; customers who buy nothing are left out."""
    return concentration.hhi(view.revenue_shares)


def _effective_number(view: Published) -> float:
    """Number of equal providers with the same concentration: 10,000 over the HHI."""
    return concentration.effective_number(view.revenue_shares)


def _leader_share(view: Published) -> float:
    """Largest share of revenue (CR1)."""
    return float(view.revenue_shares.max())


def _revenue(view: Published) -> float:
    """Sales of all providers."""
    return view.sales


def _training_outlay(view: Published) -> float:
    """Development outlays of all runs in training."""
    return float(view.training.sum())


def _frontier(view: Published) -> float:
    """Highest capability on sale: log of effective compute over that of the reference run."""
    return view.frontier


def _of_frontier(view: Published, series: Array) -> float:
    """A series at the most capable provider on sale."""
    return float(series[view.leader]) if isfinite(view.frontier) else NAN


def _frontier_flop(view: Published) -> float:
    """Physical training compute of the most capable model on sale."""
    return _of_frontier(view, view.flop)


def _frontier_cost(view: Published) -> float:
    """Development budget of the most capable model on sale."""
    return _of_frontier(view, view.model_cost)


def _follower_gap(view: Published) -> float:
    """Capability of the best model on sale less that of the second provider's."""
    ranked = sorted(view.capability[view.selling].tolist())
    return ranked[-1] - ranked[-2] if len(ranked) > 1 else NAN


def _flagship_price(view: Published) -> float:
    """Price of the most capable model on sale."""
    return _of_frontier(view, view.price)


def _by_revenue(view: Published, series: Array) -> float:
    """Mean over sellers, weighted by revenue."""
    if not view.sales > 0:
        return NAN
    weighed = zip(series.tolist(), view.revenue_shares.tolist(), strict=True)
    return sum(value * share for value, share in weighed if share > 0)


def _mean_price(view: Published) -> float:
    """Mean of prices, weighted by revenue."""
    return _by_revenue(view, view.price)


def _lerner(view: Published) -> float:
    """Margin over price, weighted by revenue."""
    return _by_revenue(view, view.lerner)


def _considering(view: Published) -> float:
    """Share of workloads that consider mega models."""
    return view.considering


def _using(view: Published) -> float:
    """Share of workloads that use a mega model."""
    return view.using


def _spend_share(view: Published) -> float:
    """Market revenue over addressable spend."""
    return view.sales / view.addressable


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


MARKET = (
    Outcome("providers", "1", "Providers selling", _providers),
    Outcome("hhi", "0-10,000", "Concentration (HHI, inside sales)", _hhi),
    Outcome("effective_number", "1", "Effective number of providers", _effective_number),
    Outcome("leader_share", "1", "Share of the largest provider", _leader_share),
    Outcome("revenue", "USD/month", "Market revenue", _revenue),
    Outcome("training_outlay", "USD/month", "Training outlay", _training_outlay),
    Outcome("frontier", "nat", "Frontier capability", _frontier),
    Outcome("frontier_flop", "FLOP", "Training compute of the frontier model", _frontier_flop),
    Outcome("frontier_cost", "USD", "Cost of the frontier model", _frontier_cost),
    Outcome("follower_gap", "nat", "Gap to the second best", _follower_gap),
    Outcome("flagship_price", "USD/Mtoken", "Price of the most capable model", _flagship_price),
    Outcome("mean_price", "USD/Mtoken", "Mean price", _mean_price),
    Outcome("lerner", "1", "Lerner index", _lerner),
    Outcome("considering", "1", "Workloads considering", _considering),
    Outcome("using", "1", "Workloads using", _using),
    Outcome("spend_share", "1", "Share of addressable spend won", _spend_share),
    Outcome("consumer_surplus", "USD/month", "Consumer surplus", _surplus),
    Outcome("switching", "1/yr", "Workloads changing provider", _switching),
    Outcome("multi_homing", "1", "Firms with several providers", _multi_homing),
    Outcome("theta", "1", "Reward for a bigger training run", _theta),
    Outcome("deviation_gain", "1", "Largest gain from another price", _deviation_gain),
)
