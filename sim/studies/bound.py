"""How many firms the market keeps where quality is bought: the whole program against the lines of theory.

The scenario `studies/frictionless.toml` switches off all that the bound leaves out. What is then played is
still the program: providers that decide by expected profit on one published view, in the same months. Where
it departs from the lines, experiments change one thing that theory has and the program has not; then each
mechanism of the baseline is turned on alone.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sim.events import Veto
from sim.model import run
from sim.scenario import Scenario, load
from sim.streams import name_key
from sim.sweep.executors import LocalExecutor

SCENARIO = "studies/frictionless.toml"
THETAS = (0.5, 0.75, 0.9, 1.1, 1.2, 1.35, 1.5, 2.0, 2.5)
SIZES = (1e8, 1e9, 1e10, 1e11)  # USD/yr, what customers spend
CAP = 1000  # firms that may come
ARRIVALS = {True: 24.0, False: 100.0}  # 1/yr, where theta is above 1, and where a thousand may fit
MONTHS, LAST = 180, 36  # played; at the end, over which is averaged
QUICK_MONTHS, QUICK_LAST = 60, 12
TURN = 12  # month between a firm's turns
PERISHABLE = 4.0  # month in which progress halves the compute for a model, where models perish
Settings = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Turns(Veto):
    """Leaves out all starts of runs but of those whose turn it is; each has one month in `last`."""

    def forbids(self, kind: str, who: str, month: int) -> bool:
        """Whether it is not this provider's turn."""
        return kind == self.kind and (name_key(who) - month) % self.last != 0


@dataclass(frozen=True)
class Case:
    """One market to play."""

    label: str
    theta: float  # net of what a bigger model costs to serve
    size: float  # USD/yr
    settings: tuple[tuple[str, Any], ...] = ()
    in_turns: bool = False
    seed: int = 0
    months: int = MONTHS
    last: int = LAST


def market(case: Case) -> Scenario:
    """The frictionless market of a case; its taste for capability gives theta where all else is off.

    $a = \\theta(1-\\rho) + \\alpha\\varepsilon_c$, with the cost elasticity $\\beta/(\\alpha+\\beta)$ of its law.
    """
    plain = load(SCENARIO)
    law, demand = plain.config.scaling, plain.config.demand
    cost = law.data_exp / (law.size_exp + law.data_exp)
    rho = dict(case.settings).get("demand.nest_correlation", demand.nest_correlation)
    own = {
        "demand.capability_taste": case.theta * (1.0 - rho) + demand.price_sensitivity * cost,
        "demand.addressable_spend": case.size,
        "entrants.late_startup.rate": ARRIVALS[case.theta > 1.0],
        "entrants.late_startup.most": CAP,
    }
    return plain.amend(own | dict(case.settings))


def play(case: Case) -> dict[str, Any]:
    """One row: what the market was like over its last months, and what happened in it.

    effective: 1/HHI where something was sold; sellers: mean number; spend_share: training over revenue.
    """
    turns = Turns("training", "", 0, TURN) if case.in_turns else None
    played = run(market(case), case.months, case.seed, without=turns)
    last, kinds = played.months.tail(case.last), played.events["kind"].value_counts()
    revenue = float(last["revenue"].sum())
    return {
        "case": case.label, "theta": case.theta, "size": case.size, "seed": case.seed,
        "effective": float(last["effective_number"].mean()),
        "sellers": float(last["providers"].mean()),
        "leader_share": float(last["leader_share"].mean()),
        "spend_share": float(last["training_outlay"].sum()) / revenue if revenue else float("nan"),
        "entries": int(kinds.get("entry", 0)), "exits": int(kinds.get("exit", 0)),
    }  # fmt: skip


def play_all(cases: Sequence[Case], workers: int = 1, progress: Progress | None = None) -> pd.DataFrame:
    """All cases, one row each, in their order; the values do not depend on `workers`."""
    found: dict[int, dict[str, Any]] = {}

    def note(number: int, row: dict[str, Any]) -> None:
        found[number] = row
        if progress:
            progress(len(found), len(cases))

    if workers == 1:
        for number, case in enumerate(cases):
            note(number, play(case))
    else:
        with closing(_side_by_side(cases, workers)) as finished:
            for number, row in finished:
                note(number, row)
    return pd.DataFrame([found[number] for number in range(len(cases))])


def _side_by_side(cases: Sequence[Case], workers: int):  # type: ignore[no-untyped-def]
    with LocalExecutor(min(workers, len(cases))) as executor:
        try:
            numbers = {executor.submit(play, case): number for number, case in enumerate(cases)}
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        except BaseException:
            executor.kill()
            raise


AS_IT_IS, IN_TURNS, PERISHING, BOTH = "as it is", "in turns", "models perish", "in turns, models perish"


def grid(quick: bool = False) -> list[Case]:
    """The market as it is, and with firms deciding in turns on models that perish, over theta and size."""
    thetas = (0.5, 1.5) if quick else THETAS
    sizes = (1e8, 1e9) if quick else SIZES
    cases = [Case(AS_IT_IS, theta, size) for theta in thetas for size in sizes]
    cases += [_explained(Case(BOTH, theta, size)) for theta in thetas for size in sizes if theta > 1.0]
    return _lengths(cases, quick)


