import io

import numpy as np
from rich.console import Console

from analysis.tables import HEADLINES, outcome, read_run
from analysis.terminal import closing_table
from analysis.units import plain, span


def printed(tables, width=80):
    console = Console(file=io.StringIO(), width=width)
    console.print(closing_table(tables))
    return console.file.getvalue()


def test_it_fits_eighty_columns_with_one_line_an_outcome(tables):
    lines = printed(tables).splitlines()
    assert max(len(line) for line in lines) <= 80
    for name in HEADLINES:
        assert sum(line.strip().startswith(outcome(name).label) for line in lines) == 1
    assert "…" not in "".join(lines)


def test_it_shows_median_and_band(tables):
    assert "End of 3 runs; flows: mean of the last 12 months" in printed(tables)
    assert "10–90%" in printed(tables)
    rows = [line.split() for line in printed(tables).splitlines() if "Providers selling" in line]
    last = tables.months.loc[tables.months["month"] == 23, "providers"]
    low, middle, high = np.quantile(last, [0.1, 0.5, 0.9])
    assert rows[0][-2:] == [plain(middle), span(low, high)]


def test_one_run_has_no_band(one_month):
    text = printed(read_run(one_month))
    assert "End of one run; flows: last month" in text
    assert "10–90%" not in text
    assert "none" in text  # nothing is sold in the first month
