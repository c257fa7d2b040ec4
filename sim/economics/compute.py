r"""The price of compute, and what the industry's compute means in chips, power and money.

Symbols: pi price of compute over its trend, S world stock of accelerators on trend, X industry's spending
in chips at the trend price over S, s its share at which the trend holds, e elasticity of supply.
"""

import math
from dataclasses import dataclass

from sim.config.compute import ComputeMarket, Limits
from sim.economics.progress import MONTHS

SECONDS = 365.25 * 86400 / MONTHS  # a month
GW = 1e6  # kW
STEPS, TOLERANCE = 60, 1e-14  # of Newton's method, in the log of the price


def trend_stock(compute: ComputeMarket, month: float) -> float:
    r"""World stock of accelerators, H100-equivalents.

    $$\ln S = \ln S_0 + g_\infty t + (g_0 - g_\infty) T (1 - e^{-t/T})$$

    Through Epoch AI's counts of Nvidia's chips at the ends of 2023-2025; before and after, an assumption.
    """
    later, first = math.log(compute.stock_growth_later), math.log(compute.stock_growth)
    years, fade = month / MONTHS, compute.stock_growth_fade
    return compute.stock * math.exp(later * years - (first - later) * fade * math.expm1(-years / fade))


def chip_month(compute: ComputeMarket) -> float:
    """Training compute of an H100-equivalent in a month, FLOP."""
    return compute.chip_speed * SECONDS


def premium(compute: ComputeMarket, load: float) -> float:
    r"""Price of compute over its trend at which supply meets demand.

    $$\pi^{e} = 1 - s + X/\pi$$

    Supply is S pi^e, all others take (1 - s) S, the industry's spending buys X S / pi; X = s gives 1.
    Form and elasticity are assumptions of this project. `load` is X. The gap of the logs rises and is
    concave in ln pi with a slope from e to e + 1, so that Newton's steps converge.
    """
    log_price, others, e = 0.0, 1 - compute.trend_share, compute.supply_elasticity
    for _ in range(STEPS):
        bought = load * math.exp(-log_price)
        step = (e * log_price - math.log(others + bought)) / (e + bought / (others + bought))
        log_price -= step
        if abs(step) < TOLERANCE:
            break
    return math.exp(log_price)


@dataclass(frozen=True)
class Footprint:
    """What a month of the industry's compute takes from the world."""

    chips: float = 0.0  # H100-equivalents in use
    chips_share: float = 0.0  # over the trend of the world stock
    power: float = 0.0  # GW
    capital_share: float = 0.0  # value of the hardware over the capital market
    product_share: float = 0.0  # yearly spending on compute over world product


def footprint(
    compute: ComputeMarket, limits: Limits, month: int, spending: float, flop_per_usd: float
) -> Footprint:
    """What `spending` on compute (USD/month) takes at the month's price of compute (FLOP/USD)."""
    years = month / MONTHS
    chips = spending * flop_per_usd / chip_month(compute)
    kilowatts = chips * limits.chip_power * limits.chip_power_gain**-years * limits.facility_overhead
    world = limits.world_growth**years
    return Footprint(
        chips=chips,
        chips_share=chips / trend_stock(compute, month),
        power=kilowatts / GW,
        capital_share=spending * MONTHS * limits.capital_per_rent / (limits.capital_market * world),
        product_share=spending * MONTHS / (limits.world_product * world),
    )


def exceeded(limits: Limits, taken: Footprint) -> tuple[str, ...]:
    """Names of the caps that a footprint exceeds."""
    against = {
        "power": taken.power / limits.power_cap,
        "chips": taken.chips_share / limits.chips_cap,
        "capital": taken.capital_share / limits.capital_cap,
        "product": taken.product_share / limits.product_cap,
    }
    return tuple(name for name, ratio in against.items() if ratio > 1)
