"""Mergers, studies, sweeps and calibration through the terminal."""

from pathlib import Path

from tests.door.door import assert_refused, megamarket


def test_a_merger_is_judged_and_its_mistakes_are_told(tmp_path: Path) -> None:
    example = str(Path(__file__).parents[2] / "scenarios" / "examples" / "merger.csv")
    done = megamarket("merger", example, "--merging", "Alpha", "Beta", "--out", "judged", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "HHI before" in done.stdout
    assert {p.name for p in (tmp_path / "judged").iterdir()} == {
        "products.csv", "summary.csv", "monopolist.csv", "sensitivity.csv", "figures.html",
    }  # fmt: skip
    wrong = megamarket("merger", example, "--merging", "Alpha", "Nobody", "--out", "wrong", cwd=tmp_path)
    assert_refused(wrong, "merging firm 'Nobody' is not in the table")
    assert not (tmp_path / "wrong").exists()


def test_studies_answer_and_refuse(tmp_path: Path) -> None:
    done = megamarket("study", "mixed-markets", "--markets", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "refuted" in done.stdout
    assert_refused(
        megamarket("study", "mixed-markets", "--markets", "0", cwd=tmp_path), "--markets of at least 1"
    )
    assert_refused(megamarket("study", "collusion", "--delta", "1", cwd=tmp_path), "--delta in [0, 1)")
    learned = megamarket("study", "collusion", "--sessions", "1", "--out", "learned", cwd=tmp_path)
    assert learned.returncode == 0, learned.stderr
    assert (tmp_path / "learned" / "deviation.html").is_file()


def test_doors_that_are_passed_on_teach_too(tmp_path: Path) -> None:
    for command in ("sweep", "merge", "export", "report", "calibrate"):
        done = megamarket(command, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert "Usage: megamarket" in done.stdout
    assert_refused(
        megamarket("sweep", "nowhere", "--out", "store", cwd=tmp_path), "There is no plan 'nowhere'"
    )
