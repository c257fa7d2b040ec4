import dataclasses
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.assumptions import confidence, confidence_table, doubtful, widest
from analysis.document import LIMITS
from analysis.report import report_html, write_report
from analysis.run_document import run_document
from analysis.sentences import NOTHING_CHANGED, changed_paragraph, what_happened
from analysis.tables import read_run
from analysis.units import banded

HOSTILE = "</script><script>alert('x')</script>\" onload=\"alert(1) שלום " + "long" * 400
CHANGE = {"path": "demand.trust", "value": "0.9", "unit": "1", "before": "0.46", "file": "--set"}


class Page(HTMLParser):
    """What a page is made of, scripts and styles apart."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.skip = [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.skip += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.skip -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.skip:
            self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


def changed(folder: Path, target: Path, **facts):
    shutil.copytree(folder, target)
    said = json.loads((target / "metadata.json").read_text()) | facts
    (target / "metadata.json").write_text(json.dumps(said))
    return target


@pytest.fixture(scope="module")
def html(tables):
    return report_html(run_document(tables))


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_the_report_is_one_file_that_asks_nobody(html, page):
    for tag, attrs in page.tags:
        for name in ("src", "href", "data", "action"):
            assert not re.match(r"\s*(https?:)?//", attrs.get(name) or ""), (tag, attrs)
    assert not page.all("img")
    assert "default-src 'none'" in html
    assert html.count("plotly.js v") == 1  # the library is in it once


def test_every_section_is_there_and_every_link_leads_somewhere(page):
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = [attrs["href"][1:] for attrs in page.all("a")]
    assert set(links) <= ids
    for key in (
        "happened",
        "changed",
        "headlines",
        "regimes",
        "figures",
        "assumptions",
        "provenance",
        "limits",
        "glossary",
        "reproduce",
    ):
        assert key in links


def test_every_figure_has_a_text_alternative_and_a_table(page):
    plots = [attrs for _, attrs in page.tags if attrs.get("role") == "img"]
    assert len(plots) == len(page.all("figure")) > 6
    assert all(attrs["aria-label"] for attrs in plots)
    assert len(page.all("details")) >= len(plots)
    assert len(page.all("caption")) == len(page.all("table"))


def test_the_report_says_how_to_do_it_again(page, tables):
    for fact in ("command", "version", "digest", "question"):
        assert tables.metadata[fact] in page.words
    assert "numpy 2.4.6" in page.words
    assert all(limit in page.words for limit in LIMITS)


def test_numbers_of_the_table_are_those_of_the_runs(page, tables):
    last = tables.months[tables.months["month"] == 23]
    assert "Sales of all providers. Mean of the last 12 months" in page.words
    assert f"Providers selling {last['providers'].median():.0f}" in page.words


def test_the_report_is_written_into_the_folder(one_month):
    path = write_report(one_month)
    page = Page(path.read_text(encoding="utf-8"))
    assert path.name == "index.html"
    assert "In one run of July 2020 alone" in page.words
    assert "nothing is bought in the last month" in page.words
    assert "one run of 1 month from" in page.words
    assert "a band is" not in page.words
    assert "Mean of the last" not in page.words
    assert "nan" not in page.words.lower().split()


def test_hostile_words_do_no_harm(folder, tmp_path):
    change = CHANGE | {"path": HOSTILE, "value": HOSTILE}
    facts = dict.fromkeys(("title", "question", "description", "command", "digest", "platform"), HOSTILE)
    hostile = changed(folder, tmp_path / "x", packages={HOSTILE: HOSTILE}, changed=[change], **facts)
    for name, column in (("providers", "provider"), ("vintages", "provider"), ("provenance", "note")):
        table = pd.read_parquet(hostile / f"{name}.parquet")
        table[column] = table[column] + HOSTILE
        table.to_parquet(hostile / f"{name}.parquet")
    page, plain = (
        Page(report_html(run_document(read_run(hostile)))),
        Page(report_html(run_document(read_run(folder)))),
    )
    assert len(page.all("script")) == len(plain.all("script"))
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert HOSTILE[:40] in page.words


def test_nothing_changed_is_said(page, tables):
    assert NOTHING_CHANGED in page.words
    assert changed_paragraph(tables.metadata) == NOTHING_CHANGED


def test_changes_are_told(folder, tmp_path):
    new = {"path": "providers.mine.cash", "value": "1e9", "unit": "USD", "before": None, "file": "mine.toml"}
    tables = read_run(changed(folder, tmp_path / "x", changed=[CHANGE, new]))
    assert changed_paragraph(tables.metadata) == (
        "2 values: demand.trust is 0.9 (before: 0.46); providers.mine.cash is 1e9 USD (new)."
    )
    words = Page(report_html(run_document(tables))).words
    assert NOTHING_CHANGED not in words
    assert "demand.trust 0.46 0.9" in words


def test_what_happened_has_bands_for_several_runs_only(tables, one_month):
    last = tables.months.loc[tables.months["month"] == 23, "providers"]
    number = banded(*np.quantile(last, [0.5, 0.1, 0.9]), "1")
    assert f"In 3 runs from July 2020 to June 2022, {number} providers" in what_happened(tables)[0]
    assert "(" not in "".join(what_happened(read_run(one_month)))


BOOK = pd.DataFrame(
    {
        "path": ["a", "b", "c", "d", "e", "f"],
        "value": ["5.0", "0.5", "0.5", "2020-07", "2.0", "1.0"],
        "unit": ["1", "1", "1", "", "1", "1"],
        "low": [0.0, 0.0, 0.0, None, 1.0, None],
        "high": [1.0, 1.0, 1.0, None, 9.0, None],
        "kind": ["assumption", "published", "user", "", "assumption", "dataset"],
        "verified": [False, True, None, None, False, False],
        "note": [""] * 6,
    }
)


def test_doubtful_values_are_those_set_by_the_user_and_those_out_of_range():
    found = doubtful(BOOK)
    assert found["Value"].tolist() == ["a", "c"]
    assert found["Why"].tolist() == ["outside its range", "set by you, inside its range"]


def test_assumptions_are_told_by_confidence_and_the_widest_first():
    assert confidence(BOOK).tolist() == ["low", "high", "none", "setting", "low", "medium"]
    table = confidence_table(BOOK).set_index("Confidence")["Values"]
    assert table.to_dict() == {"high": "1", "medium": "1", "low": "2", "none": "1", "setting": "1"}
    assert widest(BOOK)["Path"].tolist() == ["e", "a"]  # 8 over 2, 1 over 5


def test_regimes_are_counted_with_their_intervals(tables):
    regimes = pd.DataFrame({"replication": [0, 1, 2], "regime": ["oligopoly", "oligopoly", "runaway"]})
    document = run_document(dataclasses.replace(tables, regimes=regimes))
    assert document.regimes["Runs"].tolist() == ["2 of 3", "1 of 3"]
    assert "regime-revenue" in [exhibit.key for exhibit in document.exhibits]
    assert "not classified" not in Page(report_html(document)).words


def test_the_tables_of_a_run_are_hashed(page, tables):
    expected = hashlib.sha256((tables.folder / "runs.parquet").read_bytes()).hexdigest()[:16]
    assert f"runs.parquet {expected}" in page.words
