"""Profit of an owner in 40 digits, straight from the definitions, and its slope by differences."""

import mpmath as mp
import numpy as np


def _nested_shares(utilities, nests, rho):
    """Shares of one type by the textbook formula; None where a product is not available."""
    sums = {}
    for u, nest in zip(utilities, nests, strict=True):
        if u is not None:
            sums[nest] = sums.get(nest, mp.mpf(0)) + mp.exp(u / (1 - rho[nest]))
    whole = 1 + sum(total ** (1 - rho[nest]) for nest, total in sums.items())
    return [
        mp.mpf(0) if u is None
        else mp.exp(u / (1 - rho[nest])) / sums[nest] * sums[nest] ** (1 - rho[nest]) / whole
        for u, nest in zip(utilities, nests, strict=True)
    ]  # fmt: skip


def objective(market, prices, owner):
    """Profit that the owner of product `owner` maximises, rivals' profits weighted by `ownership`."""
    V0, spends = market["V0"], market["form"] == "constant_expenditure"
    types, products = np.shape(V0)
    nests = market.get("nesting_ids") or [0] * products
    rho = market.get("rho_by_nest") or dict.fromkeys(nests, 0)
    open_to = market.get("availability", np.ones((types, products)))
    unit = np.broadcast_to(market.get("unit", 0.0), products)
    ad = np.broadcast_to(market.get("ad_valorem", 0.0), products)
    costs = np.broadcast_to(market["costs"], (types, products))
    total = mp.mpf(0)
    for i in range(types):
        alpha, paid = mp.mpf(market["alpha"][i]), [mp.log(p) if spends else p for p in prices]
        utilities = [mp.mpf(V0[i][j]) - alpha * paid[j] if open_to[i][j] else None for j in range(products)]
        shares = _nested_shares(utilities, nests, rho)
        for k in range(products):
            units = market["weights"][i] * shares[k] / (prices[k] if spends else 1)
            kept = prices[k] * (1 - mp.mpf(ad[k])) - mp.mpf(unit[k]) - mp.mpf(costs[i][k])
            total += mp.mpf(market["ownership"][owner][k]) * units * kept
    return total


def slope(market, prices, product):
    """Elasticity of the owner's objective by the product's price, scaled by the product's own revenue."""
    with mp.workdps(60):
        exact = [mp.mpf(float(p)) for p in prices]
        step = mp.mpf(10) ** -20
        up, down = list(exact), list(exact)
        up[product] *= 1 + step
        down[product] *= 1 - step
        rise = (objective(market, up, product) - objective(market, down, product)) / (2 * step)
        alone = {**market, "ownership": np.eye(len(exact)), "costs": 0.0, "unit": 0.0, "ad_valorem": 0.0}
        return float(rise / objective(alone, exact, product))
