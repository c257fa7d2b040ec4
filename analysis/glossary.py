"""The glossary: every recorded series in words, generated from the registry."""

from collections.abc import Iterable

from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.registry import Series

SECTIONS: tuple[tuple[str, Iterable[Series]], ...] = (
    ("The whole market (runs.parquet)", OUTCOMES),
    ("Each provider (providers.parquet)", PROVIDER_SERIES),
    ("Each product (products.parquet)", PRODUCT_SERIES),
    ("Each jurisdiction (jurisdictions.parquet)", JURISDICTION_SERIES),
)


def glossary_markdown() -> str:
    """All series with label, unit and meaning, as a Markdown document."""
    parts = [
        "# Glossary of recorded series",
        "What a run records, month by month. Written by `megamarket glossary`.",
    ]
    for title, series in SECTIONS:
        lines = [f"## {title}", "", "| name | label | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| `{one.name}` | {one.label} | {one.unit} | {one.meaning} |" for one in series]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
