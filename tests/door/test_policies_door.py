"""Measures through the terminal: listed, put on top, judged, refused."""

import re
from pathlib import Path

import pandas as pd

import sim
from sim.scenario.files import presets
from tests.door.door import assert_refused, megamarket

GUIDE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text()
QUICK = ["--set", "demand.workloads=300", "--set", "pricing.panel_per_segment=2"]
SOON = ["--set", 'policies.eu_grant.start="2020-09"', "--set", 'policies.eu_grant.end="2020-10"']


def test_the_measures_are_listed_with_their_questions(tmp_path: Path) -> None:
    done = megamarket("policies", cwd=tmp_path)
    assert done.returncode == 0
    assert all(name in done.stdout for name in presets())
    assert done.stdout.count("?") >= len(presets())


def test_a_measure_is_put_on_top_and_the_command_says_so(tmp_path: Path) -> None:
    words = ["run", "baseline", "--policy", "eu_grant", "--months", "6", "--replications", "1", *QUICK, *SOON]
    done = megamarket(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "runs" / "baseline+eu_grant-0-1"
    book = pd.read_parquet(folder / "ledger.parquet").query("kind == 'grant'")
    assert book["month"].tolist() == [2, 3]
    assert "--policy eu_grant" in (folder / "index.html").read_text()
    assert "Baseline with a European grant" in (folder / "index.html").read_text()
    assert "policies.eu_grant.payer" in done.stdout


def test_what_a_subsidy_bought_is_told(tmp_path: Path) -> None:
    words = [
        "study",
        "subsidy",
        "baseline",
        "--policy",
        "eu_grant",
        "--months",
        "8",
        "--replications",
        "2",
        "--workers",
        "1",
    ]
    done = megamarket(*words, *QUICK, *SOON, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Baseline with a European grant" in done.stdout
    assert re.search(r"Public money, USD\D+7\.17e\+08", done.stdout)
    assert "private margin" in done.stdout


def test_mistakes_are_told_in_a_sentence(tmp_path: Path) -> None:
    assert_refused(
        megamarket("run", "baseline", "--policy", "eu_gran", cwd=tmp_path),
        "There is no policy 'eu_gran'. Did you mean 'eu_grant'?",
    )
    assert_refused(
        megamarket("study", "subsidy", "baseline", cwd=tmp_path),
        "baseline: has no policies; put one on top with --policy NAME.",
    )
    assert_refused(
        megamarket(
            "run", "baseline", "--policy", "eu_grant", "--set", "policies.eu_grant.payer=mars", cwd=tmp_path
        ),
        "policies.eu_grant.payer: 'mars' is not among the governments",
    )
    assert list(tmp_path.iterdir()) == []


def test_the_guide_names_every_kind_and_its_example_loads(tmp_path: Path) -> None:
    kinds = {
        policy.kind for name in presets() for policy in sim.load("baseline", policies=[name]).config.policies
    }
    assert set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)) == kinds
    example = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    assert example
    (tmp_path / "mine.toml").write_text(example[1])
    scenario = sim.load("baseline", policies=[str(tmp_path / "mine.toml")])
    assert scenario.config.policies[0].payer == "united_kingdom"
