"""Reports on several scenarios and on sweeps."""

import dataclasses
import json

import numpy as np
import pytest

from analysis.comparison_document import arm_names, comparison_document
from analysis.paired import effects, pairs
from analysis.report import read_document, report_html
from analysis.sweep_document import factor_label
from analysis.tables import read_run
from sim.errors import UserError


@pytest.fixture(scope="module")
def comparison(folder, other_folder):
    return read_document([folder, other_folder])


def test_pairs_are_runs_of_the_same_luck(folder, other_folder):
    one, other = read_run(folder), read_run(other_folder)
    table = pairs(one, other).set_index(["name", "replication"])
    last = [t.months[t.months["month"] == 23].set_index("replication")["frontier"] for t in (one, other)]
    for replication in range(3):
        row = table.loc[("frontier", replication)]
        assert row["difference"] == last[1][replication] - last[0][replication]
        assert row["ratio"] == pytest.approx(np.exp(row["difference"]))  # nats are logs of compute
        cost = table.loc[("frontier_cost", replication)]
        assert cost["ratio"] == pytest.approx(cost["after"] / cost["before"])


def test_a_scenario_against_itself_changes_nothing(folder):
    same = read_run(folder)
    found = effects(pairs(same, same)).dropna(subset=["middle"])
    assert (found[["low", "middle", "high"]] == 1).all(axis=None)
    assert set(found["words"]) == {"same"}
    document = comparison_document([same, same])
    assert document.changed.empty
    assert "small" in arm_names([same, same])[0]
    assert len(set(arm_names([same, same]))) == 2


def test_the_comparison_says_what_differs_with_bands(comparison):
    assert len(comparison.sentences) == 3
    assert "of 3 pairs" in comparison.sentences[1]
    assert comparison.changed["Value"].tolist() == ["demand.capability_taste"]
    assert comparison.changed.iloc[0].tolist()[2:] == ["0.45", "0.8"]
    assert comparison.exhibits[0].key == "effects-1"
    assert all(exhibit.alt and exhibit.caption is not None for exhibit in comparison.exhibits)
    assert len(comparison.hashes) == 2 * 9


def test_runs_that_do_not_share_their_luck_are_refused(folder, other_folder):
    one, other = read_run(folder), read_run(other_folder)
    wrong = dataclasses.replace(other, metadata=other.metadata | {"seed": 7, "start": "2021-01"})
    with pytest.raises(UserError, match="only runs of equal seed, months and start") as caught:
        comparison_document([one, wrong])
    assert len(caught.value.problems) == 2
    with pytest.raises(UserError, match="expected 6 at most"):
        comparison_document([one] * 7)


@pytest.fixture(scope="module")
def swept(store):
    return read_document([store])


def test_a_sweep_has_phase_diagrams_and_says_where_outcomes_are_extreme(swept):
    keys = [exhibit.key for exhibit in swept.exhibits]
    assert "phase-effective_number" in keys
    assert "effective_number-by-demand-capability_taste" in keys
    assert "fan-consumer_surplus" in keys
    assert "8 runs at 4 points" in swept.kicker
    assert any("lowest, " in s and "capability taste" in s for s in swept.sentences)
    assert "luck and parameters" in swept.exhibits[-1].caption
    assert swept.changed["Levels"].tolist() == ["2", "2"]


def test_a_page_on_each_is_whole(comparison, swept):
    for document in (comparison, swept):
        html = report_html(document)
        assert html.count('role="img"') == len(document.exhibits)
        assert "default-src 'none'" in html
        for section in ("changed", "assumptions", "provenance", "limits", "glossary", "reproduce"):
            assert f'id="{section}"' in html


def test_a_sweep_is_not_mixed_with_runs(folder, store):
    with pytest.raises(UserError, match="a report is on one sweep alone"):
        read_document([folder, store])


def test_an_empty_or_foreign_sweep_gets_a_sentence(store, tmp_path):
    import shutil

    bare = shutil.copytree(store, tmp_path / "bare")
    shutil.rmtree(bare / "batches")
    with pytest.raises(UserError, match="no finished run yet"):
        read_document([bare])
    said = json.loads((store / "manifest.json").read_text())
    foreign = shutil.copytree(store, tmp_path / "foreign")
    (foreign / "manifest.json").write_text(json.dumps(said | {"scenarios": {"gone.toml": "0"}}))
    with pytest.raises(UserError, match=r"its scenario 'gone.toml' cannot be loaded here"):
        read_document([foreign])


def test_factors_are_words():
    assert factor_label("demand.value.plateau") == "value plateau"
    assert factor_label("scenario") == "scenario"
