"""What public money bought: runs with and without measures, on the same luck."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from sim.errors import UserError
from sim.model import Run
from sim.scenario import Scenario
from sim.scenario.files import nearest
from sim.sweep.replicate import replicate

Progress = Callable[[int, int], None]
LATE = 12  # months at the end over which providers and capability are averaged
RECEIPTS = ("revenue", "procurement")  # what customers, private and public, pay


def without(scenario: Scenario, names: Sequence[str] = ()) -> Scenario:
    """The same scenario without some of its measures, or without any; providers stay.

    Raises `UserError` where there is nothing to leave out.
    """
    known = [policy.name for policy in scenario.config.policies]
    if not known:
        raise UserError(f"{scenario.name}: has no policies; put one on top with --policy NAME.")
    strange = [
        f"There is no policy '{n}' in {scenario.name}.{nearest(n, known)}" for n in names if n not in known
    ]
    if strange:
        raise UserError(strange)
    return scenario.amend({f"policies.{name}": False for name in names or known})


def run(
    scenario: Scenario,
    months: int | None = None,
    seed: int = 0,
    replications: int = 8,
    workers: int = 1,
    progress: Progress | None = None,
    names: Sequence[str] = (),
) -> pd.DataFrame:
    """What the measures bought, one row a replication; columns as in `bought`."""
    arms = [scenario, without(scenario, names)]
    pairs = []
    for number, arm in enumerate(arms):
        step = _shifted(progress, number * replications, 2 * replications)
        pairs.append(replicate(arm, months, seed, replications, workers, step))
    return pd.DataFrame([bought(*pair) for pair in zip(*pairs, strict=True)])


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return None if progress is None else lambda done, _: progress(before + done, total)


def bought(given: Run, not_given: Run) -> dict[str, float]:
    """The difference that public money made in one pair of runs.

    public_usd: more public money paid; extra_providers: more providers selling, and extra_capability (nat):
    a better model that the receivers' jurisdictions can run without foreign providers, each as a mean of
    the last year. to_training, to_service (serving less sales to customers), to_others and private_margin:
    where a dollar that receivers were paid as grants and guarantees had gone by the end; they add up to one.
    """
    states = {p.name: p.jurisdiction for p in given.scenario.config.providers}
    paid = given.providers.groupby("provider")["public_money"].sum()
    receivers = sorted(paid.index[paid > 0])
    homes = {states[name] for name in receivers}
    public = given.months["public_outlay"].sum() - not_given.months["public_outlay"].sum()
    return {
        "replication": given.replication,
        "public_usd": float(public),
        "extra_providers": _late(given.months["providers"]) - _late(not_given.months["providers"]),
        "extra_capability": _at_home(given, homes, states) - _at_home(not_given, homes, states),
        **_where_it_went(_flows(given, receivers), _flows(not_given, receivers)),
    }


def _late(series: pd.Series) -> float:
    return float(series.tail(LATE).mean())


def _at_home(run: Run, homes: set[str], states: dict[str, str]) -> float:
    """Best model that some jurisdictions can run without others' providers, mean of the last year, nat."""
    own = run.providers[run.providers["provider"].map(states).isin(homes)]
    best = own.groupby("month")["capability"].max()
    free = run.products[run.products["product"] == "open weights"].set_index("month")["capability"]
    return _late(pd.concat([best, free], axis=1).max(axis=1))


def _flows(run: Run, names: list[str]) -> pd.Series:
    """Receipts less payments of some providers by kind, USD, dealings among them left out."""
    book = run.ledger
    sign = book["payee"].isin(names).astype(float) - book["payer"].isin(names).astype(float)
    return (sign * book["amount"]).groupby(book["kind"]).sum()


def _where_it_went(given: pd.Series, not_given: pd.Series) -> dict[str, float]:
    """Shares of the public money, purchases left out; NaN where there was none."""
    change = given.sub(not_given, fill_value=0.0)
    public = change.reindex(["grant", "guarantee"]).sum()
    if public <= 0:
        return dict.fromkeys(("to_training", "to_service", "to_others", "private_margin"), float("nan"))
    training = -change.get("training", 0.0)
    service = -change.get("serving", 0.0) - change.reindex(list(RECEIPTS)).sum()
    kept = change.sum()
    return {
        "to_training": float(training / public),
        "to_service": float(service / public),
        "to_others": float((public - training - service - kept) / public),
        "private_margin": float(kept / public),
    }


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over runs with their 10 to 90 per cent band; prices are ratios of means.

    A price is missing where nothing was paid or bought on average.
    """
    measured = rows.drop(columns="replication")
    table = pd.DataFrame(
        {"mean": measured.mean(), "low": measured.quantile(0.1), "high": measured.quantile(0.9)}
    )
    mean = table["mean"]
    for price, what in (("usd_per_provider", "extra_providers"), ("usd_per_nat", "extra_capability")):
        some = mean["public_usd"] > 0 and mean[what] > 0
        table.loc[price] = [mean["public_usd"] / mean[what] if some else np.nan, np.nan, np.nan]
    return table.rename_axis("measure").reset_index()
