"""Lists for the terminal: scenarios, sources of a scenario, its parameters, and what a check found."""

from typing import Any

import pandas as pd
from rich.table import Table

from sim.scenario import Scenario
from sim.scenario.files import parse, presets
from sim.scenario.sources import sources


def number(value: Any) -> str:
    """A value as people write it: 2.0e11, 0.25, first_mover."""
    if isinstance(value, float) and value and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.3g}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def span(low: float | None, high: float | None) -> str:
    """A range as text; empty where there is none."""
    return "" if low is None or pd.isna(low) else f"{number(low)} to {number(high)}"


def scenario_list(found: list[Scenario]) -> Table:
    """Name, question and how many quantities each scenario states itself."""
    table = Table("scenario", "asks", title="Scenarios", title_justify="left")
    for scenario in found:
        table.add_row(scenario.name, scenario.question)
    return table


def policy_list() -> Table:
    """Name and question of each preset of measures."""
    table = Table("policy", "what", "asks", title="Policies", title_justify="left")
    for name, path in presets().items():
        said = parse(path)
        table.add_row(name, str(said["title"]), str(said["question"]))
    return table


def source_counts(scenario: Scenario) -> pd.DataFrame:
    """One row a source that the scenario uses: kind, verified, quantities, citation; most used first."""
    book = scenario.provenance.query("unit != ''")
    known = sources()
    rows = [
        {"source": key, "kind": known[key].kind, "verified": known[key].verified}
        | {"quantities": len(group), "citation": known[key].citation}
        for key, group in book.groupby("source")
    ]
    return pd.DataFrame(rows).sort_values(
        ["quantities", "source"], ascending=[False, True], ignore_index=True
    )


def source_list(scenario: Scenario) -> Table:
    """The sources of a scenario as a table."""
    counts = source_counts(scenario)
    assumed = counts.loc[counts["kind"] == "assumption", "quantities"].sum()
    total = counts["quantities"].sum()
    table = Table("source", "kind", "quantities", "citation", title_justify="left")
    table.title = f"{scenario.title}: {total} quantities, {assumed} of them assumptions of this project"
    for row in counts.itertuples():
        table.add_row(str(row.source), str(row.kind), str(row.quantities), str(row.citation))
    return table


def parameter_rows(scenario: Scenario, search: str = "") -> pd.DataFrame:
    """The quantities whose path or meaning holds the word."""
    book = scenario.provenance.query("unit != ''")
    text = book["path"] + " " + book["meaning"]
    return book[text.str.contains(search, case=False, regex=False)] if search else book


def parameter_list(scenario: Scenario, search: str = "") -> Table:
    """The parameter book as a table."""
    table = Table("path", "value", "unit", "range", "source", "meaning", title_justify="left")
    table.title = f"Parameters of {scenario.title}"
    for row in parameter_rows(scenario, search).itertuples():
        table.add_row(
            str(row.path), number(row.value), str(row.unit), span(row.low, row.high), str(row.source),
            str(row.meaning),
        )  # fmt: skip
    return table


def parameter_markdown(scenario: Scenario) -> str:
    """The parameter book as a Markdown document, one table a group."""
    book = parameter_rows(scenario)
    parts = [
        "# Parameter book",
        f"Every quantity of the scenario *{scenario.name}* with its unit, the range that its source "
        "supports, and the source. Written by `megamarket parameters --markdown`.",
    ]
    groups = book["path"].str.rpartition(".")[0]
    for group, rows in book.groupby(groups, sort=False):
        lines = [f"## {group}", "", "| name | value | unit | range | source | meaning | note |"]
        lines += ["|---|---|---|---|---|---|---|"]
        lines += [
            f"| {str(row.path).rpartition('.')[2]} | {number(row.value)} | {row.unit} "
            f"| {span(row.low, row.high)} | {row.source} | {row.meaning} | {row.note} |"
            for row in rows.itertuples()
        ]
        parts.append("\n".join(lines))
    cited = "\n".join(
        f"- **{row.source}** ({row.kind}): {row.citation}" for row in source_counts(scenario).itertuples()
    )
    return "\n\n".join([*parts, "## Sources", cited]) + "\n"


def verdict(scenario: Scenario) -> list[str]:
    """What a check of a scenario has to say."""
    book = scenario.provenance.query("unit != ''")
    lines = [f"{scenario.name}: is right; {len(book)} quantities, digest {scenario.digest}."]
    lines += [
        f"  {leaf.path} = {number(leaf.value)} is outside the range that its source supports "
        f"({span(leaf.low, leaf.high)} {leaf.unit})."
        for leaf in scenario.leaves
        if leaf.outside_range
    ]
    return lines


def frame_table(frame: pd.DataFrame, title: str) -> Table:
    """Any tidy table for the terminal."""
    table = Table(
        *[str(column).replace("_", " ") for column in frame.columns], title=title, title_justify="left"
    )
    for row in frame.itertuples(index=False):
        table.add_row(*["" if isinstance(x, float) and pd.isna(x) else number(x) for x in row])
    return table
