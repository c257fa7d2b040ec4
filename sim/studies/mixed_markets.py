"""Does every point called an equilibrium survive an independent search for profitable deviations?

Markets with a price-sensitive mass and an insensitive niche, where first-order conditions have
several solutions. Symbols: alpha price sensitivity; F firms; gain as a share of a firm's profit.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from sim.economics.choice import Array
from sim.economics.demand import LogitDemand
from sim.economics.equilibrium import solve_prices

Progress = Callable[[int, int], None]
ALPHA, WEIGHTS = (4.0, 0.2), (0.8, 0.2)  # sensitive mass, insensitive niche
DRAWS, POLISHED = 3_000, 4  # random prices tried per firm; of these, how many are followed to a peak
PROFITABLE = 1e-6  # gain, as a share of profit, that refutes an equilibrium


@dataclass(frozen=True)
class MixedMarket:
    """A random market."""

    demand: LogitDemand
    costs: Array  # [product]
    firm_ids: np.ndarray  # [product]


def run(markets: int = 500, seed: int = 0, progress: Progress | None = None) -> pd.DataFrame:
    """Solve random markets and search each for deviations by other means; one row per market.

    Columns: market, firms, products, status, deviation_gain (as published), independent_gain (nan
    where no equilibrium is claimed), refuted, first_point_kept (whether the first solution of the
    conditions was the equilibrium).
    """
    rows = []
    for number in range(markets):
        draw = np.random.default_rng([seed, number])
        rows.append({"market": number, **_examined(random_market(draw), draw)})
        if progress is not None:
            progress(number + 1, markets)
    return pd.DataFrame(rows)


def random_market(draw: np.random.Generator) -> MixedMarket:
    """2-6 firms with 1-4 products each, tastes N(2, 1.5) of the mass and N(U(-2, 2), 1.5) of the niche."""
    sizes = draw.integers(1, 5, size=draw.integers(2, 7))
    firm_ids = np.repeat(np.arange(sizes.size), sizes)
    middle = np.array([[2.0], [draw.uniform(-2.0, 2.0)]])
    V0 = draw.normal(middle, 1.5, (2, firm_ids.size))
    demand = LogitDemand(V0, ALPHA, WEIGHTS, "unit_demand")
    return MixedMarket(demand, draw.uniform(0.1, 1.0, firm_ids.size), firm_ids)


def independent_gain(market: MixedMarket, prices: Array, draw: np.random.Generator) -> float:
    """Largest relative gain of a firm from any own prices found by random search and simplex descent."""
    return max(_firm_gain(market, prices, firm, draw) for firm in np.unique(market.firm_ids))


def _examined(market: MixedMarket, draw: np.random.Generator) -> dict[str, object]:
    """What became of one market."""
    found = solve_prices(market.demand, market.costs, market.firm_ids.tolist())
    first = solve_prices(market.demand, market.costs, market.firm_ids.tolist(), check=False)
    claimed = found.status == "equilibrium"
    gain = independent_gain(market, found.prices, draw) if claimed else np.nan
    return {
        "firms": int(market.firm_ids.max()) + 1,
        "products": market.firm_ids.size,
        "status": found.status,
        "deviation_gain": found.deviation_gain,
        "independent_gain": gain,
        "refuted": claimed and gain > PROFITABLE,
        "first_point_kept": claimed and np.allclose(first.prices, found.prices, rtol=1e-6),
    }


def _firm_gain(market: MixedMarket, prices: Array, firm: int, draw: np.random.Generator) -> float:
    """Largest relative gain of one firm, others' prices unchanged."""
    own = market.firm_ids == firm
    exponent = draw.uniform(np.log(0.05), np.log(60.0), (DRAWS, own.sum()))
    trials = market.costs[own] + np.exp(exponent)
    present = _profits(market, prices, own, prices[own][None])[0]
    worth = _profits(market, prices, own, trials)
    best = max(present, worth.max())
    for start in trials[np.argsort(-worth)[:POLISHED]]:
        peak = scipy.optimize.minimize(
            lambda asked: -_profits(market, prices, own, asked[None])[0],
            start, method="Nelder-Mead", options={"maxiter": 400, "xatol": 1e-7, "fatol": 1e-12},
        )  # fmt: skip
        best = max(best, -peak.fun)
    return float(best / present - 1.0)


def _profits(market: MixedMarket, prices: Array, own: np.ndarray, trials: Array) -> Array:
    """A firm's profit at rows of its own prices, straight from the definition of the logit, `[trial]`."""
    V0, alpha = np.asarray(market.demand.V0), np.array(ALPHA)[:, None]
    rows = np.tile(prices, (len(trials), 1))
    rows[:, own] = trials
    worth = np.exp(V0 - alpha * rows[:, None, :])  # [trial, type, product]
    shares = worth / (1.0 + worth.sum(axis=2, keepdims=True))
    margins = (rows - market.costs)[:, own]
    return np.einsum("i,tij,tj->t", np.array(WEIGHTS), shares[:, :, own], margins)
