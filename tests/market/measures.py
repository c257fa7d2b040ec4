"""Measures as settings, and markets played under them."""

from typing import Any

import pandas as pd

import sim
from sim.agents.provider import Provider
from sim.model import Market

START, END, BEGIN, LAST = "2021-07", "2022-06", 12, 23  # months of the run
MONTHS = 30
LIVELY = {"adoption.considering_at_start": 0.5, "demand.intercept": 1.0}  # many use mega models at once
TERMS: dict[str, dict[str, Any]] = {
    "grant": {"payer": "european_union", "target": "eu_champion", "amount.kind": "fixed", "amount.size": 1.2e9},
    "commons_grant": {"payer": "european_union", "size": 1.2e9},
    "credit_line": {"payer": "china", "target": "champions", "size": 1e9},
    "procurement": {"payer": "japan", "size": 2.4e8, "home_bias": 2.0},
    "merger_block": {"jurisdictions": ["china"], "concentration": 1800.0, "rise": 100.0},
    "break_up": {
        "jurisdictions": ["united_states"], "target": "first_mover", "successor": "cloud_giant", "share": 0.5,
    },
    "below_cost_ban": {"jurisdictions": ["united_states"], "target": "domestic"},
    "price_cap": {"jurisdictions": ["united_states"], "target": "domestic", "ratio": 1.5},
    "export_control": {"sellers": ["united_states"], "buyers": ["china"]},
    "audit_mandate": {
        "jurisdictions": ["united_states"], "target": "domestic", "threshold": 0.0, "effort": 10.0, "cost": 2e4,
        "paid_by": "provider",
    },
    "licence": {"jurisdictions": ["united_states"], "target": "domestic", "threshold": 0.0, "fee": 1e5},
    "compute_cap": {"jurisdictions": ["united_states"], "target": "domestic", "most": 5e22},
    "open_weights_mandate": {"jurisdictions": ["united_states"], "target": "domestic", "delay": 6},
}  # fmt: skip


def measure(kind: str, start: str = START, end: str = END, **terms: Any) -> dict[str, Any]:
    """Settings that put a measure of a kind in force."""
    said = {"kind": kind, "description": "A test.", "start": start, "end": end} | TERMS[kind] | terms
    return {f"policies.{kind}.{key.replace('__', '.')}": value for key, value in said.items()}


def play(scenario: sim.Scenario, months: int = MONTHS, seed: int = 4) -> Market:
    market = Market(scenario.config, months, seed)
    for _ in range(months):
        market.step()
    return market


def living(market: Market, state: str) -> list[Provider]:
    return [p for p in market.providers if p.alive and p.config.jurisdiction == state]


def book(market: Market, kind: str) -> pd.DataFrame:
    table = market.ledger.table()
    return table[table.kind == kind]
