"""Figures as files, through the door and with a real browser."""

import json
import re
import shutil
import zipfile

import pandas as pd
import pytest

from analysis.brief import clean
from analysis.calibration import calibration_exhibits, is_calibration
from analysis.exhibits import exhibits
from analysis.export import chosen, drawn_data, export, file_name, wanted
from ml_core.rows import load_measurements, write
from sim.errors import UserError
from sim.scenario.files import shipped_folder
from tests.door.door import assert_refused, megamarket


@pytest.fixture
def nowhere(monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "/nonexistent")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--format", "bmp,gif"], "--format: 'bmp' is not a format; expected some of png, svg, pdf"),
        (["--format", ","], "--format: is empty"),
        (["--width", "5"], "--width: is 5; expected a whole number from 100 to 10,000 (px)."),
        (["--scale", "0"], "--scale: is 0.0; expected a number above 0"),
        (["--only", "shares,nothing"], "there is no figure 'nothing'; expected some of shares"),
        (["--format", "csv", "--out", "file"], "cannot be written"),
    ],
)
def test_wrong_words_are_refused(folder, tmp_path, words, sentence):
    (tmp_path / "file").write_text("mine")
    assert_refused(megamarket("export", str(folder), *words, cwd=tmp_path), sentence)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_of_something_else_is_refused(tmp_path):
    assert_refused(megamarket("export", str(tmp_path), cwd=tmp_path), "is not the folder of a finished run")
    assert_refused(megamarket("report", "nowhere", cwd=tmp_path), "there is no such folder")


def test_data_and_pages_need_no_browser(folder, tmp_path, nowhere):
    done = megamarket("export", str(folder), "--format", "html,csv,json", "--only", "shares", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    place = folder / "figures"
    assert {p.name for p in place.iterdir()} == {"shares.html", "shares.csv", "shares.json"}
    table = pd.read_csv(place / "shares.csv")
    assert table.groupby("x")["y"].sum().dropna().round(9).isin([0, 1]).all()
    sellers = pd.read_parquet(folder / "providers.parquet").query("revenue > 0")["provider"]
    assert set(table["series"]) <= set(sellers.str.replace("_", " "))
    assert json.loads((place / "shares.json").read_text())["data"]


def test_without_a_browser_the_rest_is_written_and_the_remedy_is_named(folder, tmp_path, nowhere):
    done = megamarket(
        "export", str(folder), "--format", "png", "--only", "money", "--out", "figs", cwd=tmp_path
    )
    assert_refused(done, "apt-get install chromium", "HTML, CSV and JSON are in figs")
    assert {p.name for p in (tmp_path / "figs").iterdir()} == {"money.html", "money.csv", "money.json"}
    brief = megamarket("report", str(folder), "--docx", "--out", "page.html", cwd=tmp_path)
    assert_refused(brief, "apt-get install chromium")
    assert (tmp_path / "page.html").is_file()


def test_pictures_of_every_kind_are_drawn_and_text_stays_text(folder, tables, tmp_path, chromium):
    done = megamarket(
        "export", str(folder), "--format", "png,svg,pdf", "--only", "adoption,timeline", "--out", "figs",
        "--width", "660", "--scale", "1.5", "--dark", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    names = {f"{key}.{kind}" for key in ("adoption", "timeline") for kind in ("png", "svg", "pdf")}
    assert {p.name for p in (tmp_path / "figs").iterdir()} == names
    svg = (tmp_path / "figs" / "adoption.svg").read_text()
    assert "Workloads using" in re.sub("<[^>]*>", " ", svg)
    assert svg.count("<text") > 5
    png = (tmp_path / "figs" / "adoption.png").read_bytes()
    assert png[:4] == b"\x89PNG"
    assert int.from_bytes(png[16:20], "big") == 990  # 660 px at a scale of 1.5
    assert (tmp_path / "figs" / "adoption.pdf").read_bytes().startswith(b"%PDF")


def test_the_brief_has_words_figures_captions_and_alternatives(folder, tmp_path, chromium, monkeypatch):
    monkeypatch.setattr("analysis.brief.SCALE", 0.5)
    done = megamarket("report", str(folder), "--docx", "--out", "page.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "page.docx") as brief:
        body = brief.read("word/document.xml").decode()
        pictures = [name for name in brief.namelist() if name.startswith("word/media/")]
    words = re.sub("<[^>]*>", "", body)
    assert "Figure 1. " in words
    assert "megamarket run baseline" in words
    assert len(pictures) == body.count("<pic:pic") >= 20
    assert body.count('descr="') >= len(pictures)


def test_signs_that_files_do_not_allow_are_left_out():
    assert clean("a\x00b\x1f\ud800c") == "abc"


def test_every_figure_has_a_name_for_a_file_and_numbers(tables):
    found = exhibits(tables)
    assert len(found) >= 20
    names = [file_name(exhibit) for exhibit in found]
    assert len(set(names)) == len(names)
    for exhibit in found:
        table = drawn_data(exhibit.figure)
        assert len(table) == sum(len(trace.x) for trace in exhibit.figure.data)
    assert [e.key for e in chosen(found, "prices, shares")] == ["prices", "shares"]


def test_formats_are_taken_once_and_in_order():
    assert wanted("PNG, svg,png").formats == ("png", "svg")


def test_progress_counts_files(tables, tmp_path):
    told = []
    export(exhibits(tables)[:2], tmp_path, wanted("csv,json"), lambda done, total: told.append((done, total)))
    assert told == [(4, 4)]
    with pytest.raises(UserError, match="is not a format"):
        wanted("exe")


def test_a_calibration_has_its_figures(tmp_path):
    place = tmp_path / "calibration"
    place.mkdir()
    write(place / "rows.jsonl", load_measurements())
    shutil.copy(shipped_folder() / "shared" / "finetuning.toml", place)
    assert is_calibration(place)
    found = calibration_exhibits(place, draws=5)
    assert len({exhibit.key for exhibit in found}) == 8
    for exhibit in found:
        assert exhibit.title
        assert exhibit.alt
        assert exhibit.figure.layout.template.layout.font.size
        assert len(drawn_data(exhibit.figure))
