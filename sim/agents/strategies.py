"""How providers decide: small functions chosen by name, which see the published view and their own books."""

from dataclasses import dataclass

import numpy as np

from sim.agents.prospects import (
    MarketAhead,
    expected_margin,
    expected_tokens,
    future_serving_flop_per_usd,
    prospect,
)
from sim.config import Config
from sim.config.actors import NeverTrain, TrainingRule
from sim.config.technology import ComputeOptimal
from sim.economics import investment, progress, scaling, sizing
from sim.economics.scaling import Array
from sim.economics.value import value
from sim.published import Published

BUDGET_STEPS = 16  # candidate budgets, log-spaced


@dataclass(frozen=True)
class Own:
    """What a provider knows of itself."""

    index: int
    rule: TrainingRule
    funds: float  # USD
    largest_budget: float  # USD
    efficiency: float


@dataclass(frozen=True)
class Candidates:
    """Training runs that could be started, by budget."""

    budget: Array  # USD [candidate]
    flop: Array  # FLOP [candidate]
    params: Array  # [candidate]
    capability: Array  # nat [candidate]

    def only(self, index: int) -> "Candidates":
        """One of them."""
        return Candidates(**{name: column[index : index + 1] for name, column in vars(self).items()})


def candidates(config: Config, view: Published, own: Own, budgets: Array, served: float) -> Candidates:
    """What each budget would buy: Q from effective compute, size from physical compute and tokens served."""
    worth = progress.effective_budget(config.training, budgets, own.largest_budget)
    per_usd = progress.flop_per_usd(config.technology, view.month) / view.compute_premium
    flop = np.asarray(progress.physical_flop(config.training, worth, per_usd))
    stretch = view.algorithms * own.efficiency
    serving_per_usd = future_serving_flop_per_usd(config, view, view.month + config.training.duration)
    ratio = _size_ratio(config, flop, served, flop / budgets / serving_per_usd)
    equivalent = sizing.equivalent_flop(config.scaling, flop, ratio)
    return Candidates(
        budget=budgets,
        flop=flop,
        params=ratio * scaling.optimal_params(config.scaling, flop),
        capability=np.log(equivalent * stretch / config.technology.reference_flop),
    )


def _size_ratio(config: Config, flop: Array, served: float, weight: Array) -> Array:
    """Size over compute-optimal size; `weight`: a serving FLOP's cost over a training FLOP's, all in."""
    kind = config.training.sizing
    if isinstance(kind, ComputeOptimal):
        return np.ones_like(flop)
    ratio = sizing.size_ratio(config.scaling, sizing.service_weight(config.scaling, flop, served, weight))
    return np.asarray(sizing.bounded_ratio(config.scaling, flop, ratio, kind.most_tokens_per_param))


def best_run(config: Config, view: Published, ahead: MarketAhead, own: Own) -> Candidates | None:
    """The run to start now, as one candidate, or None."""
    if isinstance(own.rule, NeverTrain):
        return None
    return _highest_npv(config, view, ahead, own)


def _highest_npv(config: Config, view: Published, ahead: MarketAhead, own: Own) -> Candidates | None:
    """Expected discounted profit over a model's life, more than keeping the old model, less the budget."""
    if own.funds < config.training.smallest_budget or view.considered <= 0:
        return None
    budgets = _ladder(config.training.smallest_budget, own.funds)
    outlook = prospect(config, view, ahead, own.index)
    served = expected_tokens(view, own.index, outlook)
    options = candidates(config, view, own, budgets, served)
    per_usd = future_serving_flop_per_usd(config, view, ahead.release)
    costs = np.asarray(progress.serving_cost(options.params, per_usd))
    values = np.asarray(value(config.demand.value, options.capability))
    keeps = bool(view.selling[own.index])
    if keeps:
        values = np.append(values, value(config.demand.value, view.capability[own.index]))
        costs = np.append(costs, progress.serving_cost(view.params[own.index], per_usd))
    profits = investment.expected_profits(outlook, values, costs, expected_margin(view, own.index))
    gains = profits[:BUDGET_STEPS] - (profits[-1] if keeps else 0.0) - options.budget
    best = int(np.argmax(gains))
    if gains[best] <= 0:
        return None
    return options.only(best)


def _ladder(low: float, high: float) -> Array:
    """Candidate budgets from low to high, log-spaced, USD."""
    steps = np.exp(np.linspace(np.log(low), np.log(high), BUDGET_STEPS))
    steps[-1] = high
    return steps
