"""From a CSV of products to the tables and figures of a merger's effects."""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.charts import merger as charts
from analysis.report import PLOT_CONFIG
from analysis.style import apply
from sim.economics.calibration import Market
from sim.errors import UserError
from sim.studies.merger import ELASTICITY, MergerStudy, study

COLUMNS = ("product", "firm", "price", "share", "margin")


def merger_report(
    inputs: Path, merging: tuple[str, str], out: Path, elasticity: float = ELASTICITY
) -> MergerStudy:
    """Read a market, study the merger of two firms, write tables (CSV) and figures (HTML) to `out`.

    Writes `products.csv`, `summary.csv`, `monopolist.csv`, `sensitivity.csv` and `figures.html`.
    Raises `UserError` with every mistake of the input at once.
    """
    names, market = read_market(inputs)
    if not (np.isfinite(elasticity) and elasticity > 0.0):
        raise UserError(f"elasticity must be a number above 0 (its size), not {elasticity}.")
    result = study(names, market, merging, elasticity)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("products", "summary", "monopolist", "sensitivity"):
        getattr(result, name).to_csv(out / f"{name}.csv", index=False)
    (out / "figures.html").write_text(_page(result), encoding="utf-8")
    return result


def read_market(path: Path) -> tuple[list[str], Market]:
    """Names of the products and the market of a CSV with the columns of `COLUMNS`.

    `price` in any currency, above 0; `share` of units sold (adding up to 1) or of potential units
    (to less than 1, the rest buying nothing); `margin` as a share of the price, empty where unknown.
    """
    table = _read(path)
    name = path.name
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise UserError(
            f"{name}: column {column!r} is missing; expected {', '.join(COLUMNS)}." for column in missing
        )
    numbers = {column: pd.to_numeric(table[column], errors="coerce") for column in COLUMNS[2:]}
    problems = [*_text_problems(name, table), *_number_problems(name, table, numbers)]
    if not problems:
        problems = _whole_problems(name, table, numbers)
    if problems:
        raise UserError(problems)
    prices, shares, margins = (numbers[column].to_numpy(dtype=float) for column in COLUMNS[2:])
    if shares.sum() > 1.0 - 1e-3:
        shares = shares / shares.sum()
    return table["product"].tolist(), Market(prices, shares, tuple(table["firm"].tolist()), margins)


def _read(path: Path) -> pd.DataFrame:
    """The file as text cells, without surrounding blanks."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True, comment="#")
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise UserError(f"{path}: cannot be read as a CSV table ({str(error).strip()}).") from None
    table.columns = [str(column).strip() for column in table.columns]
    return table.map(lambda cell: str(cell).strip())


def _text_problems(name: str, table: pd.DataFrame) -> list[str]:
    """Names that are missing or double."""
    problems = [
        f"{name}: row {row}: {column} is empty; give it a name."
        for column in ("product", "firm")
        for row, cell in enumerate(table[column], start=1)
        if not cell
    ]
    double = sorted(
        {product for product in table["product"] if product and (table["product"] == product).sum() > 1}
    )
    return problems + [
        f"{name}: product {product!r} stands twice; give each product one line." for product in double
    ]


def _number_problems(name: str, table: pd.DataFrame, numbers: dict[str, pd.Series]) -> list[str]:
    """Cells that are no numbers or lie outside their range."""
    ranges = {
        "price": (0.0, np.inf, "a number above 0"),
        "share": (0.0, 1.0, "a share above 0 and at most 1 (0.25, not 25)"),
        "margin": (0.0, 1.0, "a share of the price between 0 and 1, or nothing"),
    }
    problems = []
    for column, (low, high, expected) in ranges.items():
        for row, (cell, value) in enumerate(zip(table[column], numbers[column], strict=True), start=1):
            if column == "margin" and cell == "":
                continue
            top = value < high if column != "share" else value <= high
            if not (low < value and top):
                problems.append(f"{name}: row {row}: {column} is {cell!r}, but must be {expected}.")
    return problems


def _whole_problems(name: str, table: pd.DataFrame, numbers: dict[str, pd.Series]) -> list[str]:
    """Mistakes of the table as a whole."""
    problems = []
    if table["firm"].nunique() < 2:
        problems.append(f"{name}: a merger needs the products of at least two firms.")
    if numbers["share"].sum() > 1.001:
        problems.append(f"{name}: the shares add up to {numbers['share'].sum():.4g}, but must not exceed 1.")
    if numbers["margin"].isna().all():
        problems.append(f"{name}: no margin is given, but at least one product needs one.")
    return problems


def _page(result: MergerStudy) -> str:
    """All figures on one page that needs no network."""
    figures = [charts.price_changes(result.products), charts.pressure(result.products)]
    if not result.sensitivity.empty:
        figures.append(charts.sensitivity(result.sensitivity))
    parts = [
        apply(figure, opaque=True).to_html(full_html=False, include_plotlyjs=number == 0, config=PLOT_CONFIG)
        for number, figure in enumerate(figures)
    ]
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Merger</title></head><body>'
    return head + "\n".join(parts) + "</body></html>"
