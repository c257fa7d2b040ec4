"""How providers decide on training runs: rules chosen by name, which see the published view and own books."""

from collections.abc import Mapping, Sequence

import numpy as np

from sim import extending
from sim.agents.appraisal import Appraisal, Own, Run, appraise, choices, largest_budget
from sim.agents.prospects import MarketAhead
from sim.config import Config
from sim.config.extension import OwnRule
from sim.config.training_rules import FixedPlan, NetPresentValue, Race, ReinvestShare
from sim.economics import progress
from sim.published import Published


def weigh(config: Config, view: Published, ahead: MarketAhead, owns: Sequence[Own]) -> dict[int, Appraisal]:
    """What those expect of their runs who weigh profits and can train, by provider."""
    weighing = [
        own for own in owns if isinstance(own.rule, NetPresentValue) and _can_train(config, view, own)
    ]
    found = appraise(config, view, ahead, weighing) if weighing else []
    return {own.index: one for own, one in zip(weighing, found, strict=True)}


def best_runs(
    config: Config, view: Published, ahead: MarketAhead, owns: Sequence[Own], weighed: Mapping[int, Appraisal]
) -> list[Run | None]:
    """The run that each provider starts now by its own rule, or None."""
    return [
        weighed[own.index].best if own.index in weighed else _by_rule(config, view, ahead, own)
        for own in owns
    ]


def _can_train(config: Config, view: Published, own: Own) -> bool:
    """Whether funds and law reach the smallest budget."""
    return largest_budget(config, view, own) >= config.training.smallest_budget


def _by_rule(config: Config, view: Published, ahead: MarketAhead, own: Own) -> Run | None:
    """The run that a rule other than the weighing of profits starts."""
    rule = own.rule
    if not _can_train(config, view, own):
        return None
    if isinstance(rule, FixedPlan):
        return _next_planned(config, view, ahead, own, rule)
    if isinstance(rule, ReinvestShare):
        return _reinvest(config, view, ahead, own, rule)
    if isinstance(rule, Race):
        return _race(config, view, ahead, own, rule)
    if isinstance(rule, OwnRule):
        return _own(config, view, ahead, own, rule)
    return None


def _run_of(config: Config, view: Published, ahead: MarketAhead, own: Own, budget: float) -> Run:
    """What a budget buys, sized for what the provider expects to serve."""
    return choices(config, view, ahead, [own], [budget], budget, steps=1).run(0, 0)


def _reinvest(
    config: Config, view: Published, ahead: MarketAhead, own: Own, rule: ReinvestShare
) -> Run | None:
    r"""The run that a share of profits pays: $F = \sigma\,G\,d/12$, G gross profit of the year, d duration.

    Without sales a share of the funds. None where that is too little or would not better the model in hand.
    """
    if view.selling[own.index]:
        years = config.training.duration / progress.MONTHS
        budget = rule.share * float(view.money.gross_of_year[own.index]) * years
    else:
        budget = rule.seed_share * own.funds
    budget = min(budget, largest_budget(config, view, own))
    if budget < config.training.smallest_budget:
        return None
    run = _run_of(config, view, ahead, own, budget)
    return run if _betters(view, own, run) else None


def _race(config: Config, view: Published, ahead: MarketAhead, own: Own, rule: Race) -> Run | None:
    r"""The cheapest run that matches the frontier, $Q \ge \max(F + \dot F d, Q_{announced}) + \ln f$.

    d duration, f the factor. Where purse or law do not reach so far, the best it can do, if that betters the
    model in hand.
    """
    purse = max(rule.purse_share * own.funds, config.training.smallest_budget)
    purse = min(purse, largest_budget(config, view, own))
    able = choices(config, view, ahead, [own], [purse], config.training.smallest_budget)
    aim = _frontier_at_release(config, view, own) + np.log(rule.factor)
    log_budget = np.interp(aim, able.capability[0, :-1], np.log(able.budget[0, :-1]))
    run = _run_of(config, view, ahead, own, float(np.exp(log_budget)))
    return run if _betters(view, own, run) else None


def _frontier_at_release(config: Config, view: Published, own: Own) -> float:
    """The frontier as it will be: its trend, or a better model that a rival has announced, nat."""
    trend = view.frontier + view.trend * config.training.duration if view.selling.any() else 0.0
    return max([trend, *(plan.capability for plan in view.plans if plan.provider != own.index)])


def _next_planned(
    config: Config, view: Published, ahead: MarketAhead, own: Own, rule: FixedPlan
) -> Run | None:
    """The next run of the list, once its month has come; less where funds or law do not reach so far."""
    plan = sorted(rule.runs, key=lambda run: (run.month, run.name))
    if own.begun >= len(plan) or view.month < plan[own.begun].month:
        return None
    budget = min(plan[own.begun].budget, largest_budget(config, view, own))
    return _run_of(config, view, ahead, own, budget)


def _own(config: Config, view: Published, ahead: MarketAhead, own: Own, rule: OwnRule) -> Run | None:
    """The run that an extension asks for, as far as funds and law reach; None below the smallest budget."""
    asked = extending.brought(extending.TRAINING_RULE, rule.rule)
    said = asked(view, own)
    if said is None:
        return None
    if not isinstance(said, int | float | np.number) or not np.isfinite(said):
        raise asked.refuse(said, "a budget in USD, or None")
    budget = min(float(said), largest_budget(config, view, own))
    if budget < config.training.smallest_budget:
        return None
    return _run_of(config, view, ahead, own, budget)


def _betters(view: Published, own: Own, run: Run) -> bool:
    """Whether a run promises more than the model in hand."""
    return not view.selling[own.index] or bool(run.capability > view.capability[own.index])
