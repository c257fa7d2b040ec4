"""The store: whole at every moment, for one plan, one version and one writer."""

import errno
import json

import pandas as pd
import pytest

from analysis.tables import load
from sim import UserError
from sim.sweep import batches, files, manifest
from sim.sweep.compaction import compact
from sim.sweep.crews import crew
from sim.sweep.files import to_parquet
from sim.sweep.manifest import charter
from sim.sweep.merging import merge
from sim.sweep.reading import read_plan
from sim.sweep.runner import sweep
from sim.sweep.store import Store, is_locked
from sim.sweep.work import runs_table


@pytest.fixture
def plan(write_plan):
    return read_plan(write_plan())


@pytest.fixture
def out(tmp_path):
    return tmp_path / "store"


def row(key, status="ok"):
    return {"run_key": key, "status": status, "seconds": 0.5}


def fill(store, name, *rows):
    months = pd.DataFrame({"run_key": [r["run_key"] for r in rows], "month": 0, "hhi": range(len(rows))})
    store.add(name, {"runs": runs_table(list(rows)), "months": to_parquet(months)})


def keys(folder):
    return sorted(batches.read(folder, "runs")["run_key"]), sorted(batches.read(folder, "months")["run_key"])


def refusal(*arguments):
    with pytest.raises(UserError) as caught:
        Store.open(*arguments)
    (sentence,) = caught.value.problems
    return sentence


def played(plan, out, **options):
    with crew("serial") as players:
        return sweep(plan, out, players, **options)


def test_a_store_says_what_it_is(plan, out):
    Store.open(out, charter(plan)).close()
    said = json.loads((out / "manifest.json").read_text())
    assert (said["title"], said["points"], said["runs"], said["replications"]) == ("A small market", 4, 8, 2)
    assert said["plan_digest"] == plan.digest
    assert {"numpy", "scipy", "pandas"} <= set(said["libraries"])


def test_a_second_writer_is_told(plan, out):
    with Store.open(out, charter(plan)):
        assert is_locked(out)
        assert "is writing to this store; look on with --watch" in refusal(out, charter(plan))
    assert not is_locked(out)
    Store.open(out, charter(plan)).close()


def test_another_plan_or_version_is_refused(plan, out, write_plan, monkeypatch):
    Store.open(out, charter(plan)).close()
    other = read_plan(write_plan(("replications = 2", "replications = 3")))
    assert "holds the sweep 'A small market'" in refusal(out, charter(other))
    monkeypatch.setattr(manifest, "model_version", lambda: "9.9.9+new")
    assert "was made by model version 0." in refusal(out, charter(plan))


def test_a_folder_of_something_else_is_refused(plan, out):
    out.mkdir()
    (out / "thesis.txt").write_text("precious")
    assert refusal(out, charter(plan)) == f"{out}: holds something else than a sweep; choose another --out."
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_told(plan, out):
    out.write_text("precious")
    assert "a file stands where a folder should be" in refusal(out, charter(plan))
    assert out.read_text() == "precious"


def test_what_an_interrupted_writer_left_is_removed(plan, out):
    with Store.open(out, charter(plan)) as store:
        fill(store, "whole", row("a"))
        fill(store, "half", row("b"))
    (out / "batches" / "half.runs.parquet").unlink()  # died before the batch counted
    (out / "batches" / ".late.runs.parquet.part").write_bytes(b"PAR1")
    assert keys(out) == (["a"], ["a"])
    Store.open(out, charter(plan)).close()
    assert sorted(p.name for p in (out / "batches").iterdir()) == [
        "whole.months.parquet",
        "whole.runs.parquet",
    ]


def test_the_same_batch_twice_is_one(plan, out):
    with Store.open(out, charter(plan)) as store:
        fill(store, "one", row("a"))
        fill(store, "one", row("a"))
    assert keys(out) == (["a"], ["a"])


@pytest.mark.parametrize("dies", [False, True])
def test_joining_batches_keeps_each_run_once(plan, out, dies, monkeypatch):
    with Store.open(out, charter(plan)) as store:
        for key in "abc":
            fill(store, key, row(key, "failed" if key == "b" else "ok"))
        if dies:  # before the old batches are gone
            monkeypatch.setattr(batches.Batch, "remove", lambda self: None)
        compact(store, without=["b"])
        assert keys(out) == (["a", "c"], ["a", "c"])
    monkeypatch.undo()
    Store.open(out, charter(plan)).close()
    assert keys(out) == (["a", "c"], ["a", "c"])
    assert len(batches.written(out)) == 1


