"""Random scenarios keep what the model promises, and what breaks a promise is told with its draw."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.columns import NOBODY
from sim.model import Market
from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.scenario.files import presets
from sim.studies import fuzz
from sim.studies.draws import MOST_MEASURES, drawn_scenario
from sim.studies.promises import (
    EMPTY_AT_TIMES,
    EMPTY_WITHOUT,
    POSITIVE,
    SHARES,
    broken_in_month,
    broken_in_tables,
)
from tests.door.door import assert_refused, megamarket

MONTHS = 5


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_forty_random_scenarios_keep_every_promise(first: int) -> None:
    found = [
        failure for number in range(first, first + 10) for failure in fuzz.failures_of(number, 1, MONTHS)
    ]
    assert [(one.draw, one.month, one.sentence) for one in found] == []


def test_every_quantity_with_a_range_is_drawn_within_it() -> None:
    drawn = [drawn_scenario(0, number, 24) for number in range(12)]
    resolution = {"calendar.months", "demand.workloads", "pricing.panel_per_segment"}
    elsewhere = resolution | {"open_frontier.leap_month", "adoption.considering_at_start"}
    for scenario in drawn:
        free = [leaf for leaf in scenario.leaves if leaf.path not in elsewhere and leaf.low is not None]
        assert not [leaf.path for leaf in free if leaf.outside_range]
        assert len(free) > 350
    baseline = {leaf.path: leaf for leaf in sim.load("baseline").leaves}
    moved = {
        leaf.path
        for one in drawn
        for leaf in one.leaves
        if leaf.path in baseline and leaf.value != baseline[leaf.path].value
    }
    ranged = {path for path, leaf in baseline.items() if leaf.low is not None and leaf.low < leaf.high}
    assert ranged - moved == set()


def test_draws_use_every_alternative_and_every_measure() -> None:
    drawn = [drawn_scenario(0, number, 24) for number in range(60)]
    kinds = {policy.kind for one in drawn for policy in one.config.policies}
    assert {
        policy.kind for name in presets() for policy in sim.load("baseline", policies=[name]).config.policies
    } == kinds
    assert max(len(one.config.policies) for one in drawn) >= MOST_MEASURES
    assert {one.config.demand.value.kind for one in drawn} == {"linear", "saturating", "threshold"}
    rules = {provider.training.kind for one in drawn for provider in one.config.providers}
    assert rules == {"npv", "reinvest_share", "race", "fixed_plan", "never"}
    prices = {provider.pricing.kind for one in drawn for provider in one.config.providers}
    assert prices == {"bertrand", "conduct", "at_cost", "capped"}
    assert {one.config.oversight.allocation for one in drawn} == {"use", "equal", "frontier", "unfound"}
    assert any(one.config.mergers for one in drawn)


def test_a_draw_is_the_same_again_and_another_is_another() -> None:
    assert drawn_scenario(3, 5, 12).digest == drawn_scenario(3, 5, 12).digest
    assert len({drawn_scenario(seed, number, 12).digest for seed in (0, 1) for number in (0, 1)}) == 4


def test_a_broken_model_is_found_and_its_scenario_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    honest = Market.step

    def dishonest(self: Market) -> None:
        honest(self)
        if self.month == 3:
            self.trust[0, 0] = 1.5

    monkeypatch.setattr(Market, "step", dishonest)
    done = megamarket("fuzz", "--draws", "2", "--months", "4", "--workers", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert "draw 0, month 2: trust lies outside (0, 1)" in done.stdout
    assert "2 of 2 failed" in done.stdout
    table = pd.read_csv(tmp_path / "runs" / "fuzz" / "failures.csv")
    assert set(table.draw) == {0, 1}
    again = sim.load(tmp_path / "runs" / "fuzz" / "draw-1.toml")
    assert again.config == drawn_scenario(0, 1, 4).config


def test_an_error_of_a_run_is_a_failure_with_its_month(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Market.publish

    def stumbling(self: Market) -> None:
        honest(self)
        if self.month == 1:
            raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(Market, "publish", stumbling)
    (found,) = fuzz.run(1, months=3)
    assert (found.draw, found.month, found.sentence) == (0, 1, "ZeroDivisionError: by nothing")
    assert found.toml.startswith("title")


def test_processes_find_what_one_finds_and_a_clean_run_says_so(tmp_path: Path) -> None:
    assert fuzz.run(2, 7, 2, workers=2) == fuzz.run(2, 7, 2)
    done = megamarket("fuzz", "--draws", "1", "--months", "2", "--workers", "1", cwd=tmp_path)
    assert done.returncode == 0
    assert "kept every promise" in done.stdout
    assert not (tmp_path / "runs").exists()
    assert_refused(megamarket("fuzz", "--months", "0", cwd=tmp_path), "months: is 0; expected")


def test_all_promises_are_about_series_that_exist() -> None:
    registries = (*OUTCOMES, *PROVIDER_SERIES, *PRODUCT_SERIES, *JURISDICTION_SERIES)
    known = {series.name for series in registries}
    assert {*EMPTY_AT_TIMES, *EMPTY_WITHOUT, *EMPTY_WITHOUT.values(), *SHARES, *POSITIVE} <= known


def spoilt(run: sim.Run, table: str, name: str, value: float) -> list[str]:
    frames = {name: getattr(run, name) for name in ("months", "providers", "products", "jurisdictions")}
    frame = frames[table].copy()
    sold = {
        "months": run.months.revenue > 0,
        "providers": run.providers.selling == 1,
        "products": run.products.use > 0,
        "jurisdictions": run.jurisdictions.served > 0,
    }
    frame.loc[sold[table][sold[table]].index[-1], name] = value
    return [sentence for _, sentence in broken_in_tables(**{**frames, table: frame})]


@pytest.mark.parametrize(
    ("table", "name", "value", "words"),
    [
        ("months", "hhi", np.nan, "hhi is empty though revenue is not"),
        ("months", "hhi", 10_001.0, "hhi is outside 0 to 10000"),
        ("months", "using", 1.1, "using is outside 0 to 1"),
        ("months", "revenue", -1.0, "revenue is outside 0 to inf"),
        ("months", "frontier", np.inf, "frontier is outside -inf to inf"),
        ("months", "mean_price", 0.0, "mean_price is outside 0 to inf"),
        ("months", "entries", np.nan, "entries is empty"),
        ("providers", "share", 0.999, "shares of revenue do not add up to one"),
        ("providers", "trust", 1.2, "trust is outside 0 to 1"),
        ("providers", "price", np.nan, "price is empty"),
        ("products", "price", -2.0, "price is outside 0 to inf"),
        ("products", "use", np.nan, "use of a product is empty"),
        ("jurisdictions", "served", 1.1, "served is outside 0 to 1"),
        ("jurisdictions", "sales", np.nan, "sales of a jurisdiction is empty"),
    ],
)  # fmt: skip
def test_each_promise_is_looked_at(
    small_run: sim.Run, table: str, name: str, value: float, words: str
) -> None:
    kept = small_run.months, small_run.providers, small_run.products, small_run.jurisdictions
    assert not list(broken_in_tables(*kept))
    assert any(sentence.startswith(words) for sentence in spoilt(small_run, table, name, value))


def test_the_state_of_a_market_is_looked_at(small: sim.Scenario) -> None:
    def told(spoil: object) -> str:
        market = Market(small.amend({"adoption.considering_at_start": 0.5}).config, 2, 0)
        market.step()
        assert not list(broken_in_month(market))
        spoil(market)
        (sentence,) = broken_in_month(market)
        return sentence

    def poor(market: Market) -> None:
        market.providers[0].cash = -1.01 * market.providers[0].credit - 1.0

    def negative_price(market: Market) -> None:
        market.catalogue.price[0] = -1.0

    def too_much_use(market: Market) -> None:
        market.segment_use[0, :] = 1.0

    def unconsidered(market: Market) -> None:
        market.workloads.considering[market.workloads.product != NOBODY] = False

    assert "goes on with" in told(poor)
    assert "a price is not positive" in told(negative_price)
    assert "add up to" in told(too_much_use)
    assert "does not consider it" in told(unconsidered)
