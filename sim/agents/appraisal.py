"""What training runs a provider could start, and what it expects of them, from the published view alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.agents.prospects import (
    MarketAhead,
    expected_service,
    expected_value,
    future_serving_flop_per_usd,
    prospects,
)
from sim.config import Config
from sim.config.training_rules import TrainingRule
from sim.economics import investment, progress, training
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


class Run(NamedTuple):
    """A training run that could be started."""

    budget: float  # USD
    flop: float
    params: float
    capability: float  # nat


class Choices(NamedTuple):
    """What providers can do, [provider, choice]: begin a run, by budget, or, last, sell the model in hand."""

    budget: Array  # USD; 0 of the model in hand, inf where a run is out of reach or no model there
    flop: Array  # FLOP
    params: Array
    capability: Array  # nat

    def run(self, provider: int, choice: int) -> Run:
        """One of a provider's."""
        return Run(*[table.item(provider, choice) for table in self])

    def hold(self, provider: int, model: Held) -> None:
        """Let a provider have a model to sell."""
        self.budget[provider, -1] = 0.0
        self.params[provider, -1] = model.params
        self.capability[provider, -1] = model.capability


def choices(
    config: Config, view: Published, ahead: MarketAhead, owns: Sequence[Own], means: Sequence[float],
    least: float, steps: int = BUDGET_STEPS,
) -> Choices:  # fmt: skip
    """Runs for `least` USD to what means allow, and the model on sale.

    Q from effective compute, size from physical compute and the tokens that it is expected to serve.
    """
    per_usd = progress.flop_per_usd(config.technology, view.month) / view.compute_premium
    serving_per_usd = future_serving_flop_per_usd(config, view, view.month + config.training.duration)
    worth = view.algorithms / config.technology.reference_flop
    able = training.Means(
        which=np.array([own.index for own in owns]),
        budget=np.array(means),
        largest=np.array([own.largest_budget for own in owns]),
        stretch=np.array([worth * own.efficiency for own in owns]),
    )
    monthly, months = expected_service(view, ahead)
    known = training.Known(view.selling, view.params, view.capability, monthly)
    found = training.choices(
        config.training, config.scaling, per_usd, serving_per_usd, able, known, months, least, steps
    )
    return Choices(*found)


class Appraisal(NamedTuple):
    """What a provider expects of its possible runs.

    A gain is discounted profit over keeping the model in hand, less the budget: -inf of runs beyond means
    and of those that are known not to be the best without being priced.
    """

    choices: Choices  # of all who were weighed together
    row: int  # its own among them
    gains: Array  # USD [run]
    kept: float  # USD, discounted profit with the model in hand; 0 without one
    first: int  # of the runs that gain most

    @property
    def gain(self) -> float:
        """The largest gain, USD."""
        return self.gains.item(self.first)

    @property
    def best(self) -> Run | None:
        """The run with the largest gain, if that is positive."""
        return self.choices.run(self.row, self.first) if self.gain > 0 else None

    @property
    def worth(self) -> float:
        """Discounted profit over the life of the next model, or of the one in hand, USD."""
        return self.kept + max(self.gain, 0.0)

    @property
    def budget(self) -> float:
        """Budget of the best run; 0 where none pays."""
        return self.best.budget if self.best else 0.0


NOTHING = Appraisal(Choices(*np.zeros((4, 1, 1))), 0, np.array([-np.inf]), 0.0, 0)  # nobody would buy


def appraise(
    config: Config, view: Published, ahead: MarketAhead, owns: Sequence[Own], held: Sequence[Held | None] = ()
) -> list[Appraisal]:
    """Expected discounted profit of runs over a model's life, against keeping the model in hand, by provider.

    `held` are models that are not on sale yet; a seller keeps the one it sells.
    """
    if view.considered <= 0:
        return [NOTHING] * len(owns)
    means = [largest_budget(config, view, own) for own in owns]
    able = choices(config, view, ahead, owns, means, config.training.smallest_budget)
    for row, model in enumerate(held):
        if model and not view.selling[owns[row].index]:
            able.hold(row, model)
    gains, kept, first = _gains(config, view, ahead, [own.index for own in owns], able)
    return [
        Appraisal(able, row, gains[row], keep, run)
        for row, (keep, run) in enumerate(zip(kept.tolist(), first.tolist(), strict=True))
    ]


def _gains(
    config: Config, view: Published, ahead: MarketAhead, providers: Sequence[int], able: Choices
) -> investment.Gains:
    """What runs bring over the model in hand and their budgets; auditors take a part of revenue."""
    left = 1 - config.oversight.paid_share
    costs = progress.serving_cost(able.params, future_serving_flop_per_usd(config, view, ahead.release))
    values = expected_value(config, view, able.capability)
    outlook = prospects(config, view, ahead, providers)
    return investment.gains_of_each(
        outlook, values, np.asarray(costs), ahead.margins[providers], able.budget, left
    )


def largest_budget(config: Config, view: Published, own: Own) -> float:
    """The largest budget that its funds and the law allow, USD; a cap on compute binds the run it buys."""
    cap = view.rules.flop_cap(view.names[own.index])
    if not math.isfinite(cap):
        return own.funds
    per_usd = progress.flop_per_usd(config.technology, view.month) / view.compute_premium
    worth = cap / progress.run_share(config.training) / per_usd
    return min(own.funds, progress.budget_of(config.training, worth, own.largest_budget))
