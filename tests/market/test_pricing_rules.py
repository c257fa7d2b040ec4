"""Rules of price setting, chosen by name in a scenario."""

import numpy as np
import pytest

import sim
from sim.model import Market

MONTHS = 15
WHO = "funded_startup"


def priced(scenario: sim.Scenario, who: dict[str, object]) -> Market:
    market = Market(scenario.amend(who).config, MONTHS, seed=3)
    for _ in range(MONTHS):
        market.step()
    return market


def rule(name: str, **numbers: float) -> dict[str, object]:
    return {f"providers.{WHO}.pricing.kind": name} | {
        f"providers.{WHO}.pricing.{k}": v for k, v in numbers.items()
    }


@pytest.fixture(scope="module")
def bertrand(small: sim.Scenario) -> Market:
    return priced(small, {})


def markups(market: Market, who: str = WHO) -> np.ndarray:
    goods = market.catalogue
    mine = np.array(goods.owners) == who
    assert mine.any()
    return goods.price[mine] / goods.unit_cost[mine]


def cost_of_revenue(scenario: sim.Scenario) -> float:
    """Marginal over unit cost: auditors take a share of revenue."""
    return 1 / (1 - scenario.config.oversight.paid_share)


def test_bertrand_is_what_is_meant_where_nothing_is_said(small: sim.Scenario, bertrand: Market) -> None:
    said = priced(small, rule("bertrand"))
    np.testing.assert_array_equal(said.catalogue.price, bertrand.catalogue.price)


def test_at_cost_sells_every_product_at_its_cost(small: sim.Scenario, bertrand: Market) -> None:
    market = priced(small, rule("at_cost"))
    np.testing.assert_allclose(markups(market), cost_of_revenue(small), rtol=1e-12)
    assert market.price_status == "equilibrium"
    assert (markups(bertrand) > 1.2).all()


def test_a_weight_on_rivals_profits_raises_prices_and_a_larger_one_more(
    small: sim.Scenario, bertrand: Market
) -> None:
    none, half, full = (priced(small, rule("conduct", weight=weight)) for weight in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(none.catalogue.price, bertrand.catalogue.price, rtol=1e-6)
    assert (markups(half) > markups(none)).all()
    assert (markups(full) > markups(half)).all()
    others = [name for name in set(half.catalogue.owners) if name in half.recorder.names and name != WHO]
    assert all((markups(half, name) >= markups(none, name) * (1 - 1e-6)).all() for name in others)
    rise = {name: (markups(full, name) / markups(none, name)).max() for name in [WHO, *others]}
    assert max(rise, key=rise.__getitem__) == WHO  # the others only answer


def test_a_cap_binds_with_the_tiers_fee_and_never_below_cost(small: sim.Scenario, bertrand: Market) -> None:
    goods, fees = bertrand.catalogue, {tier.name: tier.fee for tier in small.config.tiers}
    mine = np.array(goods.owners) == WHO
    cap = 1.1 * float(goods.unit_cost[mine & (np.array(goods.names) == "api")][0])
    capped = priced(small, rule("capped", cap=cap)).catalogue
    mine = np.array(capped.owners) == WHO
    allowed = np.array([cap * (1 + fees[name]) for name in np.array(capped.names)[mine]])
    assert (capped.price[mine] <= np.maximum(allowed, capped.unit_cost[mine]) * (1 + 1e-9)).all()
    assert capped.price[mine].max() == pytest.approx(max(allowed), rel=1e-9)
    free = priced(small, rule("capped", cap=cap * 1e4)).catalogue
    np.testing.assert_allclose(free.price, goods.price, rtol=1e-6)
    tight = priced(small, rule("capped", cap=cap * 1e-3))
    np.testing.assert_allclose(markups(tight), cost_of_revenue(small), rtol=1e-9)


def test_an_unknown_rule_is_told(small: sim.Scenario) -> None:
    with pytest.raises(sim.UserError, match=r"expected one of bertrand, conduct, at_cost, capped"):
        small.amend(rule("cournot"))
    with pytest.raises(sim.UserError, match=r"weight: is 1.5; expected a number at least 0 and at most 1"):
        small.amend(rule("conduct", weight=1.5))
