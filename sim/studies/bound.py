"""How many firms the market keeps where quality is bought: the whole program against the lines of theory.

The scenario `studies/frictionless.toml` switches off all that the bound leaves out. What is then played is
still the program: providers that decide by expected profit on one published view, in the same months. Where
it departs from the lines, experiments change one thing that theory has and the program has not; then each
mechanism of the baseline is turned on alone.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.events import Veto
from sim.model import run
from sim.scenario import Scenario, load
from sim.streams import key
from sim.sweep.executors import side_by_side

SCENARIO = "studies/frictionless.toml"
CAP = 1000  # firms that may come
ARRIVALS = {True: 24.0, False: 100.0}  # 1/yr, where theta is above 1, and where a thousand may fit
MONTHS, LAST = 180, 36  # played; at the end, over which is averaged
TURN = 12  # month between a firm's turns
Settings = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Turns(Veto):
    """Leaves out all starts of runs but of those whose turn it is; each has one month in `last`."""

    def forbids(self, kind: str, who: str, month: int) -> bool:
        """Whether it is not this provider's turn."""
        return kind == self.kind and (key(who) - month) % self.last != 0


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
    r"""The frictionless market of a case; its taste for capability gives theta where all else is off.

    $a = \theta(1-\rho) + \alpha\varepsilon_c$, with the cost elasticity $\beta/(\alpha+\beta)$ of its law.
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
    with closing(side_by_side(play, cases, workers)) as ended:
        for number, future in ended:
            found[number] = future.result()
            if progress:
                progress(len(found), len(cases))
    return pd.DataFrame([found[number] for number in range(len(cases))])
