"""Markets and settings shared by the tests of trust and of incidents."""

import pandas as pd

import sim
from sim.model import Market

MONTHS = 40
PEOPLE = {"adoption.considering_at_start": 0.5}  # so that there is use from the start
CALM = {"trust.rise": 0.0, "trust.fall": 0.0}


def played(scenario: sim.Scenario, months: int = MONTHS, **settings: object) -> pd.DataFrame:
    return sim.run(scenario.amend(dict(settings)), months=months, seed=3).months


def market_at(scenario: sim.Scenario, months: int = 30) -> Market:
    market = Market(scenario.config, months + 2, seed=3)
    for _ in range(months):
        market.step()
    return market
