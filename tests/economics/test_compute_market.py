"""The price of compute and the size of the world around it, against the evidence and by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.economics import compute

CONFIG = sim.load("baseline").config
MARKET, LIMITS = CONFIG.compute, CONFIG.limits


@pytest.mark.parametrize(("month", "seen"), [(42, 1.391e6), (54, 4.724e6), (66, 1.3659e7)])
def test_stock_follows_the_counts_of_chips(month: int, seen: float) -> None:
    """Epoch AI, Nvidia's stock at the ends of 2023, 2024 and 2025, H100-equivalents."""
    assert compute.trend_stock(MARKET, month) == pytest.approx(seen, rel=0.05)


def test_stock_starts_where_it_says_and_ends_at_its_long_run_growth() -> None:
    assert compute.trend_stock(MARKET, 0) == MARKET.stock
    first = compute.trend_stock(MARKET, 0.01) / MARKET.stock
    assert first ** (12 / 0.01) == pytest.approx(MARKET.stock_growth, rel=2e-3)
    assert compute.trend_stock(MARKET, 1212) / compute.trend_stock(MARKET, 1200) == pytest.approx(1.35)


def test_at_trend_demand_the_trend_holds() -> None:
    assert compute.premium(MARKET, MARKET.trend_share) == pytest.approx(1, abs=1e-12)


@given(load=st.floats(0, 1e9), elasticity=st.floats(0.05, 1e4), share=st.floats(0, 0.9))
def test_supply_meets_demand(load: float, elasticity: float, share: float) -> None:
    """Any elasticity: the price of a given spending has no cobweb."""
    market = MARKET.model_copy(update={"supply_elasticity": elasticity, "trend_share": share})
    price = compute.premium(market, load)
    assert elasticity * math.log(price) == pytest.approx(math.log(1 - share + load / price), abs=1e-9)


@given(load=st.floats(0, 100), more=st.floats(1e-3, 100))
def test_price_rises_with_demand_and_less_where_supply_is_elastic(load: float, more: float) -> None:
    assert compute.premium(MARKET, load + more) > compute.premium(MARKET, load)
    flat = MARKET.model_copy(update={"supply_elasticity": 1e6})
    assert compute.premium(flat, load) == pytest.approx(1, abs=1e-4)


def test_footprint_by_hand() -> None:
    """A billion dollars a month at 2.83e17 FLOP a dollar, five years after the start."""
    taken = compute.footprint(MARKET, LIMITS, 60, 1e9, 2.83e17)
    chips = 1e9 * 2.83e17 / (3.76e14 * 30.4375 * 86400)
    assert taken.chips == pytest.approx(chips)
    assert taken.power == pytest.approx(chips * 2.38 / 1.29**5 * 1.2 / 1e6)
    assert taken.chips_share == pytest.approx(chips / compute.trend_stock(MARKET, 60))
    assert taken.capital_share == pytest.approx(24e9 / (2.3e14 * 1.05**5))
    assert taken.product_share == pytest.approx(12e9 / (8.5e13 * 1.05**5))


def test_power_of_a_chip_reaches_the_count_of_2025() -> None:
    """8,562 MW for 13.66 million H100-equivalents at the end of 2025."""
    assert LIMITS.chip_power / LIMITS.chip_power_gain**5.25 == pytest.approx(8562e3 / 13.66e6, rel=0.01)


@pytest.mark.parametrize(
    ("taken", "names"),
    [
        (compute.Footprint(), ()),
        (compute.Footprint(power=341), ("power",)),
        (compute.Footprint(chips=1e12, chips_share=1.01), ("chips",)),
        (compute.Footprint(capital_share=0.11, product_share=0.11), ("capital", "product")),
        (compute.Footprint(power=340, chips_share=1, capital_share=0.1, product_share=0.1), ()),
    ],
)
def test_only_caps_that_are_passed_are_named(taken: compute.Footprint, names: tuple[str, ...]) -> None:
    assert compute.exceeded(LIMITS, taken) == names
