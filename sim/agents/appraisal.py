"""What training runs a provider could start, and what it expects of them, from the published view alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from sim.agents.prospects import (
    MarketAhead,
    expected_tokens,
    expected_value,
    future_serving_flop_per_usd,
    prospects,
)
from sim.config import Config
from sim.config.technology import ComputeOptimal
from sim.config.training_rules import TrainingRule
from sim.economics import investment, progress, scaling, sizing
from sim.economics.scaling import Array, Real
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
    """Training runs that could be started, by budget, [candidate] or [provider, candidate]."""

    budget: Array  # USD
    flop: Array  # FLOP
    params: Array
    capability: Array  # nat

    def only(self, index: int) -> "Candidates":
        """One of a provider's."""
        return Candidates(*(column[index : index + 1] for column in vars(self).values()))

    def of(self, row: int) -> "Candidates":
        """Those of one provider."""
        return Candidates(*(table[row] for table in vars(self).values()))


NO_RUNS = Candidates(*np.empty((4, 0)))


def candidates(
    config: Config, view: Published, budgets: Array, largest: Real, efficiency: Real, served: Real
) -> Candidates:
    """What budgets would buy: Q from effective compute, size from physical compute and tokens served.

    `largest` earlier budget, engineering `efficiency`, tokens to be `served`: the provider's, or columns that
    go with rows of budgets.
    """
    worth = progress.effective_budget(config.training, budgets, largest)
    per_usd = progress.flop_per_usd(config.technology, view.month) / view.compute_premium
    flop = np.asarray(progress.physical_flop(config.training, worth, per_usd))
    optimum = np.asarray(scaling.optimal_params(config.scaling, flop))
    stretch = view.algorithms * efficiency
    serving_per_usd = future_serving_flop_per_usd(config, view, view.month + config.training.duration)
    ratio = _size_ratio(config, flop, optimum, served, flop / budgets / serving_per_usd)
    equivalent = sizing.equivalent_flop(config.scaling, flop, ratio)
    return Candidates(
        budget=budgets,
        flop=flop,
        params=ratio * optimum,
        capability=np.log(equivalent * stretch / config.technology.reference_flop),
    )


def _size_ratio(config: Config, flop: Array, optimum: Array, served: Real, weight: Array) -> Array:
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
        if not len(self.gains):
            return None
        largest = int(self.gains.argmax())
        return self.options.only(largest) if self.gains[largest] > 0 else None

    @property
    def worth(self) -> float:
        """Discounted profit over the life of the next model, or of the one in hand, USD."""
        return self.kept + max(float(self.gains.max(initial=0.0)), 0.0)

    @property
    def budget(self) -> float:
        """Budget of the best run; 0 where none pays."""
        return float(self.best.budget[0]) if self.best else 0.0


def appraise(
    config: Config, view: Published, ahead: MarketAhead, owns: Sequence[Own], held: Sequence[Held | None] = ()
) -> list[Appraisal]:
    """Expected discounted profit of runs over a model's life, against keeping the model in hand, by provider.

    `held` are models that are not on sale yet; a seller keeps the one it sells.
    """
    smallest = config.training.smallest_budget
    most = np.array([largest_budget(config, view, own) for own in owns])
    runs = _runs(config, view, ahead, owns, np.maximum(most, smallest))
    options = [
        runs.of(row) if reached else NO_RUNS for row, reached in enumerate((most >= smallest).tolist())
    ]
    if view.considered <= 0:
        return [Appraisal(some, np.zeros(len(some.budget)), 0.0) for some in options]
    keeps = [_in_hand(view, own.index, one) for own, one in zip_longest(owns, held)]
    profits = _profits(config, view, ahead, [own.index for own in owns], runs, keeps)
    kept = np.where([model is not None for model in keeps], profits[:, -1], 0.0)
    gains = profits[:, :-1] - kept[:, None] - runs.budget
    return [
        Appraisal(some, gain[: len(some.budget)], keep)
        for some, gain, keep in zip(options, gains, kept.tolist(), strict=True)
    ]


def _runs(
    config: Config, view: Published, ahead: MarketAhead, owns: Sequence[Own], most: Array
) -> Candidates:
    """Runs of each provider up to the most it could pay, [provider, candidate]."""
    served = expected_tokens(view, ahead, [own.index for own in owns])
    known = np.array([(own.largest_budget, own.efficiency) for own in owns])
    return candidates(
        config, view, ladder(config.training.smallest_budget, most),
        largest=known[:, :1], efficiency=known[:, 1:], served=served[:, None],
    )  # fmt: skip


def _in_hand(view: Published, index: int, held: Held | None) -> Held | None:
    """The model that a provider would go on with."""
    if view.selling[index]:
        return Held(float(view.capability[index]), float(view.params[index]))
    return held


def _profits(
    config: Config, view: Published, ahead: MarketAhead, providers: Sequence[int],
    runs: Candidates, keeps: Sequence[Held | None],
) -> Array:  # fmt: skip
    """Discounted profit of each run and, last, of the model in hand, if any, USD [provider, candidate]."""
    stand_in = Held(0.0, 1.0)
    models = np.array([(model.capability, model.params) for model in (one or stand_in for one in keeps)])
    left = 1 - config.oversight.paid_share  # of revenue, after auditors
    per_usd = future_serving_flop_per_usd(config, view, ahead.release)
    params = np.concatenate([runs.params, models[:, 1:]], axis=1)
    capability = np.concatenate([runs.capability, models[:, :1]], axis=1)
    costs = progress.serving_cost(params, per_usd) / left
    values = expected_value(config, view, capability)
    outlook = prospects(config, view, ahead, providers)
    return left * investment.profits_of_each(outlook, values, np.asarray(costs), ahead.margins[providers])


def largest_budget(config: Config, view: Published, own: Own) -> float:
    """The largest budget that its funds and the law allow, USD; a cap on compute binds the run it buys."""
    cap = view.rules.flop_cap(view.names[own.index])
    if not np.isfinite(cap):
        return own.funds
    per_usd = progress.flop_per_usd(config.technology, view.month) / view.compute_premium
    worth = cap / progress.run_share(config.training) / per_usd
    return min(own.funds, progress.budget_of(config.training, worth, own.largest_budget))


def ladder(low: float, high: Real) -> Array:
    """Candidate budgets from low to high, log-spaced, USD [..., candidate]."""
    start, end = np.log(low), np.asarray(np.log(high))
    steps = np.exp(start + np.arange(BUDGET_STEPS) * ((end - start) / (BUDGET_STEPS - 1))[..., None])
    steps[..., -1] = high
    return steps
