"""What is listed and published, held against plain sums over agents and customers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp

import sim
from sim.agents.provider import BaseModel
from sim.columns import LOCAL, OPEN
from sim.config.policies import BreakUp
from sim.economics.value import value
from sim.model import Market
from sim.phases.division import divide
from sim.phases.invest import providers_invest
from sim.phases.listing import products_are_listed
from sim.phases.mergers import take_over, takeovers_are_completed
from sim.phases.publishing import _reward
from sim.phases.technology import finished_runs_are_released
from tests.market.measures import LIVELY, measure

MONTHS = 40


@pytest.fixture(scope="module")
def crowd(small: sim.Scenario) -> sim.Scenario:
    """A market in which leaders change, someone is divided, and newcomers come."""
    return small.amend(measure("break_up") | LIVELY)


def months_of(scenario: sim.Scenario) -> tuple[Market, range]:
    return Market(scenario.config, MONTHS, 4), range(MONTHS)


def test_a_catalogue_holds_what_its_providers_models_make(crowd: sim.Scenario) -> None:
    market, months = months_of(crowd)
    economy, tiers, lists = market.config.economy, market.config.tiers, set()
    for _ in months:
        market.step()
        goods, row = market.catalogue, 0
        for i in sorted(range(len(market.providers)), key=lambda i: market.providers[i].name):
            provider, first, model = market.providers[i], row, listed(market, i)
            for t, tier in enumerate(tiers):
                if model is None or tier.name not in provider.config.tiers:
                    continue
                small = tier.model == "economy"
                assert (goods.owners[row], goods.names[row]) == (provider.name, tier.name)
                assert (goods.code[row], goods.line[row]) == (i * len(tiers) + t, i)
                assert goods.capability[row] == model.capability - economy.capability_gap * small
                assert goods.params[row] == model.params * (economy.size_ratio if small else 1.0)
                row += 1
            if model is not None:
                assert goods.flagship[i] == max(
                    range(first, row), key=lambda j: (goods.capability[j], -goods.unit_cost[j], j)
                )
        assert goods.code[row:].tolist() == [LOCAL, OPEN]
        dear = goods.unit_cost / (goods.params * (1 + market.making.fee[goods.tier]))
        assert dear[:row] == pytest.approx(dear[0], rel=1e-12)
        assert dear[row:] == pytest.approx(dear[0] * market.config.open_frontier.cost_ratio, rel=1e-12)
        lists.add(goods.code.tobytes())
    assert len(lists) > 2


def listed(market: Market, provider: int) -> BaseModel | None:
    """The model that a provider had when the month's products were listed."""
    there = provider in market.catalogue.provider
    return market.providers[provider].vintages[-1].model if there else None


def test_views_count_all_workloads(crowd: sim.Scenario) -> None:
    market, months = months_of(crowd)
    for _ in months:
        market.step()
        recorded = market.recorder.market["using"][market.month - 1]
        assert recorded == np.mean(market.workloads.product >= 0)
        products_are_listed(market)
        market.publish()
        view, work = market.published, market.workloads
        assert view.using == np.mean(work.product >= 0)
        assert view.considering == np.mean(work.considering)
        assert view.product_use.tolist() == [np.mean(work.product == code) for code in view.catalogue.code]
        by_segment = [work.budget[s.rows][work.considering[s.rows]].sum() for s in market.segments]
        growth = market.config.demand.spend_growth ** (market.month / 12)
        spend = view.panel.spend.reshape(len(by_segment), -1).sum(axis=1)
        assert spend == pytest.approx(np.array(by_segment) * growth, rel=1e-12)
        assert view.addressable == pytest.approx(work.budget.sum() * growth, rel=1e-12)
    assert any(event.kind == "break_up" for event in market.events)


