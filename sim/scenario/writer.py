"""Writes a scenario with all layers resolved, as a file that loads again to the same parameters.

Its extensions must lie beside it.
"""

from typing import Any

import tomli_w

from sim.scenario import Scenario
from sim.scenario.reader import Leaf


def resolved_toml(scenario: Scenario) -> str:
    """All values of a scenario with unit, range, source and note, as TOML."""
    document: dict[str, Any] = {
        "title": scenario.title,
        "question": scenario.question,
        "description": scenario.description,
    }
    if scenario.extensions:
        document["extensions"] = [extension.file for extension in scenario.extensions]
    for leaf in scenario.leaves:
        *groups, name = leaf.path.split(".")
        table = document
        for group in groups:
            table = table.setdefault(group, {})
        table[name] = _statement(leaf)
    return tomli_w.dumps(document)


def _statement(leaf: Leaf) -> Any:
    if not leaf.unit:
        return leaf.value
    parts = {"value": leaf.value, "unit": leaf.unit, "low": leaf.low, "high": leaf.high}
    parts |= {"source": leaf.source, "note": leaf.note or None}
    if leaf.outside_range:
        parts |= {"low": None, "high": None}
    return {key: part for key, part in parts.items() if part is not None}
