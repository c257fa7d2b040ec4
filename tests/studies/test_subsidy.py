"""What public money bought: the same luck with and without, and shares that add up."""

import pandas as pd
import pytest

import sim
from sim.studies import subsidy
from tests.market.measures import measure

SHARES = ["to_training", "to_service", "to_others", "private_margin"]


@pytest.fixture(scope="module")
def granted(small: sim.Scenario) -> sim.Scenario:
    return small.amend(measure("grant"))


def test_a_grant_is_counted_in_full_and_its_shares_add_up(granted: sim.Scenario) -> None:
    rows = subsidy.run(granted, months=40, seed=2, replications=2)
    assert rows["public_usd"].tolist() == pytest.approx([1.2e9, 1.2e9])
    assert rows[SHARES].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert rows["to_others"].tolist() == pytest.approx([0, 0], abs=0.05)
    assert rows["replication"].tolist() == [0, 1]


def test_without_money_there_is_nothing_to_share(small: sim.Scenario) -> None:
    row = subsidy.run(small.amend(measure("merger_block")), months=24, replications=1).iloc[0]
    assert row["public_usd"] == row["extra_providers"] == row["extra_capability"] == 0
    assert row[SHARES].isna().all()


def test_money_for_one_that_never_trains_ends_as_margin(granted: sim.Scenario) -> None:
    idle = granted.amend({"providers.eu_champion.training.kind": "never"})
    row = subsidy.run(idle, months=40, replications=1).iloc[0]
    assert row["private_margin"] == pytest.approx(1)
    assert row["to_training"] == 0


def test_money_for_one_that_is_short_of_it_goes_into_training(small: sim.Scenario) -> None:
    poor = {
        f"providers.eu_champion.{key}": value
        for key, value in {"cash": 2e7, "credit_line": 0.0, "backing": 1.5e7}.items()
    }
    row = subsidy.run(small.amend(measure("grant", end="2030-01") | poor), months=60, replications=1).iloc[0]
    assert row["extra_providers"] >= 0
    assert row["extra_capability"] > 0
    assert row["to_training"] > 0.2


def test_prices_are_ratios_of_means_and_missing_where_nothing_was_bought() -> None:
    rows = pd.DataFrame(
        {
            "replication": [0, 1],
            "public_usd": [1e9, 3e9],
            "extra_providers": [1.0, 0.0],
            "extra_capability": [-1.0, 0.5],
        }
    )
    table = subsidy.summary(rows).set_index("measure")["mean"]
    assert table["usd_per_provider"] == pytest.approx(4e9)
    assert pd.isna(table["usd_per_nat"])
    rows["public_usd"] = 0.0
    assert pd.isna(subsidy.summary(rows).set_index("measure")["mean"]["usd_per_provider"])


def test_only_measures_that_are_there_can_be_left_out(small: sim.Scenario, granted: sim.Scenario) -> None:
    with pytest.raises(sim.UserError, match=r"has no policies; put one on top with --policy NAME."):
        subsidy.without(small)
    with pytest.raises(sim.UserError, match=r"There is no policy 'grand' in baseline. Did you mean 'grant'?"):
        subsidy.without(granted, ["grand"])
    both = granted.amend(measure("licence"))
    assert [p.name for p in subsidy.without(both, ["grant"]).config.policies] == ["licence"]
    assert subsidy.without(both).config.policies == ()
