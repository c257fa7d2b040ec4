"""Price wars: who fights whom, what ends it, and what forbids it."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.agents import fighting
from sim.agents.fighting import Duel, Purses, choose_wars
from sim.economics import predation
from sim.model import Market
from sim.phases import rivalry

SMALL = {"demand.workloads": 600, "pricing.panel_per_segment": 2}
RICH, POOR = "search_giant", "funded_startup"


def scenario(**changed: object) -> sim.Scenario:
    return sim.load("price_war", settings=SMALL | {key.replace("__", "."): v for key, v in changed.items()})


def wars(run: sim.Run) -> int:
    return int((run.events.kind == "price_war").sum())


@pytest.fixture(scope="module")
def war() -> sim.Run:
    return sim.run(scenario(), months=48, seed=3)


def test_a_rich_provider_fights_a_poor_one_out_and_the_log_says_so(war: sim.Run) -> None:
    begun, ruin, end = war.events.query("kind != 'common_failure'").itertuples()
    assert (begun.kind, begun.who) == ("price_war", RICH)
    assert POOR in begun.text
    assert (ruin.kind, ruin.who, ruin.because) == ("bankruptcy", POOR, begun.event)
    assert (end.kind, end.who, end.because) == ("price_war_end", RICH, ruin.event)
    assert begun.month < ruin.month < end.month
    fought = war.providers.query("provider == @RICH and @begun.month <= month <= @ruin.month")
    assert (fought.at_war == 1).all()
    assert (war.providers.query("provider == @POOR and attacked == 1").month >= begun.month).all()
    assert war.months.set_index("month").fights.loc[begun.month : ruin.month].eq(1).all()


def test_the_war_price_stands_and_after_the_war_prices_are_those_of_a_monopoly(war: sim.Run) -> None:
    rich = war.providers.query("provider == @RICH").set_index("month")
    markup = rich.price / rich.unit_cost
    begun, ruin = (war.events.query("kind == @kind").month.iloc[0] for kind in ("price_war", "bankruptcy"))
    assert markup.loc[begun:ruin].max() < 0.8 * markup.loc[begun - 1]
    assert markup.loc[36] > markup.loc[2]
    products = war.products.query("provider == @RICH and month == 12")
    assert np.ptp(products.price / products.unit_cost) < 1e-12


def test_without_the_motive_nobody_fights_and_the_rival_lives() -> None:
    calm = sim.run(scenario(rivalry__motive="none"), months=48, seed=3)
    assert wars(calm) == 0
    assert (calm.months.fight_chance == 0).all()
    assert calm.providers.query("provider == @POOR").alive.all()


@pytest.mark.parametrize("motive", ["telser", "benoit"])
def test_an_unlimited_backstop_ends_the_interest_in_war(motive: str) -> None:
    backed = {
        "rivalry__motive": motive, "rivalry__backstop": "unlimited",
        f"providers__{POOR}__ownership": "champion", f"providers__{RICH}__ownership": "corporate",
    }  # fmt: skip
    run = sim.run(scenario(**backed), months=30, seed=3)
    assert not (run.events.query("kind == 'price_war'").text.str.contains(POOR)).any()
    limited = sim.run(scenario(**backed | {"rivalry__backstop": "none"}), months=30, seed=3)
    assert limited.events.query("kind == 'price_war'").text.str.contains(POOR).any()


def test_without_the_finiteness_condition_the_backstop_would_not_help(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A threat alone is free: only that a target without end is no target stops it."""

    def endless(motive, waits, war, alone, delta, own, target):
        return (own >= target) & (predation.war_value(motive, war, alone, delta, target) >= waits)

    backed = np.array([np.inf]), np.array([np.inf])
    args = ("benoit", 60.0, np.array([2.0]), 10.0, 0.95, *backed)
    assert endless(*args).all()
    assert not predation.war_pays(*args).any()


def test_the_law_stops_wars_below_cost_that_would_pay() -> None:
    lawful = sim.run(scenario(rivalry__antitrust="on"), months=48, seed=3)
    told = lawful.events.query("kind == 'price_war'").text
    assert told.str.contains("above average avoidable cost").all()
    assert lawful.providers.query("provider == @POOR").alive.all()
    free = sim.run(scenario(), months=48, seed=3)
    assert lawful.months.below_cost.sum() < free.months.below_cost.sum()


def test_a_deeper_purse_of_the_target_makes_a_fight_less_likely() -> None:
    chances = [
        sim.run(scenario(**{f"providers__{POOR}__cash": cash}), months=4, seed=3).months.fight_chance.iloc[3]
        for cash in (3e7, 3e8, 3e9)
    ]
    assert chances[0] > chances[1] >= chances[2] == 0


def test_beliefs_are_wrong_by_the_stated_noise() -> None:
    sure, unsure = (sim.run(scenario(rivalry__purse_noise=noise), months=4, seed=3) for noise in (0.0, 1.5))
    assert sure.months.fight_chance.iloc[3] in (0.0, 0.5)  # one of two sellers is fought for certain, or none
    assert 0.0 < unsure.months.fight_chance.iloc[3] < 0.5
    lasts = [int(run.events.text.iloc[0].split("believed to last ")[1].split()[0]) for run in (sure, unsure)]
    assert lasts[0] != lasts[1]


