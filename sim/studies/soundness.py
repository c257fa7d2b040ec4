"""Whether the numbers of runs are sound: bounds kept, nothing infinite, nothing missing.

The books are checked in every month of every run by `sim.phases.reconcile`, which ends a run that is wrong.
"""

import numpy as np
import pandas as pd

from sim.outcomes import OUTCOMES

SHARES = (
    "leader_share", "champion_share", "corporate_share", "startup_share", "commons_share", "hosted_share",
    "activations_share", "full_share", "economy_share", "considering", "using", "spend_share", "multi_homing",
    "served", "served_lowest", "served_highest", "capability_gini", "audit_depth", "frontier_audit_depth",
    "common_exposure", "trust", "trust_lowest", "automated_research", "free_use", "across_borders",
)  # between 0 and 1  # fmt: skip
AMOUNTS = (
    "revenue", "training_outlay", "consumer_surplus", "public_outlay", "expected_harm", "incidents",
    "frontier_flop", "frontier_cost", "providers", "flagship_price", "mean_price", "audit_outlay", "raised",
    "written_off",
)  # not below 0  # fmt: skip
WHILE_SOLD = (
    "hhi", "effective_number", "leader_share", "revenue", "mean_price", "flagship_price", "lerner",
    "frontier", "theta",
)  # there while something is sold  # fmt: skip
SLACK = 1e-9  # of rounding


def unsound(months: pd.DataFrame) -> pd.DataFrame:
    """One row a fault: month, outcome, value, fault; empty where all is sound. `months` of one run."""
    found = [_where(months, name, values, fault) for name, values, fault in _faults(months)]
    return pd.concat(
        [pd.DataFrame(columns=["month", "outcome", "value", "fault"]), *(f for f in found if len(f))]
    )


def _where(months: pd.DataFrame, name: str, wrong: pd.Series, fault: str) -> pd.DataFrame:
    rows = months.loc[wrong, ["month", name]].rename(columns={name: "value"})
    return rows.assign(outcome=name, fault=fault)[["month", "outcome", "value", "fault"]]


def _faults(months: pd.DataFrame) -> list[tuple[str, pd.Series, str]]:
    """Every check: outcome, whether it fails by row, what is wrong then."""
    known = [outcome.name for outcome in OUTCOMES if outcome.name in months]
    checks = [(name, pd.Series(np.isinf(months[name]), months.index), "is infinite") for name in known]
    for name in (n for n in SHARES if n in months):
        checks.append((name, (months[name] < -SLACK) | (months[name] > 1 + SLACK), "is not between 0 and 1"))
    for name in (n for n in AMOUNTS if n in months):
        checks.append((name, months[name] < -SLACK, "is below 0"))
    if "lerner" in months:  # below 0 in a price war
        checks.append(("lerner", months["lerner"] > 1 + SLACK, "is above 1"))
    if "hhi" in months:
        checks.append(
            ("hhi", (months["hhi"] <= 0) | (months["hhi"] > 10_000 * (1 + SLACK)), "is not in (0, 10,000]")
        )
    if "revenue" in months:
        sold = months["revenue"] > 0
        checks += [
            (n, sold & months[n].isna(), "is missing while models are sold")
            for n in WHILE_SOLD
            if n in months
        ]
    return checks
