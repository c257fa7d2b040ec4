"""What a result rests on: values by confidence, doubtful ones, and their sources, as tables of texts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.scenario.sources import sources

CONFIDENCE = {
    "high": "published or from a data set, and the source was read",
    "medium": "measured by this project, or published and not yet checked",
    "low": "assumption of this project",
    "none": "set by you, without a source",
    "setting": "a switch, name or date; it needs no source",
}
KINDS = {
    "published": "published, with its source",
    "dataset": "from a data set",
    "measured": "measured by this project",
    "assumption": "assumption of this project",
    "user": "set by you, without a source",
    "": "setting without a number's source",
}
CHANGED_COLUMNS = {"path": "Value", "before": "Was", "value": "Is", "unit": "Unit", "file": "Changed in"}
BOOK = ["path", "value", "unit", "low", "high", "confidence", "source", "note", "meaning", "file"]


def confidence(provenance: pd.DataFrame) -> pd.Series:
    """The level of confidence of each value: a key of `CONFIDENCE`."""
    kind, verified = provenance["kind"].fillna(""), provenance["verified"].fillna(False).astype(bool)
    sourced = kind.isin(["published", "dataset"])
    levels = [sourced & verified, sourced | (kind == "measured"), kind == "assumption", kind == "user"]
    return pd.Series(np.select(levels, list(CONFIDENCE)[:4], "setting"), provenance.index)


def confidence_table(provenance: pd.DataFrame) -> pd.DataFrame:
    """How many values are of each level."""
    counts = confidence(provenance).value_counts()
    found = [level for level in CONFIDENCE if level in counts]
    return pd.DataFrame(
        {
            "Confidence": found,
            "Where the values come from": [CONFIDENCE[level] for level in found],
            "Values": [str(counts[level]) for level in found],
        }
    )


def widest(provenance: pd.DataFrame, most: int = 15) -> pd.DataFrame:
    """The assumptions of low confidence with the widest ranges, over the value itself."""
    rows = provenance[confidence(provenance) == "low"]
    value = pd.to_numeric(rows["value"], errors="coerce").abs()
    width = ((rows["high"] - rows["low"]) / value.where(value > 0)).dropna()
    chosen = rows.loc[width.sort_values(ascending=False, kind="stable").index[:most]]
    return as_texts(chosen[["path", "value", "unit", "low", "high", "note"]])


def book(provenance: pd.DataFrame) -> pd.DataFrame:
    """All values with unit, range, confidence, source, note and meaning."""
    return as_texts(provenance.assign(confidence=confidence(provenance))[BOOK])


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


def changed_table(metadata: Mapping[str, Any]) -> pd.DataFrame:
    """What the user changed: value, was, is, unit, file."""
    table = pd.DataFrame(metadata["changed"], columns=list(CHANGED_COLUMNS))
    return as_texts(table.rename(columns=CHANGED_COLUMNS))


def as_texts(table: pd.DataFrame) -> pd.DataFrame:
    """A table of texts for a page: numbers short, nothing where there is nothing."""
    return table.map(_as_text).rename(columns=lambda name: str(name).capitalize())


def _as_text(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) and abs(value) < 1e7 else f"{value:g}"
    return str(value)
