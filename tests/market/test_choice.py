"""Customers' choice by two roads, and the direction of every mechanism in it."""

import math

import numpy as np
import pandas as pd
import pytest

import sim
from sim import streams
from sim.columns import LOCAL, NOBODY, OPEN
from sim.economics.scaling import reducible_exponent
from sim.model import Market
from sim.phases.compute import compute_is_priced
from sim.phases.listing import _activations_share, _trailing, products_are_listed
from sim.phases.market import customers_choose, customers_consider, demand_of, providers_price
from sim.phases.research import algorithms_improve
from sim.phases.technology import finished_runs_are_released, technology_advances

MONTHS = 48


def market_at(scenario: sim.Scenario, months: int = MONTHS, seed: int = 2) -> Market:
    """A market in the middle of a month: priced, not yet chosen."""
    market = Market(scenario.config, months + 1, seed)
    for _ in range(months):
        market.step()
    compute_is_priced(market)
    algorithms_improve(market)
    technology_advances(market)
    finished_runs_are_released(market)
    products_are_listed(market)
    market.publish()
    providers_price(market)
    return market


def wanted(market: Market) -> pd.Series:
    """Expected share of considered budgets by product name, costs of leaving included."""
    rows = np.flatnonzero(market.workloads.considering)
    demand = demand_of(market, rows, market.workloads.budget[rows])
    shares = (
        demand.revenue(market.catalogue.price)
        if market.config.demand.form == "unit_demand"
        else demand.shares(market.catalogue.price)
    )
    return pd.Series(shares).groupby(list(market.catalogue.names)).sum()


def naive_choice(market: Market, row: int, number: float) -> int:
    """What one workload picks, in plain Python from the equations of the model."""
    config, work, goods = market.config, market.workloads, market.catalogue
    present, tiers = int(work.product[row]), len(config.tiers)
    scaled: dict[str, list[float]] = {"mega": [], "local": []}
    rho = config.demand.nest_correlation
    for j in range(len(goods)):
        q = (
            goods.goods.capability[j]
            + work.gain[row, goods.goods.mode[j]]
            - work.depth[row] * goods.goods.shallow[j]
        )
        plateau = config.demand.value.plateau
        v = work.base[row] + work.taste[row] * plateau * (1 - math.exp(-q / plateau))
        v += work.privacy[row] * goods.goods.privacy[j] - work.engineering[row] * goods.goods.engineering[j]
        v += market.tastes[row, goods.line[j]] - work.sensitivity[row] * math.log(goods.price[j])
        if present >= 0 and goods.provider[j] != present // tiers:
            tier = config.tiers[present % tiers]
            v -= config.demand.switching_cost + config.demand.retuning_cost * tier.lock_in
        if present >= 0 and goods.code[j] == present:
            lock_in = config.tiers[present % tiers].lock_in
            v -= config.oversight.hold_up * config.demand.retuning_cost * lock_in
        key = market.segments[work.segment[row]].key
        need = next(d.correctness for d in config.domains if d.name == key.domain)
        v += need * math.log(market.trust[work.segment[row], goods.line[j]])
        scaled["mega" if goods.provider[j] >= 0 else "local"].append(v / (1 - rho))
    sums = {nest: sum(math.exp(v) for v in values) for nest, values in scaled.items()}
    total = 1 + sum(s ** (1 - rho) for s in sums.values())
    seen = 0.0
    position = {"mega": 0, "local": 0}
    for j in range(len(goods)):
        nest = "mega" if goods.provider[j] >= 0 else "local"
        v = scaled[nest][position[nest]]
        position[nest] += 1
        seen += math.exp(v) / sums[nest] * sums[nest] ** (1 - rho) / total
        if number <= seen:
            return int(goods.code[j])
    return NOBODY


