"""Price equilibrium, 8 firms x 4 products x 2,000 types, against pyblp, scipy and plain numpy.

Same market, same tolerance (1e-8), same start, one thread, CPU time, interleaved; prints JSON.
Run `python benchmarks/price_equilibrium.py [--types 2000] [--repeats 7]`; pyblp is left out with a
message where it is not installed.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import root
from threadpoolctl import threadpool_limits

from sim.economics.conditions import best_markups, exact_sums, solve_market
from sim.economics.demand import LogitDemand
from sim.economics.equilibrium import solve_prices
from sim.economics.game import PriceGame, price_game

FIRMS, TIERS, TOLERANCE = 8, 4, 1e-8


def market(types: int) -> dict[str, np.ndarray]:
    """A market with random tastes for two characteristics and random price sensitivity."""
    draw = np.random.default_rng(1)
    products = FIRMS * TIERS
    nodes = draw.uniform(-1.7, 1.7, (types, 3))
    x = draw.normal(0.0, 1.0, products)
    fixed = draw.normal(1.0, 0.5, products)
    alpha = 1.5 + 0.4 * nodes[:, 1]
    V0 = fixed + 0.5 * nodes[:, [0]] + 0.6 * nodes[:, [2]] * x
    return {
        "nodes": nodes, "x": x, "fixed": fixed, "alpha": alpha, "V0": V0,
        "weights": np.full(types, 1.0 / types), "costs": draw.uniform(0.3, 1.2, products),
        "firm_ids": np.repeat(np.arange(FIRMS), TIERS),
    }  # fmt: skip


def ours(game: PriceGame, start: np.ndarray) -> np.ndarray:
    """First-order conditions by the compiled face."""
    return solve_market(game, start, TOLERANCE).point


def by_numpy(data: dict[str, np.ndarray], start: np.ndarray) -> np.ndarray:
    """The zeta iteration in place on transposed tables, as one would write it for speed in numpy."""
    V0, alpha, w, costs = np.ascontiguousarray(data["V0"].T), data["alpha"], data["weights"], data["costs"]
    firms = [np.flatnonzero(data["firm_ids"] == firm) for firm in range(FIRMS)]
    slope, table, weighted = w * alpha, np.empty_like(V0), np.empty_like(V0)
    prices = start.copy()
    while True:
        np.multiply(prices[:, None], alpha, out=table)
        np.subtract(V0, table, out=table)
        top = np.maximum(table.max(axis=0), 0.0)
        np.subtract(table, top, out=table)
        np.exp(table, out=table)
        table /= np.exp(-top) + table.sum(axis=0)
        np.multiply(table, slope, out=weighted)
        margins, asked = prices - costs, np.empty_like(prices)
        for own in firms:
            asked[own] = weighted[own] @ (margins[own] @ table[own])
        asked = costs + (table @ w + asked) / weighted.sum(axis=1)
        moved = np.abs(asked - prices).max()
        prices = asked
        if moved <= TOLERANCE:
            return prices


def by_scipy(game: PriceGame, start: np.ndarray) -> np.ndarray:
    """scipy's hybrid root finder on the plain formulas."""
    found = root(lambda p: best_markups(game, p, exact_sums)[0] - p, start, tol=TOLERANCE)
    return found.x


def by_pyblp(data: dict[str, np.ndarray]) -> Callable[[np.ndarray], np.ndarray] | None:
    """pyblp's simulation of the same market, its default zeta iteration at our tolerance."""
    try:
        import pyblp
    except ImportError:
        print("pyblp is not installed: that peer is left out (uv pip install pyblp).", file=sys.stderr)
        return None
    pyblp.options.verbose = False
    products, types = data["x"].size, data["alpha"].size
    simulation = pyblp.Simulation(
        (pyblp.Formulation("0 + fixed"), pyblp.Formulation("1 + prices + x")),
        {
            "market_ids": np.zeros(products), "firm_ids": data["firm_ids"], "x": data["x"],
            "fixed": data["fixed"],
        },
        beta=[1.0], sigma=np.diag([0.5, -0.4, 0.6]), xi=np.zeros(products), omega=np.zeros(products),
        agent_formulation=pyblp.Formulation("0 + one"), pi=[[0.0], [-1.5], [0.0]],
        agent_data={
            "market_ids": np.zeros(types), "weights": data["weights"], "nodes": data["nodes"],
            "one": np.ones(types),
        },
    )  # fmt: skip
    iteration = pyblp.Iteration("simple", {"atol": TOLERANCE})

    def solve(start: np.ndarray) -> np.ndarray:
        found = simulation.replace_endogenous(
            costs=data["costs"], prices=start, iteration=iteration, error_behavior="raise"
        )
        return found.product_data.prices.ravel()

    return solve


def measure(candidates: dict[str, Callable[[], np.ndarray]], repeats: int) -> dict[str, float]:
    """Median CPU milliseconds of each candidate, interleaved after one warm-up each."""
    for run in candidates.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(repeats):
        for name, run in candidates.items():
            before = time.process_time()
            run()
            times[name].append(1e3 * (time.process_time() - before))
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--types", type=int, default=2_000)
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    data = market(given.types)
    demand = LogitDemand(data["V0"], data["alpha"], data["weights"], "unit_demand")
    game = price_game(demand, data["costs"], data["firm_ids"])
    start = data["costs"] + 1.0 / 1.5
    candidates: dict[str, Callable[[], np.ndarray]] = {
        "megamarket": lambda: ours(game, start),
        "megamarket_with_checks": lambda: (
            solve_prices(demand, data["costs"], data["firm_ids"], start=start, tol=TOLERANCE).prices
        ),
        "numpy_in_place": lambda: by_numpy(data, start),
        "scipy_root": lambda: by_scipy(game, start),
    }
    with threadpool_limits(1):
        peer = by_pyblp(data)
        if peer is not None:
            candidates["pyblp"] = lambda: peer(start)
        answers = {name: run() for name, run in candidates.items()}
        times = measure(candidates, given.repeats)
    own = times["megamarket"]
    apart = {name: float(np.abs(prices - answers["megamarket"]).max()) for name, prices in answers.items()}
    result = {
        "market": f"{FIRMS} firms x {TIERS} products x {given.types} types, tolerance {TOLERANCE}",
        "cpu_ms": times,
        "times_slower_than_megamarket": {name: value / own for name, value in times.items()},
        "largest_price_difference": apart,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
