"""How providers set prices: rules chosen by name in the scenario, turned into the terms of one price game."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.config.rivalry import AtCost, Capped, Conduct, PricingRule
from sim.economics.scaling import Array
from sim.published import Catalogue


@dataclass(frozen=True)
class PriceTerms:
    """What binds the prices of a month; arrays run over products."""

    ownership: Array | None  # [product, product], weight of k's profit for the owner of j; None: own alone
    fixed: Array  # USD/Mtoken, prices that are not free; NaN where free
    ceilings: Array | None  # USD/Mtoken


def price_terms(
    rules: Sequence[PricingRule], goods: Catalogue, costs: Array, war_prices: dict[int, float]
) -> PriceTerms:
    """Terms that the providers' rules make, at marginal `costs` by product, USD/Mtoken.

    `war_prices` over unit cost by provider.

    A provider at war sells everything at its war price, whatever its rule.
    """
    fixed = np.where(goods.sold, np.nan, goods.price)
    for provider, rule in enumerate(rules):
        if isinstance(rule, AtCost):
            fixed = np.where(goods.provider == provider, costs, fixed)
    for provider, level in war_prices.items():
        fixed = np.where(goods.provider == provider, level * goods.unit_cost, fixed)
    return PriceTerms(_ownership(rules, goods), fixed, goods.ceilings)


def _ownership(rules: Sequence[PricingRule], goods: Catalogue) -> Array | None:
    """Own profit counts in full, rivals' with the weight kappa of the product's owner."""
    if not any(isinstance(rule, Conduct) for rule in rules):
        return None
    kappa = np.array([rule.weight if isinstance(rule, Conduct) else 0.0 for rule in rules])
    weights = np.where(goods.sold, kappa[goods.provider], 0.0)[:, None] * goods.sold[None, :]
    return np.where(goods.firms.own > 0.0, 1.0, weights)


def rule_ceilings(rules: Sequence[PricingRule], goods: Catalogue, costs: Array, fees: Array) -> Array | None:
    """The cap and the tier's fee on it; never below cost, which nobody can be made to sell at."""
    if not any(isinstance(rule, Capped) for rule in rules):
        return None
    caps = np.array([rule.cap if isinstance(rule, Capped) else np.inf for rule in rules])
    allowed = caps[goods.provider] * (1.0 + fees[goods.tier])
    return np.where(goods.sold, np.maximum(allowed, costs), np.inf)
