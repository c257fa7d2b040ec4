"""Compute gets its price of the month, and the run says when it takes more than the world has."""

import math

from sim.economics import compute, progress
from sim.world import World

CAPS = {
    "power": ("power use passes the stated cap", "power_cap"),
    "chips": ("chips in use pass the stated share of the world stock's trend", "chips_cap"),
    "capital": ("hardware passes the stated share of the capital market", "capital_cap"),
    "product": ("spending on compute passes the stated share of world product", "product_cap"),
}


def compute_is_priced(world: World) -> None:
    """The price over its trend at which last month's spending on compute meets the supply."""
    market = world.config.compute
    trend = progress.flop_per_usd(world.config.technology, world.month)
    if world.month:
        supply = compute.trend_stock(market, world.month) * compute.chip_month(market)
        world.compute_premium = compute.premium(market, spending_on_compute(world) * trend / supply)
    world.flop_per_usd = trend / world.compute_premium


def limits_are_watched(world: World) -> None:
    """Take stock of what the month's compute needs; tell the first time that a cap is passed."""
    config = world.config
    spent = spending_on_compute(world)
    world.footprint = compute.footprint(config.compute, config.limits, world.month, spent, world.flop_per_usd)
    exceeded = compute.exceeded(config.limits, world.footprint)
    world.beyond = bool(exceeded)
    for name in exceeded:
        if name not in world.passed:
            text, cap = CAPS[name]
            world.passed.add(name)
            world.tell("limit", "world", f"{text}; nothing is clipped", getattr(config.limits, cap))


def spending_on_compute(world: World) -> float:
    """Serving, and the compute part of development, experiments included, USD/month, from the books."""
    share = world.config.training.compute_share
    return math.fsum((world.books.serving + share * world.books.training).tolist())
