"""Tries an extension: do books balance, is equal luck equal, and does the order of asking not matter?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.testing import assert_frame_equal
from threadpoolctl import threadpool_limits

from sim.errors import UserError
from sim.extending import ENTRY_RULE, MEASURE, OUTCOME, TRAINING_RULE, VALUE_MAP, Brought, in_use, read
from sim.model import Market, tables
from sim.phases.reconcile import BooksDoNotBalanceError
from sim.recorder import Recorder
from sim.scenario import Scenario, load_with
from sim.scenario.files import read_extension
from sim.studies.promises import broken_in_month, broken_in_tables

MONTHS, SEED = 36, 3
LIVELY = {
    "demand.workloads": 600,
    "pricing.panel_per_segment": 2,
    "adoption.considering_at_start": 0.3,
    "calendar.months": MONTHS,
}  # a small market in which much happens
MANY = {f"entrants.{name}.rate": 5.0 for name in ("late_startup", "chinese_startup", "late_giant")}
Settings = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What one test of one thing showed; an empty sentence is a pass."""

    thing: str
    test: str
    sentence: str


@dataclass(frozen=True)
class _Played:
    """What is compared between runs of one scenario."""

    months: pd.DataFrame
    providers: pd.DataFrame
    ledger: pd.DataFrame
    broken: str  # the first promise that was not kept


def check(path: Path) -> list[Verdict]:
    """Play a small market with each thing that an extension brings. Raises `UserError` for a bad file."""
    extension = read_extension(path)
    found = []
    for thing in read(extension):
        if thing.kind in SETTINGS:
            scenario = load_with((extension,), LIVELY | SETTINGS[thing.kind](thing.name))
            found += _verdicts(thing, scenario)
    return found


def _training(name: str) -> Settings:
    base = {"kind": "extension", "rule": name}
    who = ("first_mover", "search_giant", "cloud_giant")
    return {f"providers.{one}.training.{key}": value for one in who for key, value in base.items()}


def _measure(name: str) -> Settings:
    said = {
        "kind": "extension", "rule": name, "description": "On trial.", "start": "2020-10", "end": "2199-12",
        "jurisdictions": ["united_states"], "target": "domestic",
    }  # fmt: skip
    return {f"policies.on_trial.{key}": value for key, value in said.items()}


SETTINGS: dict[str, Callable[[str], Settings]] = {
    TRAINING_RULE: _training,
    MEASURE: _measure,
    ENTRY_RULE: lambda name: MANY | {"entry.rule.kind": "extension", "entry.rule.rule": name},
    VALUE_MAP: lambda name: {"demand.value.kind": "extension", "demand.value.rule": name},
    OUTCOME: lambda _: {},
}  # kind of thing -> settings under which it is asked


def _verdicts(thing: Brought, scenario: Scenario) -> list[Verdict]:
    """The three tests of one thing; what fails to play is told once."""
    name = f"{thing.kind} '{thing.name}'"
    try:
        first, again, mixed = (_play(scenario, order) for order in (None, None, _mixed(scenario)))
    except BooksDoNotBalanceError as error:
        return [Verdict(name, "ledger", f"the books do not balance: {error}.")]
    except UserError as error:
        return [Verdict(name, "plays", str(error))]
    return [
        Verdict(name, "ledger", first.broken),
        Verdict(name, "determinism", _differs(first, again, "two runs with equal luck differ", 0.0)),
        Verdict(
            name, "order", _differs(first, mixed, "the order in which providers are asked matters", 1e-9)
        ),
    ]


def _mixed(scenario: Scenario) -> NDArray[np.intp]:
    """Another order of all who are or may come."""
    slots = len(scenario.config.providers) + sum(kind.most for kind in scenario.config.entrants)
    return np.random.default_rng(SEED).permutation(slots)


def _play(scenario: Scenario, order: NDArray[np.intp] | None) -> _Played:
    """Play a scenario, with the providers in another order where one is given."""
    with threadpool_limits(1), in_use(scenario.extensions):
        market = Market(scenario.config, MONTHS, SEED)
        if order is not None:
            reorder(market, order)
        broken = ""
        for _ in range(MONTHS):
            market.step()
            broken = broken or next(broken_in_month(market), "")
    months, providers, *others = tables(market, ("months", "providers", "products", "jurisdictions")).values()
    broken = broken or next((sentence for _, sentence in broken_in_tables(months, providers, *others)), "")
    providers = providers.sort_values(["month", "provider"], ignore_index=True)
    return _Played(months, providers, _sums(market), f"{broken}." if broken else "")


def reorder(market: Market, order: NDArray[np.intp]) -> None:
    """Put the providers of a market that has not begun in another order."""
    market.providers = [market.providers[i] for i in order]
    for place, provider in enumerate(market.providers):
        provider.place = place
    market.names = tuple(provider.name for provider in market.providers)
    market.ownership = tuple(provider.config.ownership for provider in market.providers)
    market.homes = market.homes[order]
    market.tastes = market.tastes[:, [*order, -2, -1]]
    market.recorder = Recorder(market.names, market.recorder.places)


def _sums(market: Market) -> pd.DataFrame:
    """Payments by month, kind and parties."""
    keys = ["month", "kind", "payer", "payee"]
    return market.ledger.table().groupby(keys)["amount"].sum().reset_index()


def _differs(one: _Played, other: _Played, sentence: str, room: float) -> str:
    """A sentence with the first difference; empty where there is none."""
    for table in ("months", "providers", "ledger"):
        here, there = getattr(one, table), getattr(other, table)
        try:
            assert_frame_equal(here, there, rtol=room, atol=room, check_exact=not room)
        except AssertionError as error:
            return f"{sentence}: {table}: {str(error).splitlines()[0]}."
    return ""
