"""The program through the terminal: what it says, what it leaves behind, and how it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import sim
from tests.door.door import assert_refused, megamarket

QUICK = ["--set", "demand.workloads=300", "--set", "pricing.panel_per_segment=2"]
BROKEN = {
    "unknown_key.toml": ("[demand]\nprice_sensitivty = 2.0\n", ["demand.price_sensitivty", "Did you mean 'price_sensitivity'?"]),
    "wrong_unit.toml": (
        '[demand]\nprice_sensitivity = { value = 2.0, unit = "USD", source = "team-assumption" }\n',
        ["wrong_unit.toml: demand.price_sensitivity: unit is 'USD', but this quantity is in '1'."],
    ),
    "nan.toml": ("[demand]\ntrust = nan\n", ["demand.trust: is nan; expected a number above 0 and below 1."]),
    "infinite.toml": ("[providers.first_mover]\ncash = inf\n", ["providers.first_mover.cash: is inf; expected a number"]),
    "out_of_range.toml": ("[demand]\nnest_correlation = 1.5\n", ["demand.nest_correlation: is 1.5; expected a number at least 0 and below 1."]),
    "word.toml": ('[demand]\ntrust = "0.5"\n', ["demand.trust: is '0.5'; expected a number above 0 and below 1."]),
    "switch.toml": ("[demand]\ntrust = true\n", ["demand.trust: is True; expected a number above 0 and below 1."]),
    "no_source.toml": (
        '[demand]\ntrust = { value = 0.5, unit = "1" }\n', ["demand.trust: has no source; name one of"]
    ),
    "strange_source.toml": (
        '[demand]\ntrust = { value = 0.5, unit = "1", source = "blog" }\n',
        ["strange_source.toml: demand.trust: source 'blog' is not in scenarios/shared/sources.toml."],
    ),
    "not_ordered.toml": (
        '[demand]\ntrust = { value = 0.5, unit = "1", low = 0.6, high = 0.7, source = "team-assumption" }\n',
        ["demand.trust: value 0.5 is not between low 0.6 and high 0.7."],
    ),
    "not_toml.toml": ("[demand\ntrust = 1\n", ["not_toml.toml: is not valid TOML"]),
    "not_there.toml": ("[providers]\nnobody = false\n", ["providers.nobody: cannot be removed: it is not there."]),
    "half_provider.toml": ("[providers.newcomer]\ncash = 1e9\n", ["providers.newcomer.jurisdiction: is missing; expected a name"]),
    "stateless.toml": ('[providers.first_mover]\njurisdiction = "atlantis"\n', ["'atlantis' is not among the governments"]),
    "nobody.toml": ("[domains]\n" + "".join(f"{d.name} = false\n" for d in sim.load("baseline").config.domains), ["domains: there is none left"]),
    "strange_kind.toml": ('[demand.value]\nkind = "cubic"\n', ["demand.value.kind: is 'cubic'; expected one of linear, saturating, threshold, extension."]),
    "many.toml": ("[demand]\ntrust = 2\nintercep = 1\n[calendar]\nstart = \"July\"\n", ["demand.trust: is 2", "Did you mean 'intercept'?", "calendar.start: is 'July'; expected a month written like 2020-07."]),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_every_mistake_in_a_file_is_told(name: str, tmp_path: Path) -> None:
    text, sentences = BROKEN[name]
    path = tmp_path / name
    path.write_text('extends = ["baseline.toml"]\n' + text)
    with pytest.raises(sim.UserError) as caught:
        sim.load(path)
    for sentence in sentences:
        assert sentence in str(caught.value)


def test_a_wrong_file_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "many.toml").write_text('extends = ["baseline.toml"]\n' + BROKEN["many.toml"][0])
    assert_refused(megamarket("run", "many.toml", cwd=tmp_path), *BROKEN["many.toml"][1])
    assert [p.name for p in tmp_path.iterdir()] == ["many.toml"]


def test_files_that_are_no_scenarios(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    (tmp_path / "binary.toml").write_bytes(b"\x00\xff\xfe\x80")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "one.toml").write_text('extends = ["two.toml"]\n')
    (tmp_path / "two.toml").write_text('extends = ["one.toml"]\n')
    (tmp_path / "lost.toml").write_text('extends = ["basline.toml"]\n')
    (tmp_path / "text.toml").write_text('extends = "baseline.toml"\n')
    said = {
        "empty.toml": "is empty; start with extends",
        "binary.toml": "is not a text file in UTF-8",
        "folder.toml": "is a folder; expected a scenario file",
        "one.toml": "extends itself (one.toml -> two.toml -> one.toml)",
        "lost.toml": "Did you mean 'baseline.toml'?",
        "text.toml": 'expected a list of file names such as ["baseline.toml"]',
        "nowhere.toml": "there is no such file",
        "basline": "There is no scenario 'basline'. Did you mean 'baseline'?",
    }
    assert_refused(megamarket("validate", *said, cwd=tmp_path), *said.values())


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (["--months", "-3"], ["months: is -3; expected a whole number from 1 to 1,200."]),
        (["--months", "1000000", "--replications", "0"], ["months: is 1000000", "replications: is 0"]),
        (["--seed", "-1", "--workers", "0"], ["seed: is -1", "workers: is 0"]),
        (["--months", "soon"], ["Invalid value for '--months'", "valid integer"]),
        (["--set", "demand.trust"], ["--set demand.trust: expected PATH=VALUE"]),
        (["--set", "demand.trust=0.5", "--set", "demand.trust=0.6"], ["this path was already given"]),
        (["--set", "demand.trust=blue"], ["--set: demand.trust: is 'blue'; expected a number above 0"]),
        (["--set", "demand=1"], ["--set: demand: is 1; expected a table"]),
        (["--out", "occupied"], ["--out occupied: holds something that is not a run"]),
        (["--out", "occupied", "--overwrite"], ["--out occupied: holds something that is not a run"]),
        (["--out", "occupied/mine.txt"], ["--out occupied/mine.txt: is a file"]),
        (["--out", "occupied/mine.txt/deeper"], ["cannot be written to"]),
    ],
)
def test_wrong_words_are_refused_before_anything_runs(
    words: list[str], sentences: list[str], tmp_path: Path
) -> None:
    (tmp_path / "occupied").mkdir()
    (tmp_path / "occupied" / "mine.txt").write_text("precious")
    assert_refused(megamarket("run", "baseline", *words, cwd=tmp_path), *sentences)
    assert [p.name for p in tmp_path.iterdir()] == ["occupied"]
    assert (tmp_path / "occupied" / "mine.txt").read_text() == "precious"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run made through the terminal with two workers."""
    place = tmp_path_factory.mktemp("door")
    words = ["run", "baseline", "--months", "20", "--seed", "4", "--replications", "3", "--workers", "2"]
    done = megamarket(*words, *QUICK, cwd=place)
    assert done.returncode == 0, done.stderr
    assert "Report: runs/baseline-4-3/index.html" in done.stdout
    return place / "runs" / "baseline-4-3"


