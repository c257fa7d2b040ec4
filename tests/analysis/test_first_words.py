"""The README says what the stored baseline shows."""

from pathlib import Path

from analysis.stored import first_words
from analysis.stored.baseline import stored_tables

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_says_what_the_stored_runs_show(tmp_path: Path) -> None:
    tables = stored_tables()
    assert tables is not None
    said = README.read_text(encoding="utf-8")
    assert first_words.words(tables) in said
    spoilt = tmp_path / "README.md"
    spoilt.write_text(said.replace(first_words.words(tables), "Something else."), encoding="utf-8")
    first_words.put(spoilt, tables)
    assert spoilt.read_text(encoding="utf-8") == said
