"""What training runs a provider could start, and what it expects of them, from the published view alone."""

from dataclasses import dataclass

import numpy as np

from sim.agents.prospects import (
    MarketAhead,
    expected_margin,
    expected_tokens,
    expected_value,
    future_serving_flop_per_usd,
    prospect,
)
from sim.config import Config
from sim.config.technology import ComputeOptimal
from sim.config.training_rules import TrainingRule
from sim.economics import investment, progress, scaling, sizing
from sim.economics.scaling import Array
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
    begun: int = 0  # runs begun


@dataclass(frozen=True)
class Held:
    """A trained model that its owner may go on selling, or begin to sell."""

    capability: float  # nat
    params: float


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
    optimum = np.asarray(scaling.optimal_params(config.scaling, flop))
    stretch = view.algorithms * own.efficiency
    serving_per_usd = future_serving_flop_per_usd(config, view, view.month + config.training.duration)
    ratio = _size_ratio(config, flop, optimum, served, flop / budgets / serving_per_usd)
    equivalent = sizing.equivalent_flop(config.scaling, flop, ratio)
    return Candidates(
        budget=budgets,
        flop=flop,
        params=ratio * optimum,
        capability=np.log(equivalent * stretch / config.technology.reference_flop),
    )


def _size_ratio(config: Config, flop: Array, optimum: Array, served: float, weight: Array) -> Array:
    """Size over compute-optimal size; `weight`: a serving FLOP's cost over a training FLOP's, all in."""
    kind = config.training.sizing
    if isinstance(kind, ComputeOptimal):
        return np.ones_like(flop)
    tokens = flop / (scaling.TRAINING_FLOP_PER_PARAM_TOKEN * optimum)
    ratio = sizing.size_ratio(config.scaling, sizing.service_weight(tokens, served, weight))
    return np.asarray(sizing.bounded_ratio(tokens / optimum, ratio, kind.most_tokens_per_param))


@dataclass(frozen=True)
class Appraisal:
    """What a provider expects of its possible runs."""

    options: Candidates
    gains: Array  # USD [candidate], discounted profit over keeping the model in hand, less the budget
    kept: float  # USD, discounted profit with the model in hand; 0 without one

    @property
    def best(self) -> Candidates | None:
        """The run with the largest gain, if that is positive."""
        pays = len(self.gains) > 0 and self.gains.max() > 0
        return self.options.only(int(np.argmax(self.gains))) if pays else None

    @property
    def worth(self) -> float:
        """Discounted profit over the life of the next model, or of the one in hand, USD."""
        return self.kept + max(float(self.gains.max(initial=0.0)), 0.0)

    @property
    def budget(self) -> float:
        """Budget of the best run; 0 where none pays."""
        return float(self.best.budget[0]) if self.best else 0.0


def appraise(
    config: Config, view: Published, ahead: MarketAhead, own: Own, held: Held | None = None
) -> Appraisal:
    """Expected discounted profit of runs over a model's life, against keeping the model in hand.

    `held` is a model that is not on sale yet; a seller keeps the one it sells.
    """
    outlook = prospect(config, view, ahead, own.index)
    options = _options(config, view, own, outlook)
    if view.selling[own.index]:
        held = Held(float(view.capability[own.index]), float(view.params[own.index]))
    keeps = [held] if held else []
    count = len(options.budget)
    if view.considered <= 0 or not count + len(keeps):
        return Appraisal(options, np.zeros(count), 0.0)
    params = np.append(options.params, [model.params for model in keeps])
    capability = np.append(options.capability, [model.capability for model in keeps])
    left = 1 - config.oversight.paid_share  # of revenue, after auditors
    costs = progress.serving_cost(params, future_serving_flop_per_usd(config, view, ahead.release)) / left
    values, margin = expected_value(config, view, capability), expected_margin(view, own.index)
    profits = left * investment.expected_profits(outlook, values, np.asarray(costs), margin)
    kept = float(profits[-1]) if keeps else 0.0
    return Appraisal(options, profits[:count] - kept - options.budget, kept)


def _options(config: Config, view: Published, own: Own, outlook: investment.Prospect) -> Candidates:
    """Runs up to what funds and law allow; none where that does not reach the smallest budget."""
    smallest, most = config.training.smallest_budget, largest_budget(config, view, own)
    if most < smallest:
        return Candidates(*np.empty((4, 0)))
    served = expected_tokens(view, own.index, outlook)
    return candidates(config, view, own, ladder(smallest, most), served)


def largest_budget(config: Config, view: Published, own: Own) -> float:
    """The largest budget that its funds and the law allow, USD; a cap on compute binds the run it buys."""
    cap = view.rules.flop_cap(view.names[own.index])
    if not np.isfinite(cap):
        return own.funds
    per_usd = progress.flop_per_usd(config.technology, view.month) / view.compute_premium
    worth = cap / progress.run_share(config.training) / per_usd
    return min(own.funds, progress.budget_of(config.training, worth, own.largest_budget))


def ladder(low: float, high: float) -> Array:
    """Candidate budgets from low to high, log-spaced, USD."""
    steps = np.exp(np.linspace(np.log(low), np.log(high), BUDGET_STEPS))
    steps[-1] = high
    return steps
