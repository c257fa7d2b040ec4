"""No ceiling on prices is passed at the renewal of tuned models, by whatever road the ceiling came."""

from typing import Any

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

import sim
from sim.columns import NOBODY
from sim.model import Market
from sim.phases import money

BUSY = {"adoption.considering_at_start": 1.0, "demand.intercept": 1.0, "demand.retuning_cost": 2.0}
STATES = ["china", "european_union", "india", "japan", "united_kingdom", "united_states"]
FORMS = [{}, {"demand.form": "unit_demand", "demand.price_unit": 20.0}]


def cap(ratio: float) -> dict[str, Any]:
    said = {"kind": "price_cap", "description": "A test.", "start": "2020-07", "end": "2040-01"}
    said |= {"jurisdictions": STATES, "target": "domestic", "ratio": ratio}
    return {f"policies.cap.{key}": value for key, value in said.items()}


def play(scenario: sim.Scenario, months: int = 14, seed: int = 3) -> Market:
    market = Market(scenario.config, months, seed)
    for _ in range(months):
        market.step()
    return market


def paid_over_cost(market: Market, rows: np.ndarray) -> np.ndarray:
    """What workloads pay over the unit cost of what they use, each asked while nobody else buys."""
    work, present, ratios = market.workloads, market.workloads.product, []
    for row in rows.tolist():
        work.product = np.full_like(present, NOBODY)
        work.product[row] = present[row]
        found = money._spent(market)
        ratios.append(found.sales.sum() / found.serving.sum())
    work.product = present
    return np.array(ratios)


def paid_over(market: Market, base: str) -> np.ndarray:
    """What the users of providers pay, over the list price or the unit cost."""
    work, goods = market.workloads, market.catalogue
    rows = np.flatnonzero(work.product >= 0)
    place = {code: k for k, code in enumerate(goods.code.tolist())}
    column = np.array([place[code] for code in work.product[rows].tolist()])
    return paid_over_cost(market, rows) * goods.unit_cost[column] / getattr(goods, base)[column]


@pytest.mark.parametrize("form", FORMS, ids=["constant expenditure", "unit demand"])
def test_nobody_pays_above_a_cap(small: sim.Scenario, form: dict) -> None:
    busy = small.amend(BUSY | form | {"oversight.hold_up": 0.5})
    free, capped = play(busy), play(busy.amend(cap(1.4)))
    assert paid_over(free, "price").max() > 1.05
    assert paid_over(free, "unit_cost").max() > 1.4
    assert paid_over(capped, "unit_cost").max() <= 1.4 * (1 + 1e-12)


@pytest.mark.parametrize("form", FORMS, ids=["constant expenditure", "unit demand"])
def test_under_a_cap_that_binds_hold_up_changes_nothing(small: sim.Scenario, form: dict) -> None:
    """Where the list price is the ceiling nothing can be taken, so nothing is felt in choice either."""
    bound = small.amend(BUSY | form | cap(1.05) | {"oversight.paid_share": 0.0})
    none, some = (sim.run(bound.amend({"oversight.hold_up": share}), 12, 3) for share in (0.0, 0.5))
    assert some.months.using.iloc[-1] > 0.1
    aside = ["consumer_surplus"]  # of market research, which knows last month's prices only
    assert_frame_equal(none.months.drop(columns=aside), some.months.drop(columns=aside))


def test_a_cap_above_what_is_asked_leaves_a_part(small: sim.Scenario) -> None:
    busy = small.amend(BUSY | {"oversight.hold_up": 0.5})
    taken = [sim.run(busy.amend(law), 14, 3).months.hold_up.iloc[-1] for law in (cap(1.05), cap(1e6), {})]
    assert taken[0] < 1e-9
    assert taken[1] > 0.01
    assert taken[1] == taken[2]
    market = play(busy)
    most = float(paid_over(market, "unit_cost").max())
    part = play(busy.amend(cap(0.9 * most)))
    assert paid_over(part, "price").max() > 1.0
    assert paid_over(part, "unit_cost").max() <= 0.9 * most * (1 + 1e-12)


def test_a_regulator_of_one_provider_is_heeded_at_renewal(small: sim.Scenario) -> None:
    regulated = {"providers.first_mover.pricing.kind": "capped", "providers.first_mover.pricing.cap": 8.0}
    busy = small.amend(BUSY | {"oversight.hold_up": 0.5})
    free, held = play(busy), play(busy.amend(regulated))

    def dearest(market: Market) -> float:
        goods, fees = market.catalogue, np.array([tier.fee for tier in market.config.tiers])
        mine = np.flatnonzero(np.array(goods.owners) == "first_mover")
        work, most = market.workloads, []
        for k in mine.tolist():
            rows = np.flatnonzero(work.product == goods.code[k])
            allowed = max(8.0 * (1 + fees[goods.tier[k]]), goods.unit_cost[k] / (1 - 0.01))
            if len(rows):
                most.append(float(paid_over_cost(market, rows).max() * goods.unit_cost[k] / allowed))
        return max(most)

    assert dearest(free) > 1.0
    assert dearest(held) <= 1 + 1e-9