def test_a_run_leaves_its_tables_its_scenario_and_what_made_them(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == {
        "runs.parquet", "providers.parquet", "products.parquet", "jurisdictions.parquet", "vintages.parquet", "events.parquet", "ledger.parquet", "regimes.parquet",
        "provenance.parquet", "scenario.toml", "metadata.json", "index.html",
    }  # fmt: skip
    about = json.loads((folder / "metadata.json").read_text())
    assert (about["scenario"], about["seed"], about["replications"], about["months"]) == (
        "baseline",
        4,
        3,
        20,
    )
    assert {row["path"] for row in about["changed"]} == {"demand.workloads", "pricing.panel_per_segment"}
    assert about["digest"] == sim.load(folder / "scenario.toml").digest
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert page.count("<h1") == 1
    assert about["command"].replace("=", "&#61;") in page or about["command"] in page


def test_the_recorded_command_makes_the_same_tables_with_one_worker(folder: Path, tmp_path: Path) -> None:
    words = json.loads((folder / "metadata.json").read_text())["command"].split()[1:]
    done = megamarket(*words, "--workers", "1", "--out", "again", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for table in ("runs", "providers", "products", "jurisdictions", "vintages", "events", "ledger"):
        one, other = (pd.read_parquet(f / f"{table}.parquet") for f in (folder, tmp_path / "again"))
        assert_frame_equal(one, other)


def test_python_and_the_terminal_give_the_same_values(folder: Path) -> None:
    scenario = sim.load("baseline", settings={"demand.workloads": 300, "pricing.panel_per_segment": 2})
    months = sim.run(scenario, months=20, seed=4, replication=2).months
    stored = pd.read_parquet(folder / "runs.parquet").query("replication == 2").reset_index(drop=True)
    assert_frame_equal(stored, months, check_dtype=False)


def test_an_existing_run_is_kept_unless_told_otherwise(folder: Path) -> None:
    before = (folder / "metadata.json").read_bytes()
    words = ["run", "baseline", "--months", "2", "--replications", "1", *QUICK, "--out", str(folder)]
    assert_refused(megamarket(*words, cwd=folder.parent), "exists; choose another name, or say --overwrite")
    assert (folder / "metadata.json").read_bytes() == before


def test_overwriting_replaces_the_whole_folder(tmp_path: Path) -> None:
    words = ["run", "baseline", "--months", "2", "--replications", "1", *QUICK, "--out", "mine"]
    assert megamarket(*words, cwd=tmp_path).returncode == 0
    (tmp_path / "mine" / "stray").write_text("old")
    assert megamarket(*words, "--overwrite", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "mine" / "stray").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_an_unwritable_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert_refused(megamarket("run", "--out", "locked/run", cwd=tmp_path), "cannot be written to")


def test_a_full_or_forbidden_disk_leaves_the_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim import results

    scenario = sim.load("baseline", settings={"demand.workloads": 300, "pricing.panel_per_segment": 2})
    runs = [sim.run(scenario, months=2)]
    about = results.describe(scenario, 0, 1, 2, "megamarket run")
    results.write(tmp_path / "mine", runs, about, finish=lambda _: None)
    kept = {p.name: p.read_bytes() for p in (tmp_path / "mine").iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(
        sim.UserError, match=r"cannot be written \(No space left on device\); nothing was changed"
    ):
        results.write(tmp_path / "mine", runs, about, finish=lambda _: None)
    assert {p.name: p.read_bytes() for p in (tmp_path / "mine").iterdir()} == kept
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_lists(tmp_path: Path) -> None:
    assert "baseline" in megamarket("scenarios", cwd=tmp_path).stdout
    assert "ho-2024" in megamarket("sources", cwd=tmp_path).stdout
    book = megamarket("parameters", "--markdown", cwd=tmp_path).stdout
    assert "| price_sensitivity | 0.25 | 1 | 0.1 to 4 | nber-2025 |" in book
    found = megamarket("parameters", "--search", "halving", cwd=tmp_path).stdout
    assert "halving" in found
    assert "trust" not in found
    assert "is right" in megamarket("validate", "baseline", cwd=tmp_path).stdout


def test_the_console_script_is_this_program(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("megamarket")
    done = subprocess.run([script, "validate", "nowhere.toml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "nowhere.toml: there is no such file.\n"


def test_help_teaches_and_loads_nothing_heavy(tmp_path: Path) -> None:
    assert "Example" in megamarket("run", "--help", cwd=tmp_path).stdout
    code = "import cli, sys; print([m for m in ('sim', 'analysis', 'numpy', 'plotly', 'mesa') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "[]"


def test_the_simulator_loads_no_drawing(tmp_path: Path) -> None:
    code = "import sim, sys; print([m for m in ('streamlit', 'plotly', 'analysis') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "[]"


def test_the_generated_documents_are_up_to_date() -> None:
    from analysis.glossary import glossary_markdown
    from analysis.listings import parameter_markdown

    docs = Path(__file__).parents[2] / "docs"
    assert (docs / "parameters.md").read_text(encoding="utf-8") == parameter_markdown(sim.load("baseline"))
    assert (docs / "glossary.md").read_text(encoding="utf-8") == glossary_markdown()
