"""Report: make the report of a study, and take its figures and data away."""

import io
import zipfile

import pandas as pd
import streamlit as st

from analysis.exhibits import Exhibit, exhibits
from analysis.pages.parts import background, state
from analysis.pages.parts.figures import download, draw, heading
from analysis.pages.parts.guard import piece
from analysis.pages.parts.reproduce import reproduce
from analysis.report import report_html
from analysis.run_document import run_document
from analysis.study import Study
from analysis.tables import RunTables

TABLES = (
    "months", "providers", "products", "jurisdictions", "vintages", "events", "regimes", "provenance",
)  # fmt: skip


def page() -> None:
    """Draw the page."""
    state.begin()
    st.title("Report", anchor=False)
    study = state.applied()
    st.markdown(
        "One file that opens anywhere without the internet: what happened, what was changed, every figure "
        "with its table, every number with its source. It tells of what is applied on the page **Explore**: "
        f"{_what(study)}."
    )
    order = background.order_of(study)
    job = background.follow("report", order)
    background.watch("report", job)
    tables = background.tables(study, job)
    if tables is None or job.running:
        st.info("The report can be taken away when all runs are done.")
        return
    _offer(tables, background.follow("report", order).orders[0].key)
    _preview(tables)
    reproduce(study, order, "report")


def _what(study: Study) -> str:
    measures, values = len(study.policies), len(study.settings)
    parts = [f"{n} {word}" for n, word in ((measures, "shipped measures"), (values, "changed values")) if n]
    return " and ".join(parts) or "the scenario as shipped"


def _offer(tables: RunTables, key: str) -> None:
    """The downloads; each is made when it is asked for."""
    name = f"megamarket-{tables.metadata['scenario']}-{key[:8]}"

    def page() -> str:
        return report_html(run_document(tables))

    first, second, third, fourth = st.columns(4)
    with first:
        download(
            "Report (HTML)",
            page,
            f"{name}.html",
            "text/html",
            type="primary",
        )
    with second:
        download("Data (CSV)", lambda: packed(tables, "csv"), f"{name}-csv.zip", "application/zip")
    with third:
        download(
            "Data (Parquet)", lambda: packed(tables, "parquet"), f"{name}-parquet.zip", "application/zip"
        )
    with fourth:
        download("Figures (HTML)", lambda: figures(tables), f"{name}-figures.zip", "application/zip")


def packed(tables: RunTables, kind: str) -> bytes:
    """All tables as one archive of CSV or Parquet files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in TABLES:
            frame: pd.DataFrame = getattr(tables, name)
            data = frame.to_csv(index=False).encode() if kind == "csv" else frame.to_parquet(index=False)
            archive.writestr(f"{name}.{kind}", data)
    return buffer.getvalue()


def figures(tables: RunTables) -> bytes:
    """Every figure as a page of its own, in one archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for exhibit in exhibits(tables):
            archive.writestr(f"{exhibit.key}.html", exhibit.figure.to_html(include_plotlyjs=True))
    return buffer.getvalue()


@piece
def _preview(tables: RunTables) -> None:
    found: dict[str, Exhibit] = {exhibit.key: exhibit for exhibit in exhibits(tables)}
    st.subheader("What is in it", anchor=False)
    key = st.pills(
        "Figures", list(found), default=next(iter(found)), format_func=lambda key: found[key].title,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    with st.container(border=True):
        heading(found[key].figure)
        draw(found[key].figure, "preview")
        st.dataframe(found[key].table, hide_index=True)
