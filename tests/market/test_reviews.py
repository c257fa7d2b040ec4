"""Who chooses anew: those who begin to consider, those whose product is gone, and tuned models of a new base."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.columns import LOCAL, NOBODY
from sim.model import Market
from sim.phases.market import customers_consider

NEVER = {
    "demand.review_rate": 0.0, "adoption.considering_at_start": 0.5, "demand.intercept": 1.0,
    "adoption.innovation": 0.0, "adoption.imitation": 0.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def settled(small: sim.Scenario) -> Market:
    """A market after its first month, in which no contract comes up for review."""
    market = Market(small.amend(NEVER).config, 4, 3)
    market.step()
    return market


def deciding(market: Market) -> np.ndarray:
    """Rows of those who would choose now."""
    customers_consider(market)
    return market.deciding


def test_those_who_begin_to_consider_choose_at_once(small: sim.Scenario, settled: Market) -> None:
    assert (settled.workloads.product != NOBODY).sum() > 50
    nobody = Market(
        small.amend(NEVER | {"adoption.considering_at_start": 0.0, "adoption.innovation": 2.0}).config, 2, 3
    )
    nobody.step()
    first, before = nobody.workloads.product.copy(), nobody.workloads.considering.copy()
    assert (first[before] != NOBODY).any()
    nobody.step()
    new = nobody.workloads.considering & ~before
    assert (nobody.workloads.product[new] != NOBODY).any()
    assert (nobody.workloads.product[first != NOBODY] == first[first != NOBODY]).all()


def test_a_new_base_makes_its_tuned_models_choose_anew_and_no_others(settled: Market) -> None:
    market = settled
    assert not len(deciding(market))
    tiers, product = market.config.tiers, market.workloads.product
    seller = market.sellers[0]
    provider, kept = market.providers[seller], market.providers[seller].model
    provider.model = replace(kept, release_month=market.month)
    due = deciding(market)
    provider.model = kept
    tuned = np.array([tier.tuning != "none" for tier in tiers])
    mine = (product >= 0) & (product // len(tiers) == seller)
    assert (mine & tuned[product % len(tiers)]).sum() > 3
    assert (mine & ~tuned[product % len(tiers)]).sum() > 3
    np.testing.assert_array_equal(due, np.flatnonzero(mine & tuned[product % len(tiers)]))


def test_users_of_what_is_gone_choose_anew(settled: Market) -> None:
    market = settled
    code = market.workloads.product[market.workloads.product >= 0][0]
    kept, goods = market.catalogue, market.catalogue
    market.catalogue = replace(goods, code=np.where(goods.code == code, LOCAL, goods.code))
    due = deciding(market)
    market.catalogue = kept
    np.testing.assert_array_equal(due, np.flatnonzero(market.workloads.product == code))


def test_multi_homing_is_counted_firm_by_firm(small: sim.Scenario) -> None:
    market = Market(small.amend({"adoption.considering_at_start": 0.5}).config, 30, 3)
    for _ in range(30):
        market.step()
    work, tiers = market.workloads, len(market.config.tiers)
    used: dict[int, set[int]] = {}
    for firm, product in zip(work.firm.tolist(), work.product.tolist(), strict=True):
        if product >= 0:
            used.setdefault(firm, set()).add(product // tiers)
    several = sum(len(providers) > 1 for providers in used.values()) / len(used)
    assert 0.02 < several < 0.98
    assert market.multi_homing == pytest.approx(several)


def test_multi_homing_is_counted_in_months_without_reviews(small: sim.Scenario) -> None:
    still = {"demand.review_rate": 0.0, "adoption.innovation": 0.0, "adoption.imitation": 0.0}
    still |= {"providers.first_mover.first_model.users": 1.0}
    run = sim.run(small.amend({**still, "adoption.considering_at_start": 0.9}), months=3, seed=3)
    assert (run.months.using > 0).all()
    assert run.months.multi_homing.notna().all()
