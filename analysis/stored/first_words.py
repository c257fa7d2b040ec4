"""What the stored baseline shows, as the README says it below its pictures."""

from pathlib import Path
from textwrap import fill

from analysis.regimes import sentence
from analysis.sentences import band_note, what_happened
from analysis.tables import RunTables

BEGIN, END = "<!-- written by `make stored` -->\n", "\n<!-- up to here -->"
WIDTH = 118


def words(tables: RunTables) -> str:
    """The findings of some runs and how the runs end, in one paragraph."""
    ends = f"They end as {sentence(tables.regimes)}"
    told = " ".join([*what_happened(tables), ends, band_note(tables.replications)])
    return fill(f"**The baseline, left to itself.** {told}", WIDTH)


def put(readme: Path, tables: RunTables) -> None:
    """Write the paragraph between its two marks."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}{words(tables)}{END}{after}", encoding="utf-8")