def test_columns_and_a_plain_loop_over_customers_choose_alike(small: sim.Scenario) -> None:
    market = market_at(small.amend({"demand.review_rate": 12.0}))
    customers_consider(market)
    before = market.workloads.product.copy()
    numbers = streams.uniforms(streams.key(2, 0, "choice", market.month), market.workloads.ids)
    naive = [naive_choice(market, row, numbers[row]) for row in range(len(before))]
    customers_choose(market)
    after = market.workloads.product
    changed = np.flatnonzero(after != before)
    assert len(changed) > 10
    assert [naive[row] for row in changed] == after[changed].tolist()


def test_only_contracts_under_review_change(small: sim.Scenario) -> None:
    frozen = small.amend({"demand.review_rate": 0.0, "adoption.innovation": 0.0, "adoption.imitation": 0.0,
                          "adoption.considering_at_start": 1.0})  # fmt: skip
    market = Market(frozen.config, 30, seed=1)
    market.step()
    for _ in range(20):
        before = market.workloads.product.copy()
        market.step()
        moved = market.workloads.product != before
        tiers = len(market.config.tiers)
        tuned = np.array([tier.tuning != "none" for tier in market.config.tiers])
        renewed = np.array(
            [bool(p.model and p.model.release_month == market.month - 1) for p in market.providers]
        )
        held = before >= 0
        assert not moved[before == NOBODY].any()
        assert renewed[before[moved & held] // tiers].all()
        assert tuned[before[moved & held] % tiers].all()


DIRECTIONS = [
    ("a higher tuning gain raises hosted tuning", {"finetuning.removable_share": 0.4}, "hosted_tuning", 1),
    ("better few layers raise hosted tuning", {"finetuning.hosted_factor": 1.2}, "hosted_tuning", 1),
    ("more data that tuning needs lowers full tuning", {"finetuning.full_half_data": 20.0}, "full_tuning", -1),
    ("rich data raise tuning", {"demand.own_data": 20.0}, "hosted_tuning", 1),
    ("dear engineering lowers activations", {"demand.engineering_cost": 3.0}, "activations", -1),
    ("unbundled engineering lowers activations", {"tiers.activations.engineering": 2.0}, "activations", -1),
    ("privacy raises activations", {"demand.privacy": 2.0}, "activations", 1),
    ("a dearer copy of one's own lowers full tuning", {"tiers.full_tuning.fee": 10.0}, "full_tuning", -1),
    ("a smaller gap raises the economy tier", {"economy.capability_gap": 0.2}, "economy", 1),
    ("a bigger distilled model costs more", {"economy.size_ratio": 0.9}, "economy", -1),
    ("less engineering raises single machines", {"open_frontier.local_engineering": 0.0}, "single machine", 1),
    ("a leap in compression raises single machines", {"open_frontier.leap": 4.0, "open_frontier.leap_month": 12}, "single machine", 1),
    ("a penalty on depth lowers single machines", {"open_frontier.depth_penalty": 5.0}, "single machine", -1),
    ("open weights that trail lose use", {"open_frontier.open_lag": 40.0, "providers.open_weights_giant.weights": "closed"}, "open weights", -1),
    ("dear hosting lowers open weights", {"open_frontier.cost_ratio": 8.0}, "open weights", -1),
]  # fmt: skip


@pytest.fixture(scope="module")
def reference(small: sim.Scenario) -> Market:
    """Providers that know demand get far by then: much to choose from."""
    return market_at(small.amend({"belief.kind": "informed"}))


@pytest.mark.parametrize(
    ("change", "product", "sign"), [d[1:] for d in DIRECTIONS], ids=[d[0] for d in DIRECTIONS]
)
def test_directions(small: sim.Scenario, reference: Market, change: dict, product: str, sign: int) -> None:
    """One thing changed, all else as it came about in the reference market."""
    market = market_at(small.amend(change), months=0)
    changed = same_history(market, reference)
    assert sign * (wanted(changed)[product] - wanted(reference)[product]) > 1e-4


def same_history(market: Market, reference: Market) -> Market:
    """The changed market with the models, customers' state and month of the reference."""
    for name in ("month", "frontier", "algorithms", "flop_per_usd", "compute_premium", "users"):
        setattr(market, name, getattr(reference, name))
    for mine, other in zip(market.providers, reference.providers, strict=True):
        mine.model = other.model
    for column in ("considering", "product"):
        setattr(market.workloads, column, getattr(reference.workloads, column).copy())
    products_are_listed(market)
    market.publish()
    providers_price(market)
    return market


def test_a_leap_in_compression_helps_most_where_context_is_shallow(
    small: sim.Scenario, reference: Market
) -> None:
    def machine_use(market: Market) -> pd.Series:
        rows = np.flatnonzero(market.workloads.considering)
        demand = demand_of(market, rows, np.ones(len(rows)))
        share = demand.individual_shares(market.catalogue.price)[
            :, market.catalogue.code.tolist().index(LOCAL)
        ]
        return pd.Series(share).groupby(market.workloads.depth[rows]).mean()

    leap = small.amend({"open_frontier.leap": 3.0, "open_frontier.leap_month": 0})
    rise = machine_use(same_history(market_at(leap, months=0), reference)) - machine_use(reference)
    assert rise.loc[0.7] > rise.loc[1.4] > 0
    assert np.corrcoef(rise.index, rise)[0, 1] < -0.5


def test_activations_leak_capability(small: sim.Scenario, reference: Market) -> None:
    names = [tier.name for tier in reference.config.tiers]

    def open_lag(tier: str, leakage: float) -> float:
        market = same_history(market_at(small.amend({"open_frontier.leakage": leakage}), months=0), reference)
        market.workloads.product[:] = market.sellers[0] * len(names) + names.index(tier)
        market.users = market.workloads.users(len(market.providers) * len(names))
        return max(reference.frontier) - _trailing(market, 9.0, _activations_share(market))

    assert open_lag("activations", 0.5) < open_lag("api", 0.5) - 1e-6
    assert open_lag("activations", 0.0) == open_lag("api", 0.5)


def test_costs_of_leaving_hold_customers(small: sim.Scenario) -> None:
    easy, hard = (
        small.amend({"demand.switching_cost": c, "adoption.considering_at_start": 0.5}) for c in (0.0, 3.0)
    )
    switching = [sim.run(s, months=36, seed=3).months.switching[12:].mean() for s in (easy, hard)]
    assert switching[1] < 0.3 * switching[0]


def test_tuned_models_hold_more_than_untuned_ones(small: sim.Scenario, reference: Market) -> None:
    tiers = [tier.name for tier in reference.config.tiers]
    held = {}
    for name in ("api", "hosted_tuning"):
        market = same_history(market_at(small, months=0), reference)
        seller = market.sellers[0]
        market.workloads.considering[:] = True
        market.workloads.product[:] = seller * len(tiers) + tiers.index(name)
        rows = np.arange(len(market.workloads.ids))
        shares = demand_of(market, rows, np.ones(len(rows))).shares(market.catalogue.price)
        held[name] = shares[market.catalogue.provider == seller].sum()
    assert held["hosted_tuning"] > held["api"] + 0.005


def test_tastes_last_and_are_partly_common_to_a_firm(small: sim.Scenario) -> None:
    market = Market(small.amend({"demand.workloads": 6000}).config, 1, seed=1)
    taste = market.tastes[:, 0]
    assert taste.std() == pytest.approx(market.config.demand.taste_spread, rel=0.05)
    firms = pd.DataFrame({"firm": market.workloads.firm, "taste": taste}).groupby("firm").taste
    pairs = firms.nth([0, 1]).to_numpy()
    first, second = firms.nth(0), firms.nth(1)
    assert len(pairs) > len(second)
    both = pd.DataFrame({"firm": market.workloads.firm, "taste": taste})
    both["place"] = both.groupby("firm").cumcount()
    wide = both[both.place < 2].pivot(index="firm", columns="place", values="taste").dropna()
    assert wide.corr().iloc[0, 1] == pytest.approx(market.config.demand.firm_taste_share, abs=0.08)
    assert abs(np.corrcoef(taste, market.tastes[:, 1])[0, 1]) < 0.05
    assert len(first) > 0


@pytest.mark.parametrize("kind", [
    {"demand.value.kind": "linear"},
    {"demand.value.kind": "threshold", "demand.value.midpoint": 8.0, "demand.value.width": 2.0, "demand.value.height": 12.0},
    {"demand.form": "unit_demand", "demand.price_unit": 20.0, "demand.price_sensitivity": 1.5},
])  # fmt: skip
def test_other_forms_of_demand_and_value_live(small: sim.Scenario, kind: dict) -> None:
    crowd = {"adoption.considering_at_start": 0.3}
    months = sim.run(small.amend(kind | crowd), months=48, seed=3).months
    assert months.revenue.iloc[-12:].sum() > months.revenue.iloc[-24:-12].sum() > 0
    assert (months.price_status == "equilibrium").mean() > 0.9


def test_a_lower_plateau_lowers_spending(small: sim.Scenario, reference: Market) -> None:
    low = same_history(market_at(small.amend({"demand.value.plateau": 10.0}), months=0), reference)
    assert wanted(low).sum() < wanted(reference).sum() - 0.05


def test_price_at_fixed_quality_falls_by_cheaper_products(small: sim.Scenario) -> None:
    run = sim.run(small, months=96, seed=3)
    quality, flagship = run.months.price_q5.dropna(), run.months.flagship_price.dropna()
    assert quality.iloc[0] / quality.iloc[-1] > 8
    assert flagship.iloc[12] / flagship.iloc[-1] < 0.5 * quality.iloc[0] / quality.iloc[-1]
    cheapest = run.products.query("capability >= 5 and provider not in ('single machine', 'open weights')")
    for offered in (cheapest, cheapest[cheapest.use > 0]):  # what is offered, and what somebody takes
        first, last = (
            offered[offered.month == month].nsmallest(1, "price").iloc[0]
            for month in (offered.month.min(), 95)
        )
        fall, cheaper = (float(np.log(first[name] / last[name])) for name in ("price", "unit_cost"))
        assert fall > np.log(4)
        assert cheaper > 0.8 * fall  # a product that costs less to serve, not a thinner margin
        assert last["capability"] < run.months.frontier.iloc[-1] - 1


def test_open_weights_are_those_of_open_providers(small: sim.Scenario, reference: Market) -> None:
    market = same_history(market_at(small, months=0), reference)
    goods = market.catalogue
    giant = next(p for p in market.providers if p.name == "open_weights_giant")
    best = goods.capability[goods.code.tolist().index(OPEN)]
    assert giant.model is not None
    assert best >= giant.model.capability
    assert best <= max(reference.frontier)


def test_gains_of_tuning_follow_the_law(small: sim.Scenario) -> None:
    work = Market(small.amend({"demand.workloads": 5000}).config, 1, seed=1).workloads
    none, hosted, activations, full = work.gain.T
    assert (none == 0).all()
    assert (hosted >= 0).all()
    assert min(hosted.mean(), full.mean()) > activations.mean()
    assert work.gain.max() <= small.config.finetuning.gain_cap
    assert reducible_exponent(small.config.scaling) == pytest.approx(0.178, abs=0.001)


def test_smaller_machines_hold_less_capable_and_cheaper_models(
    small: sim.Scenario, reference: Market
) -> None:
    tiny = same_history(market_at(small.amend({"open_frontier.local_params": 1e8}), months=0), reference)
    place = tiny.catalogue.code.tolist().index(LOCAL)
    assert tiny.catalogue.capability[place] < reference.catalogue.capability[place]
    assert tiny.catalogue.unit_cost[place] < reference.catalogue.unit_cost[place]