def test_research_values_the_leaders_menu_and_what_needs_no_provider(crowd: sim.Scenario) -> None:
    market, months = months_of(crowd)
    scale, leaders = 1 - market.config.demand.nest_correlation, set()
    for _ in months:
        market.step()
        products_are_listed(market)
        market.publish()
        goods, panel, utilities = market.catalogue, market.published.panel, plain_utilities(market)
        best = np.argmax(np.where(goods.sold, goods.capability, -np.inf))
        mine, flagship = goods.provider == goods.provider[best], goods.flagship[goods.provider[best]]
        over = (utilities[:, mine] - utilities[:, [flagship]]) / scale
        assert panel.bonus == pytest.approx(scale * logsumexp(over, axis=1), rel=1e-9, abs=1e-12)
        free = scale * logsumexp(utilities[:, ~goods.sold] / scale, axis=1)
        assert panel.alternatives == pytest.approx(np.log1p(np.exp(free)), rel=1e-9, abs=1e-12)
        leader = market.providers[goods.provider[best]].model
        assert leader is not None
        assert market.published.theta == _reward(market, leader)
        leaders.add(float(goods.capability[best]))
    assert 2 < len(leaders) < MONTHS / 2


def plain_utilities(market: Market) -> np.ndarray:
    """Utility at unit cost to those who answer, without tastes and costs of leaving, [type, product]."""
    work, goods, rows = market.workloads, market.catalogue, market.workloads.panel
    what = goods.goods
    gain = work.gain[rows][:, what.mode]
    quality = what.capability + gain - work.depth[rows][:, None] * what.shallow
    own = work.engineering[rows][:, None] * what.engineering - work.privacy[rows][:, None] * what.privacy
    trust = np.log(market.trust[work.segment[rows]][:, goods.line])
    trust *= market.fields.correctness[work.segment[rows]][:, None]
    worth = work.taste[rows][:, None] * np.asarray(value(market.config.demand.value, quality))
    paid = work.sensitivity[rows][:, None] * np.log(goods.unit_cost)
    return work.base[rows][:, None] + worth - own + trust - paid


def test_a_view_holds_the_sums_of_the_last_twelve_months(crowd: sim.Scenario) -> None:
    market, months = months_of(crowd)
    for _ in months:
        market.step()
        market.publish()
        money, year = market.published.money, market.accounts[max(market.month - 12, 0) : market.month]
        for k, name in enumerate(("revenue", "gross", "training", "overhead")):
            total = np.sum([flows[k] for flows in year], axis=0)
            assert getattr(money, f"{name}_of_year") == pytest.approx(total, rel=1e-12, abs=1e-6)
        assert market.published.public_year == pytest.approx(np.sum(market.public_year, axis=0))
        assert money.reached == np.nanmax(market.frontier)
        seen, rate = market.frontier[-25:], market.config.training.expected_progress / 12
        rise = seen[-1] - seen[0] + rate * (25 - len(seen))
        assert market.published.trend == pytest.approx(rise / 24)


def test_what_was_once_on_sale_stays_reached(crowd: sim.Scenario) -> None:
    market = Market(crowd.config, 3, seed=1)
    market.step()
    market.reached = 99.0
    finished_runs_are_released(market)
    assert market.reached == 99.0
    market.publish()
    assert market.published.money.reached == 99.0


def test_as_many_other_products_are_described_anew(crowd: sim.Scenario) -> None:
    market = Market(crowd.config, 3, seed=1)
    market.step()
    listed = market.catalogue
    market.catalogue = replace(listed, code=listed.code[::-1].copy())
    products_are_listed(market)
    assert market.catalogue.code.tolist() == listed.code.tolist()
    assert market.catalogue.names == listed.names


def test_what_was_weighed_belongs_to_the_month(crowd: sim.Scenario) -> None:
    market = Market(crowd.config, 3, seed=1)
    market.step()
    market.weighed = {len(market.providers): next(iter(market.weighed.values()))}
    providers_invest(market)
    assert len(market.providers) not in market.weighed


def test_users_are_counted_anew_where_customers_change_hands(crowd: sim.Scenario) -> None:
    market = Market(crowd.config, MONTHS, 4)
    for _ in range(6):
        market.step()
    policy = next(p for p in market.config.policies if isinstance(p, BreakUp))
    target = market.provider(policy.target)
    for act in (
        lambda: divide(market, policy, 0),
        lambda: take_over(market, market.provider(policy.successor), target, 0.0, 0),
    ):
        before = market.users
        act()
        takeovers_are_completed(market)
        codes = range(OPEN, OPEN + len(market.users))
        assert market.users.tolist() == [np.sum(market.workloads.product == code) for code in codes]
        assert (market.users != before).any()
