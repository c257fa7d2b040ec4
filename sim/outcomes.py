"""The registry of recorded series: name, unit, label, meaning and how each follows from the published view."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.economics.concentration import concentration_ratio, effective_number, hhi
from sim.economics.scaling import Array
from sim.published import Published

NAN = float("nan")


@dataclass(frozen=True)
class Outcome:
    """A series of the whole market."""

    name: str
    unit: str
    label: str
    meaning: str
    measure: Callable[[Published], float]


@dataclass(frozen=True)
class ProviderSeries:
    """A series of each provider."""

    name: str
    unit: str
    label: str
    meaning: str
    measure: Callable[[Published], Array]


def revenue_shares(view: Published) -> Array:
    """Each provider's share of inside sales; all NaN without sales."""
    total = view.revenue.sum()
    return view.revenue / total if total > 0 else np.full(len(view.names), NAN)


def _weighted(view: Published, series: Array) -> float:
    """Mean over sellers, weighted by revenue."""
    sold = view.revenue > 0
    return float(np.average(series[sold], weights=view.revenue[sold])) if sold.any() else NAN


def _leader(view: Published) -> int:
    """Index of the most capable provider on sale."""
    return int(np.nanargmax(view.capability))


def _of_leader(view: Published, series: Array) -> float:
    return float(series[_leader(view)]) if view.selling.any() else NAN


def _second_lag(view: Published) -> float:
    ranked = np.sort(view.capability[view.selling])
    return float(ranked[-1] - ranked[-2]) if len(ranked) > 1 else NAN


def _from_shares(measure: Callable[[Array], float]) -> Callable[[Published], float]:
    def of(view: Published) -> float:
        return float(measure(revenue_shares(view))) if view.revenue.sum() > 0 else NAN

    return of


OUTCOMES = (
    Outcome("providers", "1", "Providers selling", "Providers with a model on sale.",
            lambda v: float(v.selling.sum())),
    Outcome("hhi", "0-10,000", "Concentration (HHI, inside sales)", "Herfindahl-Hirschman index of revenue shares.",
            _from_shares(hhi)),
    Outcome("effective_number", "1", "Effective number of providers", "10,000 over the HHI.",
            _from_shares(effective_number)),
    Outcome("leader_share", "1", "Share of the largest provider", "Largest share of revenue (CR1).",
            _from_shares(lambda shares: concentration_ratio(shares, 1))),
    Outcome("revenue", "USD/month", "Market revenue", "Sales of all providers.",
            lambda v: float(v.revenue.sum())),
    Outcome("training_outlay", "USD/month", "Training outlay", "Development outlays of all runs in training.",
            lambda v: float(v.training.sum())),
    Outcome("frontier", "nat", "Frontier capability", "Highest capability on sale: log of effective compute over that of the reference run.",
            lambda v: v.frontier),
    Outcome("frontier_flop", "FLOP", "Training compute of the frontier model", "Physical compute of the most capable model on sale.",
            lambda v: _of_leader(v, v.flop)),
    Outcome("frontier_cost", "USD", "Development cost of the frontier model", "Budget of the most capable model on sale.",
            lambda v: _of_leader(v, v.model_cost)),
    Outcome("follower_gap", "nat", "Gap to the second best", "Capability of the best model less that of the second provider's.",
            _second_lag),
    Outcome("flagship_price", "USD/Mtoken", "Price of the most capable model", "Price of the most capable model on sale.",
            lambda v: _of_leader(v, v.price)),
    Outcome("mean_price", "USD/Mtoken", "Mean price", "Prices weighted by revenue.",
            lambda v: _weighted(v, v.price)),
    Outcome("lerner", "1", "Lerner index", "Margin over price, weighted by revenue.",
            lambda v: _weighted(v, v.lerner)),
    Outcome("considering", "1", "Workloads considering", "Share of workloads that consider mega models.",
            lambda v: v.considering),
    Outcome("using", "1", "Workloads using", "Share of workloads that use a mega model.",
            lambda v: v.using),
    Outcome("spend_share", "1", "Share of addressable spend won", "Market revenue over addressable spend.",
            lambda v: float(v.revenue.sum()) / v.addressable),
    Outcome("consumer_surplus", "USD/month", "Consumer surplus", "Worth of having the models at their prices, over having none, of those who consider them.",
            lambda v: v.surplus),
    Outcome("theta", "1", "Reward for a bigger training run", "Utils over a rival in the same nest per e-fold of training spend, net of dearer serving, at the leader (theta).",
            lambda v: v.theta),
    Outcome("deviation_gain", "1", "Largest gain from another price", "Largest share of profit that a provider could gain by another price: zero at a price equilibrium.",
            lambda v: v.deviation_gain),
)  # fmt: skip

PROVIDER_SERIES = (
    ProviderSeries("alive", "0/1", "In business", "Whether the provider is in business.",
                   lambda v: v.alive.astype(float)),
    ProviderSeries("selling", "0/1", "Selling", "Whether the provider has a model on sale.",
                   lambda v: v.selling.astype(float)),
    ProviderSeries("share", "1", "Share of revenue", "Share of all providers' revenue.", revenue_shares),
    ProviderSeries("revenue", "USD/month", "Revenue", "Sales.", lambda v: v.revenue),
    ProviderSeries("serving", "USD/month", "Serving cost", "Compute for serving customers.", lambda v: v.serving),
    ProviderSeries("training", "USD/month", "Training outlay", "Outlay for the run in training.", lambda v: v.training),
    ProviderSeries("cash", "USD", "Cash", "Cash; below zero it is drawn credit.", lambda v: v.cash),
    ProviderSeries("capability", "nat", "Capability", "Capability of the model on sale.", lambda v: v.capability),
    ProviderSeries("params", "1", "Parameters", "Size of the model on sale.", lambda v: v.params),
    ProviderSeries("price", "USD/Mtoken", "Price", "Price of a million tokens.", lambda v: v.price),
    ProviderSeries("unit_cost", "USD/Mtoken", "Unit cost", "Cost of serving a million tokens.", lambda v: v.unit_cost),
)  # fmt: skip