def test_tables_without_rows_join_those_with_rows(plan, out):
    with Store.open(out, charter(plan)) as store:
        for key, rows in (("a", 0), ("b", 2)):
            events = pd.DataFrame({"run_key": [key] * rows, "kind": ["exit"] * rows}).astype(object)
            store.add(key, {"runs": runs_table([row(key)]), "events": to_parquet(events)})
        before = batches.read(out, "events")
        compact(store)
    pd.testing.assert_frame_equal(batches.read(out, "events"), before, check_dtype=False)
    assert list(before["kind"]) == ["exit", "exit"]


@pytest.mark.parametrize("table", ["runs", "months"])
def test_a_file_cut_short_costs_its_batch_only(plan, out, table):
    played(plan, out)
    whole = load(out)
    victim = next((out / "batches").glob(f"*.{table}.parquet"))
    victim.write_bytes(victim.read_bytes()[:100])
    with pytest.raises(UserError, match=r"cannot be read \(cut short or damaged\); repeat the sweep"):
        load(out).table(table)
    ended = played(plan, out)
    assert ended.notes == (f"{victim}: was cut short or damaged; its runs are played again.",)
    pd.testing.assert_frame_equal(load(out).months, whole.months)
    assert (out / "damaged" / victim.name).exists()


def test_a_damaged_manifest_is_one_sentence(plan, out):
    played(plan, out)
    (out / "manifest.json").write_text("{")
    assert "manifest.json: cannot be read" in refusal(out, charter(plan))


FULL, READ_ONLY = (errno.ENOSPC, "the disk is full"), (errno.EROFS, "the file system is read-only")


@pytest.mark.parametrize(("moment", "refusal"), [(11, FULL), (12, FULL), (13, READ_ONLY)])
def test_a_disk_that_refuses_loses_nothing(plan, out, tmp_path, monkeypatch, moment, refusal):
    number, sentence = refusal
    real, written = files.os.fsync, []

    def refuses(handle):
        written.append(handle)
        if len(written) > moment:
            raise OSError(number, "no")
        real(handle)

    monkeypatch.setattr(files.os, "fsync", refuses)
    with pytest.raises(UserError, match=sentence) as caught:
        played(plan, out)
    assert len(caught.value.problems) == 1
    monkeypatch.undo()
    stored = batches.read(out, "runs")
    assert 0 < len(stored) < 8
    assert not list((out / "batches").glob(".*"))
    played(plan, out)
    assert len(load(out).runs) == 8
    assert set(stored["seconds"]) <= set(load(out).runs["seconds"]), "stored runs were not kept"
    played(plan, tmp_path / "undisturbed")
    pd.testing.assert_frame_equal(load(out).months, load(tmp_path / "undisturbed").months)


def test_merging_takes_each_run_once_and_good_ones_first(plan, out, tmp_path):
    with (
        Store.open(tmp_path / "one", charter(plan)) as one,
        Store.open(tmp_path / "two", charter(plan)) as two,
    ):
        fill(one, "x", row("a"), row("b", "failed"))
        fill(two, "y", row("b"), row("c"), row("d", "failed"))
    merged = merge([tmp_path / "one", tmp_path / "two"], out)
    assert (merged.there, merged.planned, merged.failed) == (4, 8, 1)
    assert keys(out) == (list("abcd"), list("abcd"))
    assert set(batches.read(out, "runs").query("status == 'failed'")["run_key"]) == {"d"}
    assert merge([tmp_path / "two"], out).added == 0


def test_merging_refuses_other_plans(plan, out, tmp_path, write_plan):
    Store.open(tmp_path / "one", charter(plan)).close()
    Store.open(tmp_path / "two", charter(read_plan(write_plan(("seed = 5", "seed = 6"))))).close()
    with pytest.raises(UserError, match="holds the sweep"):
        merge([tmp_path / "one", tmp_path / "two"], out)
    with pytest.raises(UserError, match="is not the store of a sweep"):
        merge([tmp_path / "none"], out)
    assert not out.exists()
