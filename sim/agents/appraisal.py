"""What training runs a provider could start, and what it expects of them, from the published view alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.prospects import (
    MarketAhead,
    expected_tokens,
    expected_value,
    future_serving_flop_per_usd,
    prospects,
)
from sim.config import Config
from sim.config.training_rules import TrainingRule
from sim.economics import investment, progress, training
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


class Candidates(NamedTuple):
    """Training runs that could be started, by budget, [provider, candidate]."""

    budget: Array  # USD
    flop: Array  # FLOP
    params: Array
    capability: Array  # nat

    def of(self, provider: int) -> "Candidates":
        """Those of one provider, [candidate]."""
        return Candidates(*(table[provider] for table in self))

    def only(self, provider: int, index: int) -> "Candidates":
        """One of a provider's, [1]."""
        return Candidates(*(table[provider, index : index + 1] for table in self))


def candidates(
    config: Config, view: Published, owns: Sequence[Own], budgets: Array, served: Array
) -> Candidates:
    """What budgets would buy: Q from effective compute, size from physical compute and tokens served.

    budgets: USD [provider, candidate]; served: tokens over the model's life [provider].
    """
    largest = np.array([own.largest_budget for own in owns])
    worth = view.algorithms / config.technology.reference_flop
    stretch = np.array([worth * own.efficiency for own in owns])
    per_usd = progress.flop_per_usd(config.technology, view.month) / view.compute_premium
    serving_per_usd = future_serving_flop_per_usd(config, view, view.month + config.training.duration)
    found = training.bought(
        config.training, config.scaling, per_usd, serving_per_usd, budgets, largest, served, stretch
    )
    return Candidates(budgets, *found)


class Appraisal(NamedTuple):
    """What a provider expects of its possible runs.

    A gain is discounted profit over keeping the model in hand, less the budget: -inf of runs beyond means
    and of those that are known not to be the best without being priced.
    """

    runs: Candidates  # of all who were weighed together
    row: int  # its own among them
    gains: Array  # USD [candidate]
    kept: float  # USD, discounted profit with the model in hand; 0 without one

    @property
    def best(self) -> Candidates | None:
        """The run with the largest gain, if that is positive."""
        largest = int(self.gains.argmax())
        return self.runs.only(self.row, largest) if self.gains[largest] > 0 else None

    @property
    def worth(self) -> float:
        """Discounted profit over the life of the next model, or of the one in hand, USD."""
        return self.kept + max(float(self.gains.max()), 0.0)

    @property
    def budget(self) -> float:
        """Budget of the best run; 0 where none pays."""
        return float(self.best.budget[0]) if self.best else 0.0


NOTHING = Appraisal(Candidates(*np.zeros((4, 1, 1))), 0, np.array([-np.inf]), 0.0)  # nobody would buy


def appraise(
    config: Config, view: Published, ahead: MarketAhead, owns: Sequence[Own], held: Sequence[Held | None] = ()
) -> list[Appraisal]:
    """Expected discounted profit of runs over a model's life, against keeping the model in hand, by provider.

    `held` are models that are not on sale yet; a seller keeps the one it sells.
    """
    if view.considered <= 0:
        return [NOTHING] * len(owns)
    which, smallest = [own.index for own in owns], config.training.smallest_budget
    most = np.array([largest_budget(config, view, own) for own in owns])
    budgets = ladder(smallest, np.maximum(most, smallest))
    runs = candidates(config, view, owns, budgets, expected_tokens(view, ahead, which))
    hand = in_hand(view, which, held)
    outlays = np.where(most[:, None] >= smallest, budgets, np.inf)
    profits = _profits(config, view, ahead, which, runs, hand, outlays)
    kept = np.where(hand.there, profits[:, -1], 0.0)
    gains = profits[:, :-1] - kept[:, None] - outlays
    return [Appraisal(runs, row, gains[row], keep) for row, keep in enumerate(kept.tolist())]


class InHand(NamedTuple):
    """The models that providers would go on with, [provider]."""

    there: NDArray[np.bool_]  # whether there is one
    capability: Array  # nat; 0 without one
    params: Array  # 1 without one


def in_hand(view: Published, which: Sequence[int], held: Sequence[Held | None] = ()) -> InHand:
    """What some providers sell, or else hold: `held` are models that are not on sale yet."""
    there = view.selling[which]
    found = InHand(
        there, np.where(there, view.capability[which], 0.0), np.where(there, view.params[which], 1.0)
    )
    for row, model in enumerate(held):
        if model and not there[row]:
            there[row], found.capability[row], found.params[row] = True, model.capability, model.params
    return found


def _profits(
    config: Config, view: Published, ahead: MarketAhead, providers: Sequence[int],
    runs: Candidates, hand: InHand, outlays: Array,
) -> Array:  # fmt: skip
    """Discounted profit of each run and, last, of the model in hand, USD [provider, candidate].

    -inf without a model in hand, and of runs that cannot be the best.
    """
    left = 1 - config.oversight.paid_share  # of revenue, after auditors
    per_usd = future_serving_flop_per_usd(config, view, ahead.release)
    params = np.concatenate([runs.params, hand.params[:, None]], axis=1)
    capability = np.concatenate([runs.capability, hand.capability[:, None]], axis=1)
    free = np.where(hand.there, 0.0, np.inf)
    costs = progress.serving_cost(params, per_usd) / left
    values = expected_value(config, view, capability)
    outlook = prospects(config, view, ahead, providers)
    outlays = np.concatenate([outlays, free[:, None]], axis=1) / left
    return left * investment.profits_of_each(
        outlook, values, np.asarray(costs), ahead.margins[providers], outlays
    )


def largest_budget(config: Config, view: Published, own: Own) -> float:
    """The largest budget that its funds and the law allow, USD; a cap on compute binds the run it buys."""
    cap = view.rules.flop_cap(view.names[own.index])
    if not math.isfinite(cap):
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
