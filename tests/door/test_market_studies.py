"""The studies of the whole market, through the terminal door, in short."""

from pathlib import Path

from typer.testing import CliRunner

from analysis.commands import app

RUN = CliRunner()


def test_the_bound_in_short_prints_its_tables_and_writes_them(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["study", "bound", "--quick", "--workers", "1", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "Why it departs" in done.output
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"static.csv", "market.csv", "departures.csv", "alone.csv", "bound.html", "bound.md"}
    assert "no bound" in (tmp_path / "bound.md").read_text()


def test_leaders_prints_the_published_dates(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["study", "leaders", "--years", "2", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "3.33 years" in done.output
    assert {path.name for path in tmp_path.iterdir()} == {"leaders.csv", "leaders.html"}


def test_regimes_write_a_page_that_calls_few_runs_a_trial(tmp_path: Path) -> None:
    command = ["study", "regimes", "--replications", "2", "--months", "3", "--workers", "1"]
    done = RUN.invoke(app, [*command, "--store", str(tmp_path / "store"), "--out", str(tmp_path / "docs")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "docs" / "regimes.md").read_text()
    assert "a trial of the command, no result" in page
    assert page.count("| reference |") == 4
    assert (tmp_path / "docs" / "pictures" / "regimes.csv").exists()


def test_scenarios_are_played_and_found_sound(tmp_path: Path) -> None:
    command = ["study", "scenarios", "--replications", "1", "--months", "3", "--workers", "1"]
    done = RUN.invoke(app, [*command, "--out", str(tmp_path / "store")])
    assert done.exit_code == 0, done.output
    assert "nothing is missing" in done.output


def test_mistakes_are_told_in_one_sentence() -> None:
    wrong = RUN.invoke(app, ["study", "bound", "--form", "linear"])
    assert wrong.exit_code == 1
    assert "expected unit_demand or constant_expenditure" in str(wrong.exception)
    wrong = RUN.invoke(app, ["study", "leaders", "--growth", "9"])
    assert "expected a factor above 1" in str(wrong.exception)