def _explained(case: Case) -> Case:
    """The same, in turns and with models that perish."""
    return replace(case, in_turns=True, settings=(*case.settings, ("technology.halving_time", PERISHABLE)))


def _lengths(cases: list[Case], quick: bool) -> list[Case]:
    months, last = (QUICK_MONTHS, QUICK_LAST) if quick else (MONTHS, LAST)
    return [replace(case, months=months, last=last) for case in cases]


FOUND_AT = (1.2, 1.5, 2.0)  # theta of the experiments
FOUND_SIZES = (1e9, 1e10)  # USD/yr
FIRM, NEWCOMER = "providers.search_giant", "entrants.late_startup"


def departures(quick: bool = False) -> list[Case]:
    """Experiments that change one thing in which the program differs from theory, at several theta."""
    perish: Settings = {"technology.halving_time": PERISHABLE}
    changes: list[tuple[str, Settings, bool]] = [
        (AS_IT_IS, {}, False),
        (IN_TURNS, {}, True),
        (PERISHING, perish, False),
        (BOTH, perish, True),
        ("judged for two years", {"training.model_life": 24}, False),
        ("half a year to train", {"training.duration": 6, "training.model_life": 6}, False),
        ("100 come a year", {f"{NEWCOMER}.rate": 100.0}, False),
        ("six come a year", {f"{NEWCOMER}.rate": 6.0}, False),
        ("purse of a tenth of sales", _purse(0.1), False),
    ]
    thetas, sizes = ((1.5,), (1e9,)) if quick else (FOUND_AT, FOUND_SIZES)
    cases = [
        Case(label, theta, size, _scaled(settings, size), turns)
        for label, settings, turns in (changes[:2] if quick else changes)
        for theta in thetas
        for size in sizes
    ]
    return _lengths(cases, quick)


def _purse(share: float) -> Settings:
    """Purses as a share of yearly sales, to be scaled by them."""
    return {f"{FIRM}.cash": ("sales", share), f"{NEWCOMER}.purse": ("sales", share)}


def _scaled(settings: Settings, size: float) -> tuple[tuple[str, Any], ...]:
    """Settings with shares of sales as amounts of money."""
    return tuple((k, v[1] * size if isinstance(v, tuple) else v) for k, v in settings.items())


ALONE_AT, ALONE_SIZE, SEEDS = 1.35, 1e10, 3
MECHANISMS: dict[str, Settings] = {
    "none": {},
    "serving cost rises with size": {
        "scaling.size_exp": 0.3478, "scaling.data_exp": 0.3658, "scaling.size_coef": 482.01,
    },
    "scaling up takes time": {
        "training.knee_exponent": 0.3, f"{FIRM}.largest_budget": 1e6, f"{NEWCOMER}.largest_budget": 1e6,
    },
    "beliefs": {
        "belief.kind": "extrapolated", "belief.conviction_at_start": 0.3, "belief.conviction_gain": 0.15,
        "belief.growth_memory": 12,
    },
    "luck of runs": {"training.luck": 0.3},
    "competence differs and leaks": {"competence.discovery": 0.15, "competence.leak_rate": 0.7},
    "customers have tastes": {"demand.taste_spread": 0.5},
    "customers differ": {"demand.price_sensitivity_spread": 0.3, "demand.capability_taste_spread": 0.2},
    "likeness of rivals": {"demand.nest_correlation": 0.6},
    "yearly reviews, switching costs": {"demand.review_rate": 1.0, "demand.switching_cost": 1.1},
    "trust": {"trust.rise": 0.1, "trust.fall": 1.0, "trust.adoption_pull": 1.0, "domains.software.correctness": 1.0},
    "machines and open weights": {
        "demand.engineering_cost": 1.0, "open_frontier.local_engineering": 0.5,
        "open_frontier.open_engineering": 1.2,
    },
    "diffusion": {"adoption.considering_at_start": 0.01},
    "worth levels off": {"demand.value.kind": "saturating", "demand.value.plateau": 25.0},
    "small purses": _purse(0.1),
    "small purses and price wars": _purse(0.1) | {"rivalry.motive": "telser", "rivalry.antitrust": "off"},
    "a measure: half a year's sales for the first": {f"{FIRM}.backing": ("sales", 0.5)},
}  # fmt: skip


def alone(quick: bool = False) -> list[Case]:
    """Each mechanism of the baseline alone, on the market in turns with models that perish."""
    names = list(MECHANISMS)[:2] if quick else list(MECHANISMS)
    size, seeds = (1e9, 1) if quick else (ALONE_SIZE, SEEDS)
    cases = [
        _explained(Case(name, ALONE_AT, size, _scaled(MECHANISMS[name], size), seed=seed))
        for name in names
        for seed in range(seeds)
    ]
    return _lengths(cases, quick)
