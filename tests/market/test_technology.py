"""Technology in the running market: sizes, progress, compute prices, limits, accounts."""

import numpy as np
import pytest

import sim
from sim.economics import scaling
from sim.model import Market

OPTIMAL = {"training.sizing.kind": "compute_optimal"}


def size_over_optimum(run: sim.Run) -> np.ndarray:
    trained = run.vintages.query("vintage > 0")
    law = run.scenario.config.scaling
    return (trained.params / scaling.optimal_params(law, trained.flop.to_numpy())).to_numpy()


def test_models_that_will_be_served_are_smaller(small: sim.Scenario, small_run: sim.Run) -> None:
    ratio = size_over_optimum(small_run)
    assert ratio.min() < 0.8
    assert ratio.max() <= 1
    trained = small_run.vintages.query("vintage > 0")
    assert (6 * trained.params * trained.tokens).to_numpy() == pytest.approx(trained.flop.to_numpy())
    off = sim.run(small.amend(OPTIMAL), months=60, seed=3)
    assert size_over_optimum(off) == pytest.approx(1.0)


def test_what_was_served_is_known_in_the_next_month(small: sim.Scenario) -> None:
    market = Market(small.config, 40, seed=3)
    for _ in range(39):
        market.step()
    sold = [p.books.revenue / p.offer.price if p.offer else 0.0 for p in market.providers]
    assert max(sold) > 0
    market.step()
    assert market.published.served == pytest.approx(np.array(sold))
