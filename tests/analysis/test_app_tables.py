"""Comparisons on equal luck, a lab's fate, phase diagrams, causes: what pages draw, from tables made by hand."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.arms import differing_groups, end_points
from analysis.charts import finetuning, phases
from analysis.charts.arms import compared, dots, linked
from analysis.charts.effects import differences
from analysis.charts.one_run import domain_shares, happenings, purse, share_by_domain
from analysis.charts.parts import Named
from analysis.exhibits import in_words
from analysis.lab import NAME, Lab, fate
from analysis.pages import report
from analysis.paired import paired
from analysis.tables import NOWHERE, RunTables
from analysis.tuning import shares
from analysis.why import Case
from ml_core.gains import gains
from ml_core.rows import load_measurements
from ml_core.tables import measured_table
from sim.scenario import load

LAB = Lab(12.0, 0.0, 0.0, 12.0, 1.0, 1e6, "startup", "japan", ("api",), False)


def runs(tables: RunTables, change: float) -> RunTables:
    """The same runs with more who consider."""
    months = tables.months.assign(considering=tables.months["considering"] + change)
    return RunTables(**{**vars(tables), "months": months})


def test_differences_are_between_runs_of_equal_luck(tables: RunTables) -> None:
    row = paired(tables, runs(tables, 0.5), ["considering"]).iloc[0]
    assert row["median"] == pytest.approx(0.5)
    assert row["low"] == pytest.approx(0.5)
    assert (row["higher"], row["lower"], row["runs"]) == (3, 0, 3)


def test_runs_without_a_twin_do_not_count(tables: RunTables) -> None:
    fewer = RunTables(**{**vars(tables), "months": tables.months[tables.months["replication"] < 2]})
    assert paired(tables, fewer, ["considering"]).iloc[0]["runs"] == 2


def test_groups_that_differ() -> None:
    base = load("baseline")
    other = base.amend({"demand.trust": 0.5, "providers.eu_champion.cash": 1e9, "demand.privacy": 0.1})
    found = differing_groups(base, other)
    assert found == {
        "demand": {"demand.trust": 0.5, "demand.privacy": 0.1},
        "providers.eu_champion": {"providers.eu_champion.cash": 1e9},
    }


def test_charts_of_arms_draw(tables: RunTables) -> None:
    arms = {"Baseline": tables, "Yours": runs(tables, 1.0)}
    months = {name: side.months for name, side in arms.items()}
    fig = compared(months, "effective_number")
    assert {trace.name for trace in fig.data} >= {"Baseline", "Yours"}
    points = end_points(arms, "effective_number")
    assert len(points) == 6
    ends = dots(points, "effective_number")
    assert sum(trace.mode == "markers" for trace in ends.data) == 2
    assert ends.layout.xaxis.title.text == "Effective number of providers"
    assert (
        linked(tables.months, ["hhi", "revenue"], tables.months["date"].max()).layout.hoversubplots == "axis"
    )
    assert linked(tables.months, []).layout.meta["title"] == "Nothing to show"
    table = pd.DataFrame({"label": ["a"], "median": [1.0], "low": [0.5], "high": [2.0]})
    assert differences(table, "1", "Effects").data[0].x[0] == 1.0
    assert differences(table.iloc[:0], "1", "Effects").layout.meta["alt"] == "Nothing differs."


def test_charts_of_one_run_draw(tables: RunTables) -> None:
    own = tables.events[tables.events["replication"] == 0]
    assert len(happenings(own).data) == own["kind"].nunique()
    assert happenings(own.iloc[:0]).layout.annotations[0].text == "Nothing of this kind happened."
    assert len(purse(tables.providers, "first_mover").data) == 3
    sales = pd.DataFrame(
        {"year": [0, 1, 1, 1], "domain": ["law", "law", "law", "science"], "provider": ["a", "a", "b", "b"]}
    ).assign(amount=[9.0, 1.0, 3.0, 5.0])
    shares = domain_shares(sales, "a").set_index("domain")["share"]
    assert shares.to_dict() == {"law": 0.25, "science": 0.0}
    assert list(share_by_domain(sales, "a").data[0].x) == [0.25, 0.0]


def test_causes_are_followed_to_their_end() -> None:
    events = pd.DataFrame({"event": [3, 5, 8, 9], "because": [-1, 3, 5, 9]})
    tables = replace(lab_tables([1.0], [1.0]), events=events)
    chains = [Case(tables, None, load("baseline"), 0, event).causes() for event in (8, 9)]
    assert [[row["event"] for row in chain] for chain in chains] == [[3, 5, 8], [9]]


def lab_tables(revenue: list[float], alive: list[float]) -> RunTables:
    """One run of some months in which the lab pays 1 USD a month and holds 12."""
    size = len(revenue)
    own = pd.DataFrame({"replication": 0, "month": range(size), "provider": NAME, "revenue": revenue})
    own = own.assign(alive=alive, serving=0.0, training=0.0, cash=12.0)
    months = pd.DataFrame({"replication": 0, "month": range(size), "revenue": 10.0})
    empty = pd.DataFrame()
    frames = dict.fromkeys(
        ("products", "jurisdictions", "vintages", "events", "regimes", "provenance"), empty
    )
    return RunTables(months=months, providers=own, metadata={}, folder=NOWHERE, **frames)


def test_fate_of_a_lab_that_pays_back() -> None:
    row = fate(lab_tables([0.0, 1.0, 2.0, 3.0], [1.0] * 4), LAB).iloc[0]
    assert row["alive"]
    assert row["payback"] == 2
    assert row["share"] == pytest.approx(6 / 40)
    assert row["runway"] == pytest.approx(12.0)


def test_fate_of_a_lab_that_dies() -> None:
    row = fate(lab_tables([0.0, 0.0, 0.0], [1.0, 1.0, 0.0]), LAB).iloc[0]
    assert not row["alive"]
    assert np.isnan(row["payback"])
    assert row["share"] == 0


def test_phase_diagrams_count_and_draw() -> None:
    spots = pd.DataFrame({"a": [1.0, 1.0, 2.0, 2.0], "b": [1.0, 2.0, 1.0, 2.0]})
    regimes = pd.concat([spots.assign(structure="monopoly")] * 2 + [spots.assign(structure="oligopoly")])
    cells = phases.structures(regimes, "a", "b")
    assert set(cells["structure"]) == {"monopoly"}
    assert set(cells["count"]) == {2}
    ends = spots.assign(theta=[1.1, 1.4, 1.6, 2.2], effective_number=[1.0, 2.0, 3.0, 4.0], replication=0)
    across, up, number = Named("a", "A", "1"), Named("b", "B", "1"), in_words("effective_number")
    fig = phases.with_bound(phases.structure_map(regimes, across, up), ends, "a", "b")
    assert [trace.name for trace in fig.data if trace.type == "contour"] == [
        "room for 2",
        "room for 3",
        "room for 5",
    ]
    fig = phases.with_bound(phases.phase(ends, across, up, number), ends, "a", "b")
    assert fig.data[0].z.tolist() == [[1.0, 3.0], [2.0, 4.0]]
    assert [tuple(place) for place in fig.data[1].customdata] == [
        (1.0, 1.0),
        (2.0, 1.0),
        (1.0, 2.0),
        (2.0, 2.0),
    ]
    curve = phases.response(ends, across, number)
    assert list(curve.data[-1].y) == [1.5, 3.5]


def test_shares_of_full_tuning_compare_like_with_like() -> None:
    measured = measured_table(gains(load_measurements()))
    table = shares(measured, measured)
    assert table.loc[table["mode"] == "full", "ratio"].tolist() == [1.0, 1.0, 1.0]
    assert len(finetuning.measured_gains(measured).data) == 2 * measured["mode"].nunique()


def test_archives_hold_every_table(tables: RunTables) -> None:
    for kind in ("csv", "parquet"):
        with zipfile.ZipFile(io.BytesIO(report.packed(tables, kind))) as archive:
            assert {f"{name}.{kind}" for name in report.TABLES} <= set(archive.namelist())
    with zipfile.ZipFile(io.BytesIO(report.packed(tables, "parquet"))) as archive:
        kept = pd.read_parquet(io.BytesIO(archive.read("months.parquet")))
    pd.testing.assert_frame_equal(kept, tables.months.reset_index(drop=True))
