"""What is shipped: rows with provenance, a layer that follows from them, figures, clean imports."""

import ast
import re
import tomllib
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

import ml_core
from analysis.charts import finetuning as charts
from ml_core import tables
from ml_core.base_law import CURVATURE
from ml_core.bridge import TIERS, compute_gain, read_layer, removed_share
from ml_core.findings import find
from ml_core.layer import layer
from ml_core.presets import FULL
from ml_core.report import text_report
from ml_core.rows import key, load_measurements

PACKAGE = Path(ml_core.__file__).parent
SHARED = PACKAGE.parent / "scenarios" / "shared"
MEASURED, PUBLISHED = SHARED / "finetuning.toml", SHARED / "finetuning_published.toml"
NUMBER = re.compile(r"(?<== )-?[0-9.]+(?:e[-+]?[0-9]+)?")


@pytest.fixture(scope="module")
def rows():
    return load_measurements()


@pytest.fixture(scope="module")
def found(rows):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return find(rows)


def test_the_full_preset_is_measured_whole(rows):
    assert [len([r for r in rows if r["kind"] == kind]) for kind in ("run", "base", "gain")] == [1, 24, 672]
    assert len({key(row) for row in rows}) == len(rows)
    assert {row["run"] for row in rows} == {rows[-1]["run"]}
    run = next(row for row in rows if row["kind"] == "run")
    assert {corpus["name"] for corpus in run["corpora"]} == {"standard_library", *FULL.domains}
    assert FULL.run_id({corpus["name"]: corpus["sha256"] for corpus in run["corpora"]}) == run["run"]
    assert all(row["seconds"] > 0 for row in rows if row["kind"] != "run")


def test_the_shipped_layer_follows_from_the_rows(found):
    written, again = MEASURED.read_text(encoding="utf-8"), layer(found)
    assert NUMBER.sub("", written) == NUMBER.sub("", again)
    numbers = [[float(text) for text in NUMBER.findall(whole)] for whole in (written, again)]
    assert len(numbers[0]) == 3 * len(tomllib.loads(written)["finetuning"])
    np.testing.assert_allclose(numbers[1], numbers[0], rtol=0.02)  # other versions of numpy round otherwise


def test_measured_and_published_have_the_same_fields():
    measured, published = (tomllib.loads(path.read_text())["finetuning"] for path in (MEASURED, PUBLISHED))
    assert set(measured) == set(published)
    for name, entry in (measured | published).items():
        assert entry["unit"] == measured[name]["unit"]
        assert set(entry) == {"value", "unit", "low", "high", "source", "note"}
    for entry in [*measured.values(), *published.values()]:
        assert entry["low"] <= entry["value"] <= entry["high"]


@pytest.mark.parametrize("path", [MEASURED, PUBLISHED], ids=["measured", "published"])
def test_tiers_are_ordered_and_data_saturate(path):
    law = read_layer(path)
    data = np.geomspace(0.2, 50, 40)
    share = {tier: removed_share(law, tier, data, np.array(1.0)) for tier in TIERS}
    assert share["head"][-1] < share["hosted"][-1] < share["full"][-1]
    for curve in share.values():
        assert (np.diff(curve) > 0).all()
        assert (np.diff(np.diff(curve) / np.diff(data)) < 0).all()
    behind = share["hosted"] / share["full"]
    assert (np.diff(behind) <= 1e-12).all()
    assert 0 < compute_gain(share["full"], CURVATURE)[-1] < law.gain_cap


def test_every_constant_lies_in_its_interval(found):
    for fit in (found.gain, found.share):
        for name, (low, high) in fit.intervals.items():
            assert low <= getattr(fit.law, name) <= high
        assert fit.quality > 0.9


def test_the_report_tells_all(found):
    text = text_report(found)
    for words in ("Value law, bit/byte", "left out", "over that of full tuning", "like customers", "plateau"):
        assert words in text


def test_every_chart_draws(rows, found):
    gains = tables.gain_table(found)
    worth = tables.worth_table(
        {"measured": read_layer(MEASURED), "published": read_layer(PUBLISHED)}, CURVATURE
    )
    figures = [
        charts.gain_by_data(gains, tables.curve_table(found)),
        charts.parity(tables.parity_table(found)),
        charts.gain_by_gap(gains),
        charts.measured_and_expected(gains),
        charts.law_constants(tables.law_table(found)),
        charts.left_out(tables.left_out_table(found)),
        charts.base_losses(tables.base_table(rows)),
        charts.worth_by_tier(worth),
    ]
    for figure in figures:
        assert isinstance(figure, go.Figure)
        assert figure.data
        assert figure.layout.title.text
        assert figure.layout.xaxis.title.text
        assert "None" not in figure.to_json()


def imports(path: Path) -> set[str]:
    """First names of all modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in plain + named}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_modules_stand_alone_and_stay_small(path):
    assert not imports(path) & {"torch", "sim", "analysis", "streamlit", "plotly"}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
