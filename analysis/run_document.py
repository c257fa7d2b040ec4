"""The report of one scenario's run."""

import pandas as pd

from analysis.assumptions import changed_table
from analysis.charts.parts import runs_word
from analysis.document import Document, hash_table, months_word, regime_table, run_facts
from analysis.exhibits import exhibits
from analysis.sentences import NOTHING_CHANGED, band_note, what_happened
from analysis.tables import FEW_RUNS, RunTables, headlines
from analysis.units import amount, amounts


def run_document(tables: RunTables) -> Document:
    """What a run has to say."""
    said, runs = tables.metadata, tables.replications
    return Document(
        title=said["title"],
        kicker=f"{runs_word(runs)} of {months_word(said['months'])} from {said['start']}, "
        f"seed {said['seed']}",
        question=said["question"],
        description=said["description"],
        sentences=what_happened(tables),
        band_note=band_note(runs),
        changed=changed_table(said),
        unchanged=NOTHING_CHANGED,
        regimes=regime_table(tables.regimes),
        headlines=headline_table(tables),
        headlines_caption=f"Outcomes at the end of {runs_word(runs)}",
        few=FEW_RUNS if 1 < runs < FEW_RUNS else 0,
        exhibits=exhibits(tables),
        provenance=tables.provenance,
        commands=[said["command"]],
        facts=run_facts(said),
        hashes=hash_table([tables.folder]),
    )


def headline_table(tables: RunTables) -> pd.DataFrame:
    """The end of the runs in words: outcome, median, band, meaning; number of runs where it differs."""
    rows = headlines(tables.months)
    several = tables.replications > 1
    middle = [amount(row.median, row.unit) for row in rows.itertuples()]
    table = pd.DataFrame({"Outcome": rows["label"], "Median" if several else "Value": middle})
    if several:
        table["10th to 90th percentile"] = [amounts(row.low, row.high, row.unit) for row in rows.itertuples()]
    if several and (rows["runs"] < tables.replications).any():
        table["Runs with a value"] = rows["runs"].astype(str)
    means = (rows["when"] + ".").where(rows["when"].str.startswith("mean"), "")
    return table.assign(Meaning=(rows["meaning"] + " " + means.str.capitalize()).str.strip())
