"""A report before it has a form: words, tables and figures on a run, a comparison or a sweep."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exhibits import Exhibit
from analysis.regimes import frequencies
from analysis.style import shortened
from analysis.units import span
from sim.outcomes import OUTCOMES

NO_REGIMES = "These runs were not classified into regimes; their structure is in the numbers above."
LIMITS = (
    "Bands cover what they name and nothing else: they say nothing on how wrong the assumptions may be.",
    "Most numbers are assumptions; where one decides the answer, vary it before you believe the answer.",
    "What tuning is worth was measured on very small networks; tuning_published uses published figures.",
    "Governments act only where the scenario has measures.",
    "How hazards, audits and trust work is assumed: compare harm between runs, do not read it as a forecast.",
)
HASH_LENGTH = 16  # hexadecimal digits shown


@dataclass(frozen=True)
class Document:
    """Everything that a report says, whatever it is about."""

    title: str
    kicker: str  # what was played, in a line
    question: str
    description: str
    sentences: Sequence[str]  # the answer
    band_note: str
    changed: pd.DataFrame  # texts; empty: nothing
    unchanged: str  # what is said then
    regimes: pd.DataFrame  # texts; empty: not classified
    headlines: pd.DataFrame  # texts
    headlines_caption: str
    few: int  # runs below which a band is a rough guess, or 0
    exhibits: Sequence[Exhibit]
    provenance: pd.DataFrame  # of the (reference) scenario
    commands: Sequence[str]  # that make the results again
    facts: Mapping[str, str]  # versions, seeds, digests
    hashes: pd.DataFrame  # texts: file, SHA-256

    @property
    def program(self) -> str:
        """The program and its version."""
        return self.facts["Program"]


def regime_table(regimes: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Regimes with their counts and intervals, as texts; empty where runs were not classified."""
    if regimes.empty:
        return pd.DataFrame()
    counts = frequencies(regimes, by=[by] if by else None).to_dict("records")
    rows = [
        ({"Scenario": row[by]} if by else {})
        | {"Regime": row["regime"], "Runs": f"{row['count']} of {row['runs']}"}
        | {"Probability, 90% interval": f"{span(round(100 * row['low']), round(100 * row['high']))}%"}
        for row in counts
    ]
    return pd.DataFrame(rows)


def glossary_table() -> pd.DataFrame:
    """All outcomes in words."""
    return pd.DataFrame(
        {
            "Outcome": [entry.label for entry in OUTCOMES],
            "Unit": [entry.unit for entry in OUTCOMES],
            "Meaning": [entry.meaning for entry in OUTCOMES],
        }
    )


def hash_table(folders: Sequence[Path], pattern: str = "*.parquet") -> pd.DataFrame:
    """The files of results with the start of their SHA-256; several folders are told apart by name."""
    files = [(folder, path) for folder in folders for path in sorted(folder.glob(pattern))]
    return pd.DataFrame(
        {
            "File": [
                path.name if len(folders) == 1 else f"{folder.name}/{path.name}" for folder, path in files
            ],
            "SHA-256 begins with": [_hash(path) for _, path in files],
        }
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:HASH_LENGTH]


def run_facts(metadata: Mapping[str, Any]) -> dict[str, str]:
    """What made a run, as a page says it."""
    packages = ", ".join(f"{name} {version}" for name, version in sorted(metadata["packages"].items()))
    return {
        "Program": f"{metadata['program']} {metadata['version']}",
        "Scenario": f"{metadata['scenario']}, digest of all values {metadata['digest']}",
        "Seed": f"{metadata['seed']}, replications 0 to {metadata['replications'] - 1}",
        "Finished": str(metadata["finished"]),
        "Python": f"{metadata['python']} on {metadata['platform']}",
        "Packages": packages,
    }


def months_word(months: int) -> str:
    """Such as '180 months'."""
    return "1 month" if months == 1 else f"{months:,} months"


def plain_title(text: str) -> str:
    """A title that fits a line."""
    return shortened(text, 120)