def test_a_limited_backstop_pays_once_and_is_booked() -> None:
    backed = {
        f"providers__{POOR}__ownership": "champion",
        "rivalry__backstop": "limited", "rivalry__backstop_funds": 1e7,
    }  # fmt: skip
    run = sim.run(scenario(**backed, **{f"providers__{POOR}__cash": 2e6}), months=48, seed=3)
    paid = run.ledger.query("kind == 'backstop'")
    assert (paid.payer == "treasury").all()
    assert paid.amount.sum() == pytest.approx(1e7)
    assert run.events.query("kind == 'backstop'").amount.sum() == pytest.approx(1e7)
    assert (run.events.kind == "bankruptcy").any()


def test_the_price_cost_test_is_revenue_over_what_selling_costs(war: sim.Run) -> None:
    share = scenario().config.rivalry.avoidable_overhead
    for provider in scenario().config.providers:
        rows = war.providers.query("provider == @provider.name and revenue > 0")
        cost = rows.serving + share * provider.overhead / 12
        np.testing.assert_allclose(rows.price_cost, rows.revenue / cost, rtol=1e-12)


DUELS = (  # aggressor, target, gross profit alone
    (0, 1, 9e6), (0, 2, 12e6), (2, 1, 9e6), (1, 0, 8e6),
)  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(DUELS))))[::5])
def test_wars_do_not_depend_on_who_is_asked_first(
    monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...]
) -> None:
    config = scenario().config
    levels = np.array([0.5, 0.9])

    def duel(aggressor: int, target: int, alone: float) -> Duel:
        return Duel(
            aggressor, target, levels, np.array([-3e6, 1e6]), np.array([0.0, 1e6]), levels, levels > 0,
            4e6, 3e6, alone,
        )  # fmt: skip

    names = ("a", "b", "c")
    view = fighting_research(names)
    purses = Purses(np.full(3, 5e7), np.full(3, 2e6), np.full(3, 1e6), {(a, t): -1.0 for a, t, _ in DUELS})
    monkeypatch.setattr(fighting, "_duels", lambda *_: iter([duel(*DUELS[k]) for k in order]))
    found, chance = choose_wars(config, view, purses)
    monkeypatch.setattr(fighting, "_duels", lambda *_: iter([duel(*d) for d in DUELS]))
    expected, expected_chance = choose_wars(config, view, purses)
    assert found == expected
    assert len({w.aggressor for w in found}) == len(found) == 3
    assert next(w.target for w in found if w.aggressor == 0) == 2  # the dearer prize
    assert chance == expected_chance


def fighting_research(names: tuple[str, ...]) -> fighting.Research:
    market = Market(scenario().config, 1)
    market.step()
    goods = market.catalogue
    rows = replace(goods, provider=np.resize(np.arange(len(names)), len(goods)))
    rows = replace(rows, provider=np.where(goods.sold, rows.provider, -1))
    lowest = np.zeros(len(names))
    return fighting.Research(
        None, rows, 1.0, lowest, goods.price, 1.0, names, ()
    )  # fmt: skip


def test_pairs_in_another_order_give_the_same_wars() -> None:
    market = Market(scenario().config, 6, seed=3)
    for _ in range(3):
        market.step()
    market.publish()
    pairs = ((1, 0), (0, 1))
    one = choose_wars(market.config, rivalry._research(market, pairs), purses(market))
    other = choose_wars(market.config, rivalry._research(market, pairs[::-1]), purses(market))
    assert one == other
    assert one[0]


def test_pairs_are_left_out_only_where_no_war_would_be_fought(monkeypatch: pytest.MonkeyPatch) -> None:
    market = Market(scenario().config, 6, seed=3)
    for _ in range(3):
        market.step()
    market.publish()
    research, known, told = rivalry._research(market, ((1, 0), (0, 1))), purses(market), []

    def asked(*args) -> np.ndarray:
        told.extend(may_outlast(*args))
        return np.ones(2, dtype=bool)

    may_outlast = fighting._may_outlast
    for scale in np.geomspace(1e-4, 2e-3, 16):
        poorer = replace(known, funds=known.funds * [1.0, scale])
        quick = choose_wars(market.config, research, poorer)
        with monkeypatch.context() as patch:
            patch.setattr(fighting, "_may_outlast", asked)
            assert choose_wars(market.config, research, poorer) == quick
    assert {True, False} == set(told)


def purses(market: Market) -> Purses:
    funds = np.array([p.cash + p.config.credit_line for p in market.providers])
    fixed = np.array([rivalry._fixed(market, p) for p in market.providers])
    return Purses(funds, fixed, fixed, {(0, 1): 0.0, (1, 0): 0.0})


def test_the_baseline_is_calm_and_pays_nothing_for_it(small: sim.Scenario, small_run: sim.Run) -> None:
    calm = sim.run(small.amend({"rivalry.motive": "none"}), months=60, seed=3)
    assert wars(small_run) == 0
    assert calm.months.drop(columns="fight_chance").equals(small_run.months.drop(columns="fight_chance"))


@pytest.mark.parametrize(("ownership", "given"), [("startup", 0.0), ("corporate", 1e7)])
def test_money_that_comes_in_rounds_slows_no_burn(ownership: str, given: float) -> None:
    backed = {f"providers__{POOR}__ownership": ownership, f"providers__{POOR}__backing": 1.2e8}
    market = Market(scenario(**backed).config, 1, seed=3)
    poor = market.provider(POOR)
    assert rivalry._fixed(market, poor) == pytest.approx(poor.overhead / 12 - given)
