"""Headline cards: the end of the runs in numbers, against the baseline where there is one."""

from typing import Any

import streamlit as st

from analysis.pages.parts.figures import made
from analysis.pages.parts.guard import escaped
from analysis.paired import paired
from analysis.regimes import frequencies
from analysis.tables import RunTables, headlines
from analysis.units import amount, amounts, share

CARDS = {
    "effective_number": "Effective number of providers",
    "leader_share": "Largest provider's share",
    "revenue": "Revenue of all providers",
    "flagship_price": "Price of the best model",
    "using": "Workloads that use one",
    "frontier_cost": "Cost of the best model",
}  # outcome -> its name on a card
SAFE = {
    "trust": "Trust in what is used",
    "audit_depth": "Hazard that audits have found",
    "expected_harm": "Expected harm",
    "served": "Workloads with any model",
    "served_lowest": "In the worst served country",
    "public_outlay": "Public money for providers",
}
OUTCOME = (
    "Growth: runaway, growing, plateau (the frontier stalls and most of the market is not won) or stillborn. "
    "Structure by the effective number of providers: monopoly, duopoly, oligopoly or competitive. Both over "
    "the last months of a run, by thresholds that are among the parameters (group Regimes)."
)
SHARES = ("leader_share", "using", "trust", "audit_depth", "served", "served_lowest")


def cards(tables: RunTables, base: RunTables | None = None, names: dict[str, str] = CARDS) -> None:
    """A card for each outcome: median, band over luck, and the change against the base."""
    ends, moves = made(_ends, tables, tuple(names)), made(_moves, tables, base, tuple(names))
    for row in range(0, len(names), 3):
        for column, name in zip(st.columns(3), list(names)[row : row + 3], strict=True):
            _card(column, names[name], ends[name], moves.get(name))


def _card(place: Any, label: str, end: dict[str, Any], move: dict[str, Any] | None) -> None:
    name, low, high, unit = end["name"], end["low"], end["high"], end["unit"]
    band = f"{share(low)} to {share(high)}" if name in SHARES else amounts(low, high, unit)
    place.metric(
        label, share(end["median"]) if name in SHARES else amount(end["median"], end["unit"]),
        delta=_change(name, move) if move else None, delta_color="off", delta_arrow=_arrow(move), border=True,
        help=f"{escaped(end['meaning'])} {end['when'].capitalize()}; 10th to 90th percentile over luck: "
        f"{escaped(band)}.",
        delta_description=f"up in {move['higher']} of {move['runs']}" if move else None,
        height="stretch",
    )  # fmt: skip


def _ends(tables: RunTables, names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in headlines(tables.months, names).to_dict("records")}


def _moves(tables: RunTables, base: RunTables | None, names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    if base is None:
        return {}
    return {row["name"]: row for row in paired(base, tables, names).to_dict("records") if row["runs"]}


def _change(name: str, move: dict[str, Any]) -> str:
    value = move["median"]
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    size = share(abs(value)) if name in SHARES else amount(abs(value), move["unit"])
    return f"{sign}{size}"


def _arrow(move: dict[str, Any] | None) -> Any:
    if not move or move["median"] == 0:
        return "off"
    return "up" if move["median"] > 0 else "down"


def market_outcome(tables: RunTables) -> None:
    """How the runs ended, in counts."""
    found = frequencies(tables.regimes).itertuples()
    told = ", ".join(f"**{escaped(row.regime)}** in {row.count} of {row.runs} runs" for row in found)
    st.markdown(f"Market outcome: {told}.", help=OUTCOME)
