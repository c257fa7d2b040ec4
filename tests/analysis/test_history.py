"""Growth by the statistics of history, on series whose growth is known, and in the stored runs."""

import numpy as np
import pandas as pd
import pytest

from analysis import history
from analysis.stored.baseline import stored_tables
from tests.door.door import assert_refused, megamarket

DATES = pd.date_range("2020-01-01", "2024-12-01", freq="MS")


def test_the_fit_finds_a_known_growth_and_leaves_small_runs_out() -> None:
    years = (DATES - DATES[0]).days / history.YEAR_DAYS
    models = pd.DataFrame({"date": DATES, "budget": 1e6 * 3.0**years})
    assert history.growth_of_largest(models, "budget") == pytest.approx(3.0)
    dwarfs = models[models["date"] > "2021-06-01"].assign(budget=1.0)
    both = pd.concat([models, dwarfs])
    assert history.growth_of_largest(both, "budget") == pytest.approx(3.0)
    assert np.isnan(history.growth_of_largest(models.iloc[:2], "budget"))


def test_only_whole_years_count() -> None:
    dates = pd.date_range("2020-07-01", "2024-03-01", freq="MS")
    months = pd.DataFrame({"date": dates, "revenue": 2.0 ** (dates.year - 2020)})
    assert history.growth_of_years(months, "revenue") == pytest.approx(2.0)
    assert np.isnan(history.growth_of_years(months[months["date"] < "2022-01-01"], "revenue"))


def test_the_stored_baseline_grows_at_the_pace_of_history() -> None:
    """Cost and compute of the largest runs, and revenue; nothing was fitted to these facts."""
    tables = stored_tables()
    assert tables is not None
    table = history.against_history(history.growth_in_runs(tables)).set_index("growth of")
    assert set(table["runs inside"].str.split(" of ").str[1]) == {str(tables.replications)}
    told = table["median is"].to_dict()
    assert told == {
        "Cost of the largest runs, 2020-25": "inside",
        "Cost of the largest runs, 2016-24": "outside",
        "Compute of the largest runs, 2020-25": "inside",
        "Revenue, 2023-25": "inside",
    }


def test_the_figure_tells_what_the_table_tells() -> None:
    tables = stored_tables()
    assert tables is not None
    found = history.growth_in_runs(tables)
    figure = history.history_figure(found)
    for fact in history.facts()["fact"]:
        assert fact in figure.layout.meta["alt"]


def test_a_folder_without_runs_is_refused(tmp_path) -> None:
    assert_refused(megamarket("study", "history", str(tmp_path), cwd=tmp_path), "is not the folder")
