"""Writes the report of a run: one HTML file that needs nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from analysis.charts.parts import runs_word, untitled
from analysis.exhibits import Exhibit, exhibits
from analysis.sentences import NOTHING_CHANGED, band_note, what_happened
from analysis.style import FIGURE_WIDTH, template
from analysis.tables import FEW_RUNS, RunTables, headlines, read_run
from analysis.units import amount, amounts
from sim.scenario.sources import sources

TEMPLATES = Path(__file__).parent / "templates"
LIMITS = (
    "Bands cover luck only: they say nothing on how wrong the assumptions may be.",
    "Most numbers are assumptions; where one decides the answer, vary it before you believe the answer.",
    "Trust in mega models is constant.",
    "What tuning is worth was measured on very small networks; tuning_published uses published figures.",
    "Governments do not act: no subsidies, no audits, no caps, no export rules.",
    "Providers neither enter nor fight by prices below cost.",
    "Audits, incidents and harm are not part of the market.",
)
KINDS = {
    "published": "published, with its source",
    "dataset": "from a data set",
    "measured": "measured by this project",
    "assumption": "assumption of this project",
    "user": "set by you, without a source",
    "": "setting without a number's source",
}
PLOT_CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage", "zoom2d", "resetScale2d"]]}
CHANGED_COLUMNS = {"path": "Value", "before": "Was", "value": "Is", "unit": "Unit", "file": "Changed in"}
PROVENANCE_COLUMNS = ["path", "value", "unit", "low", "high", "kind", "source", "note", "meaning", "file"]


def write_report(folder: Path) -> Path:
    """Write `index.html` into a run folder and return its path. Raises `UserError` for an unusable folder."""
    page = folder / "index.html"
    page.write_text(report_html(read_run(folder)), encoding="utf-8")
    return page


def report_html(tables: RunTables) -> str:
    """The report as a page that stands alone."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("run.html").render(
        _words(tables),
        exhibits=[(exhibit, plot_html(exhibit)) for exhibit in exhibits(tables)],
        plotly=Markup(get_plotlyjs()),
        looks={"light": template().to_plotly_json(), "dark": template(dark=True).to_plotly_json()},
        figure_width=FIGURE_WIDTH,
    )


def plot_html(exhibit: Exhibit) -> Markup:
    """A figure as a part of a page that has plotly.js."""
    return Markup(
        untitled(exhibit.figure).to_html(
            full_html=False, include_plotlyjs=False, div_id=f"plot-{exhibit.key}",
            default_width=f"{FIGURE_WIDTH}px", config=PLOT_CONFIG,
        )
    )  # fmt: skip


def _words(tables: RunTables) -> dict[str, Any]:
    """Everything of the page that is not a figure."""
    provenance = tables.provenance
    return {
        "meta": tables.metadata,
        "runs": runs_word(tables.replications),
        "few": FEW_RUNS if 1 < tables.replications < FEW_RUNS else 0,
        "sentences": what_happened(tables),
        "band_note": band_note(tables.replications),
        "nothing_changed": NOTHING_CHANGED,
        "changed": changed_table(tables.metadata),
        "headlines": headline_table(tables),
        "kinds": kind_table(provenance),
        "doubtful": doubtful(provenance),
        "provenance": as_texts(provenance[PROVENANCE_COLUMNS]),
        "citations": citations(provenance),
        "limits": LIMITS,
    }


def changed_table(metadata: Mapping[str, Any]) -> pd.DataFrame:
    """What the user changed: value, was, is, unit, file."""
    table = pd.DataFrame(metadata["changed"], columns=list(CHANGED_COLUMNS))
    return as_texts(table.rename(columns=CHANGED_COLUMNS))


def headline_table(tables: RunTables) -> pd.DataFrame:
    """The end of the runs in words: outcome, median, band, meaning; number of runs where it differs."""
    rows = headlines(tables.months)
    several = tables.replications > 1
    middle = [amount(row.median, row.unit) for row in rows.itertuples()]
    table = pd.DataFrame({"Outcome": rows["label"], "Median" if several else "Value": middle})
    if several:
        table["10th to 90th percentile"] = [amounts(row.low, row.high, row.unit) for row in rows.itertuples()]
    if several and (rows["runs"] < tables.replications).any():
        table["Runs with a value"] = rows["runs"].astype(str)
    means = (rows["when"] + ".").where(rows["when"].str.startswith("mean"), "")
    return table.assign(Meaning=(rows["meaning"] + " " + means.str.capitalize()).str.strip())


def kind_table(provenance: pd.DataFrame) -> pd.DataFrame:
    """How many values are of each kind."""
    counts = provenance["kind"].fillna("").value_counts()
    return pd.DataFrame(
        {"Kind": [KINDS.get(kind, kind) for kind in counts.index], "Values": counts.astype(str).to_numpy()}
    )


def doubtful(provenance: pd.DataFrame) -> pd.DataFrame:
    """Values set by the user or outside the range that their source supports."""
    value = pd.to_numeric(provenance["value"], errors="coerce")
    outside = (value < provenance["low"]) | (value > provenance["high"])
    rows = provenance[outside | (provenance["kind"] == "user")]
    reason = outside[rows.index].map({True: "outside its range", False: "set by you, inside its range"})
    table = pd.DataFrame(
        {"Value": rows["path"], "Is": rows["value"], "Unit": rows["unit"], "Low": rows["low"]}
    )
    return as_texts(table.assign(High=rows["high"], Why=reason))


def citations(provenance: pd.DataFrame) -> list[tuple[str, str]]:
    """The sources that the values name, with what they are."""
    known = sources()
    return [(key, known[key].citation) for key in sorted(set(provenance["source"])) if key in known]


def as_texts(table: pd.DataFrame) -> pd.DataFrame:
    """A table of texts for a page: numbers short, nothing where there is nothing."""
    return table.map(_as_text).rename(columns=lambda name: str(name).capitalize())


def _as_text(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) and abs(value) < 1e7 else f"{value:g}"
    return str(value)
