"""The report of several scenarios on the same luck: the first is the reference."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import charts
from analysis.assumptions import as_texts
from analysis.charts.market import ARM
from analysis.charts.parts import Named, inside, runs_word
from analysis.document import Document, hash_table, months_word, plain_title, regime_table, run_facts
from analysis.exhibits import Exhibit
from analysis.paired import check_pairs, difference_table, effects, pairs
from analysis.sentences import course
from analysis.style import provider_label, shortened
from analysis.tables import FEW_RUNS, RunTables, band, end_values, outcome
from analysis.units import amount, banded
from sim.errors import UserError

MOST_ARMS = 6  # scenarios that one chart can tell apart
FANS = (
    "effective_number", "leader_share", "revenue", "training_outlay", "frontier", "flagship_price",
    "mean_price", "using", "consumer_surplus", "self_financed", "follower_gap", "theta",
)  # fmt: skip
TOLD = (("effective_number", "leader_share"), ("revenue", "training_outlay"), ("flagship_price", "using"))
BAND_NOTE = "Medians; in brackets the 10th to 90th percentile over pairs of runs that share their luck."
SAME = "The scenarios have the same values: only the folders differ."


def comparison_document(runs: list[RunTables]) -> Document:
    """What a comparison has to say. Raises `UserError` where runs do not share seed, months and start."""
    if len(runs) > MOST_ARMS:
        raise UserError(
            f"report: {len(runs)} runs are given; expected {MOST_ARMS} at most in one comparison."
        )
    check_pairs(runs)
    names, first = arm_names(runs), runs[0]
    table = {name: pairs(first, other) for name, other in zip(names[1:], runs[1:], strict=True)}
    count = min(tables.replications for tables in runs)
    others, about = ", ".join(names[1:]), first.metadata
    return Document(
        title=f"{others} against {names[0]}",
        kicker=f"{count:,} pairs of runs of {months_word(about['months'])}, seed {about['seed']}",
        question=f"What is different in {others}, luck being the same as in {names[0]}?",
        description=" ".join(f"{n}: {t.metadata['question']}" for n, t in zip(names, runs, strict=True)),
        sentences=[words for name in names[1:] for words in sentences(table[name], (names[0], name))],
        band_note=BAND_NOTE,
        changed=differing_values(names, runs),
        unchanged=SAME,
        regimes=regime_table(_regimes(names, runs), ARM),
        headlines=pd.concat([difference_table(table[n], (names[0], n)) for n in names[1:]]).fillna(""),
        headlines_caption=f"The end of {runs_word(count)} of each scenario, pair by pair",
        few=FEW_RUNS if count < FEW_RUNS else 0,
        exhibits=_exhibits(names, runs, table),
        provenance=first.provenance,
        commands=[tables.metadata["command"] for tables in runs],
        facts=run_facts(first.metadata) | _digests(names, runs),
        hashes=hash_table([tables.folder for tables in runs]),
    )


def arm_names(runs: list[RunTables]) -> list[str]:
    """A short name for each: its title, with its folder where titles repeat."""
    titles = [shortened(str(tables.metadata["title"])) for tables in runs]
    if len(set(titles)) == len(titles):
        return titles
    names = [f"{title} ({tables.folder.name})" for title, tables in zip(titles, runs, strict=True)]
    return [name if names.count(name) == 1 else f"{name} {i + 1}" for i, name in enumerate(names)]


def sentences(table: pd.DataFrame, names: tuple[str, str]) -> list[str]:
    """Three sentences on what differs."""
    parts = ["; ".join(_difference(table, name) for name in group) for group in TOLD]
    return [f"With {names[1]} instead of {names[0]}: {part}." for part in parts]


def _difference(table: pd.DataFrame, name: str) -> str:
    """One outcome: from what to what, the difference with its band, in how many pairs."""
    own, entry = table[table["name"] == name].dropna(subset=["difference"]), outcome(name)
    if own.empty:
        return f"{inside(entry.label)} has no value"
    found, up = band(own["difference"]), int((own["difference"] > 0).sum())
    before, after = (amount(float(own[side].median()), entry.unit) for side in ("before", "after"))
    change = banded(found["median"], found["low"], found["high"], entry.unit)
    return (
        f"{inside(entry.label)} {after} instead of {before}, "
        f"a difference of {change}, up in {up} of {len(own)} pairs"
    )


def differing_values(names: list[str], runs: list[RunTables]) -> pd.DataFrame:
    """Values that are not the same in all scenarios: path, unit, and a column a scenario."""
    books = [tables.provenance.set_index("path")["value"].astype(str) for tables in runs]
    wide = pd.concat(dict(zip(names, books, strict=True)), axis=1)
    wide = wide[wide.fillna("not there").nunique(axis=1) > 1].fillna("not there")
    units = runs[0].provenance.set_index("path")["unit"]
    texts = as_texts(wide.map(_number)).set_axis(names, axis=1)
    texts.insert(0, "Unit", wide.index.map(units).fillna(""))
    return texts.rename_axis("Value").reset_index() if len(texts) else pd.DataFrame()


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _exhibits(names: list[str], runs: list[RunTables], table: Mapping[str, pd.DataFrame]) -> list[Exhibit]:
    months = pd.concat([t.months.assign(**{ARM: n}) for n, t in zip(names, runs, strict=True)])
    forests = [
        Exhibit(f"effects-{i}", _forest(own, names[0], name), difference_table(own, (names[0], name)))
        for i, (name, own) in enumerate(table.items(), start=1)
    ]
    fans = [Exhibit(name, charts.fan(months, name), _course(names, runs, name)) for name in FANS]
    return [*forests, *fans, Exhibit("bound", *_bound(names, runs))]


def _forest(own: pd.DataFrame, reference: str, name: str) -> Any:
    found = effects(own)
    labels = dict(zip(own["name"].unique(), found["label"], strict=True))
    singles = own.assign(label=own["name"].map(labels))[["label", "ratio"]]
    caption = f"{provider_label(name)} over {provider_label(reference)}, pairs of runs of the same luck."
    return charts.forest(found, singles, "What changes", caption)


def _course(names: list[str], runs: list[RunTables], name: str) -> pd.DataFrame:
    """An outcome a year in every scenario."""
    parts = [course(tables.months, [name]).set_index("Month") for tables in runs]
    return pd.concat(
        [part.set_axis([n], axis=1) for n, part in zip(names, parts, strict=True)], axis=1
    ).reset_index()


def _bound(names: list[str], runs: list[RunTables]) -> tuple[Any, pd.DataFrame]:
    both = ["theta", "effective_number"]
    ends = pd.concat(
        [end_values(t.months, both).assign(**{ARM: n}) for n, t in zip(names, runs, strict=True)]
    )
    theta, number = (Named(name, outcome(name).label, outcome(name).unit) for name in both)
    middle = ends.groupby(ARM, sort=False)[both].median()
    texts = middle.map(lambda value: amount(value, "1")).rename(columns={n: outcome(n).label for n in both})
    return charts.theta_and_bound(ends, theta, number), texts.rename_axis("Scenario").reset_index()


def _regimes(names: list[str], runs: list[RunTables]) -> pd.DataFrame:
    return pd.concat([t.regimes.assign(**{ARM: n}) for n, t in zip(names, runs, strict=True)])


def _digests(names: list[str], runs: list[RunTables]) -> dict[str, str]:
    listed = "; ".join(f"{plain_title(n)} {t.metadata['digest']}" for n, t in zip(names, runs, strict=True))
    return {"Scenario": f"digests of all values: {listed}"}
