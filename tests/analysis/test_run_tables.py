import json
import shutil

import numpy as np
import pandas as pd
import pytest

from analysis.tables import (
    HEADLINES,
    bands,
    headlines,
    last_year_sums,
    median_replication,
    outcome,
    read_run,
    yearly,
)
from sim.errors import UserError
from sim.outcomes import OUTCOMES


def market(runs=11, months=18):
    """Tables whose every outcome is replication x 1000 + month."""
    index = pd.MultiIndex.from_product([range(runs), range(months)], names=["replication", "month"])
    table = index.to_frame(index=False)
    table["date"] = table["month"].map(lambda m: pd.Timestamp(2020, 7, 1) + pd.DateOffset(months=m))
    value = table["replication"] * 1000.0 + table["month"]
    return table.assign(**{o.name: value for o in OUTCOMES})


def test_bands_are_quantiles_over_replications():
    found = bands(market(), ["hhi", "revenue"]).set_index(["outcome", "month"]).loc[("hhi", 3)]
    assert (found["low"], found["median"], found["high"], found["runs"]) == (1003, 5003, 9003, 11)


def test_bands_leave_out_what_is_not_finite():
    table = market(runs=3, months=2)
    table["hhi"] = [np.nan, 1.0, np.inf, 5.0, np.nan, 7.0]
    found = bands(table, ["hhi"]).set_index("month")
    assert found.loc[0, "runs"] == 0
    assert np.isnan(found.loc[0, "median"])
    assert found.loc[1, ["runs", "median"]].tolist() == [3, 5]


def test_bands_lie_between_the_nearest_runs():
    table = market(runs=8, months=3)
    table["hhi"] = np.random.default_rng(5).lognormal(size=24)
    table.loc[table["month"] == 1, "hhi"] = [np.nan, 4.0, 1.0, np.inf, 9.0, 2.0, 3.0, np.nan]
    found = bands(table, ["hhi"])
    for month, row in found.set_index("month").iterrows():
        values = table.loc[(table["month"] == month) & np.isfinite(table["hhi"]), "hhi"]
        expected = np.quantile(values, [0.1, 0.5, 0.9])
        np.testing.assert_allclose(row[["low", "median", "high"]].astype(float), expected, rtol=1e-12)
        assert row["runs"] == len(values)


def test_bands_of_all_outcomes_are_complete(tables):
    found = bands(tables.months)
    assert len(found) == len(OUTCOMES) * 24
    assert (found["low"].fillna(0) <= found["high"].fillna(0)).all()


def test_flows_add_up_over_calendar_years_and_the_months_are_counted():
    found = yearly(market(runs=2)).set_index(["outcome", "replication", "year"])
    assert found.loc[("revenue", 0, 2020), "value"] == sum(range(6))
    assert found.loc[("revenue", 1, 2021), "value"] == 12_000 + sum(range(6, 18))
    assert found.loc[("revenue", 0, 2020), "months"] == 6
    assert found.loc[("revenue", 0, 2021), "unit"] == "USD/yr"
    assert "hhi" not in found.index.get_level_values("outcome")


def test_sums_of_the_last_year_start_with_the_twelfth_month_and_keep_runs_apart():
    found = last_year_sums(market(runs=2).sample(frac=1, random_state=0), ["revenue"])
    found = found.set_index(["replication", "month"])["revenue"]
    assert found.loc[(0, 11)] == sum(range(12))
    assert found.loc[(1, 12)] == 12_000 + sum(range(1, 13))
    assert len(found) == 2 * 7


def test_headlines_take_stocks_at_the_end_and_flows_over_the_last_year():
    found = headlines(market()).set_index("name")
    assert found.loc["providers", "median"] == 5017
    assert found.loc["revenue", "median"] == 5000 + np.mean(range(6, 18))
    assert found.loc["revenue", "when"] == "mean of the last 12 months"
    assert found.loc["revenue", ["low", "high", "runs"]].tolist() == [1011.5, 9011.5, 11]
    assert list(found.index) == list(HEADLINES)


def test_headlines_of_a_short_run_say_what_they_cover():
    assert headlines(market(months=5), ["revenue"])["when"].tolist() == ["mean of the last 5 months"]
    assert headlines(market(months=1), ["revenue"])["when"].tolist() == ["last month"]


def test_median_replication_is_the_one_in_the_middle():
    table = market(runs=3, months=2)
    table["effective_number"] = [0, 9, 0, 1, 0, 4]  # first and last month of three runs
    assert median_replication(table) == 2
    table.loc[table["replication"] == 2, "effective_number"] = np.nan
    assert median_replication(table) == 1  # of 9 and 1 the lower
    assert median_replication(table.assign(effective_number=np.nan)) == 0


def test_unknown_outcomes_are_refused():
    with pytest.raises(KeyError):
        outcome("happiness")


def spoilt(folder, tmp_path, name, content):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    if content is None:
        (copy / name).unlink()
    else:
        (copy / name).write_text(content)
    return copy


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("runs.parquet", None, "runs.parquet missing"),
        ("runs.parquet", "PAR1", "not a readable Parquet file"),
        ("metadata.json", "{", "is not JSON"),
        ("metadata.json", "[]", "does not tell program"),
        ("metadata.json", json.dumps({"program": "megamarket"}), "does not tell version"),
    ],
)
def test_spoilt_folders_get_a_sentence(folder, tmp_path, name, content, sentence):
    with pytest.raises(UserError, match=sentence):
        read_run(spoilt(folder, tmp_path, name, content))


@pytest.mark.parametrize(("name", "column"), [("runs", "theta"), ("providers", "price")])
def test_runs_of_another_version_get_a_sentence(folder, tmp_path, name, column):
    copy = shutil.copytree(folder, tmp_path / "copy")
    pd.read_parquet(copy / f"{name}.parquet").drop(columns=column).to_parquet(copy / f"{name}.parquet")
    with pytest.raises(UserError, match=f"lacks {column}"):
        read_run(copy)


def test_no_folder_gets_a_sentence(tmp_path):
    with pytest.raises(UserError, match="there is no such folder"):
        read_run(tmp_path / "nowhere")


def test_a_run_folder_is_read_whole(tables):
    assert tables.replications == 3
    assert tables.metadata["scenario"] == "baseline"
    assert {"path", "kind"} <= set(tables.provenance)
    assert set(tables.providers.groupby("replication").size() % 24) == {0}
    assert tables.events["replication"].nunique() == tables.vintages["replication"].nunique() == 3
