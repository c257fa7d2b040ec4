"""Why something happened in a run: its chain of causes, and the same run without it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import sim
from analysis.tables import RunTables, outcome, read_frame, read_run
from sim.errors import UserError
from sim.events import Veto
from sim.scenario import Scenario

KEY_OUTCOMES = (
    "providers", "effective_number", "mean_price", "flagship_price", "consumer_surplus", "revenue",
    "frontier",
)  # fmt: skip
AFTER = 24  # months after an event over which runs are compared
MOST = 12  # notable events shown for each replication
COMMON = ("training", "release")  # shown only where little else happened
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Case:
    """One event of one replication of some runs."""

    tables: RunTables  # of this replication alone
    ledger: pd.DataFrame | None  # where the runs kept it
    scenario: Scenario
    replication: int
    event: int

    @property
    def row(self) -> pd.Series:
        """The event."""
        return self.at(self.event)

    def at(self, event: int) -> pd.Series:
        """Another event of the same replication, by its number."""
        found: pd.Series = self.tables.events.set_index("event", drop=False).loc[event]
        return found

    def name(self, event: int) -> str:
        """What an event is called on the command line."""
        return f"{self.replication}:{event}"

    def causes(self) -> list[pd.Series]:
        """The event and what brought it about, first cause first."""
        chain, event = [self.row], int(self.row["because"])
        while event >= 0 and event not in [row["event"] for row in chain]:
            chain.insert(0, self.at(event))
            event = int(chain[0]["because"])
        return chain

    def effects(self) -> pd.DataFrame:
        """What the event brought about directly."""
        events = self.tables.events
        found: pd.DataFrame = events[events["because"] == self.event]
        return found


def open_case(folder: Path, event: str) -> Case:
    """One event of a run folder. Raises `UserError` for a wrong folder or event."""
    tables, ledger = read_run(folder), read_frame(folder / "ledger.parquet")
    replication, number = _parse(event, tables, folder)
    events = tables.events[tables.events["replication"] == replication]
    if number not in set(events["event"]):
        last = int(events["event"].max()) if len(events) else None
        range_ = "has no events" if last is None else f"has {replication}:0 to {replication}:{last}"
        raise UserError(
            f"--event {event}: is not there; replication {replication} {range_}. {_remedy(folder)}"
        )

    return case_of(tables, sim.load(folder / "scenario.toml", extensions=True), replication, number, ledger)


def case_of(
    tables: RunTables, scenario: Scenario, replication: int, event: int, ledger: pd.DataFrame | None = None
) -> Case:
    """One event of some runs of a scenario."""

    def mine(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["replication"] == replication].reset_index(drop=True)

    parts = ("months", "providers", "products", "jurisdictions", "vintages", "events", "regimes")
    own = replace(tables, **{part: mine(getattr(tables, part)) for part in parts})
    return Case(own, None if ledger is None else mine(ledger), scenario, replication, event)


def _parse(event: str, tables: RunTables, folder: Path) -> tuple[int, int]:
    """Replication and number of an event such as 0:17; 17 alone where there is one replication."""
    found = re.fullmatch(r"(?:(\d{1,9}):)?(\d{1,9})", event.strip())
    known = sorted(tables.months["replication"].unique())
    if not found or (found[1] is None and len(known) > 1):
        raise UserError(f"--event {event}: expected REPLICATION:NUMBER such as 0:17. {_remedy(folder)}")
    replication = int(known[0] if found[1] is None else found[1])
    if replication not in known:
        raise UserError(
            f"--event {event}: there are replications {known[0]} to {known[-1]}. {_remedy(folder)}"
        )
    return replication, int(found[2])


def _remedy(folder: Path) -> str:
    return f"See them with: megamarket why {folder}"


def notable(folder: Path) -> pd.DataFrame:
    """Events worth asking about, by replication: id, month, who, what; and how many there are in all.

    Everything but training and releases first, then the largest training runs, at most twelve in all.
    """
    events = read_run(folder).events
    shown = []
    for _, mine in events.groupby("replication"):
        rare = mine[~mine["kind"].isin(COMMON)].head(MOST)
        runs = mine[mine["kind"] == "training"].nlargest(min(3, MOST - len(rare)), "amount")
        shown.append(pd.concat([rare, runs]).sort_values("event"))
    if not shown:
        return pd.DataFrame(columns=["id", "month", "who", "what"])
    found = pd.concat(shown)
    return pd.DataFrame(
        {
            "id": found["replication"].astype(str) + ":" + found["event"].astype(str),
            "month": found["date"].dt.strftime("%Y-%m"),
            "who": found["who"],
            "what": found["text"],
        }
    )


def veto_of(case: Case) -> Veto | None:
    """What a rerun leaves out to show what the event did; None where nobody decided it.

    A war: the aggressor wages none from then on. Ruin by a war: that war. Other ruin: creditors forgive
    what is owed, and the provider goes on. A release: its training run. An entry: the provider stays out; an
    exit: it goes on.
    """
    last, row = int(case.tables.months["month"].max()), case.row
    wars = [cause for cause in case.causes() if cause["kind"] == "price_war"]
    if wars and row["kind"] != "training":
        return Veto("price_war", str(wars[-1]["who"]), int(wars[-1]["month"]), last)
    if row["kind"] == "release" and row["because"] >= 0:
        row = case.at(int(row["because"]))
    if row["kind"] == "training":
        duration = case.scenario.config.training.duration
        return Veto("training", str(row["who"]), int(row["month"]), int(row["month"]) + duration - 1)
    if row["kind"] in ("bankruptcy", "entry", "exit"):
        return Veto(str(row["kind"]), str(row["who"]), int(row["month"]), last)
    return None


def rerun(case: Case, veto: Veto, progress: Progress | None = None) -> sim.Run:
    """The same run, same luck, without an act.

    Raises `UserError` if it does not begin as the recorded run does.
    """
    about = case.tables.metadata
    other = sim.run(case.scenario, about["months"], about["seed"], case.replication, progress, veto)
    check_beginning(case, other.months, veto)
    return other


def check_beginning(case: Case, months: pd.DataFrame, veto: Veto) -> None:
    """Raise `UserError` if a rerun's months do not begin as those of the recorded run."""
    here, there = (_before(frame, veto.first) for frame in (case.tables.months, months))
    if here.shape != there.shape or not np.allclose(here, there, rtol=1e-9, equal_nan=True):
        raise UserError(
            f"{case.tables.folder}: was made by another version of the program, or on another kind of "
            "machine: the rerun differs before the event. Run it again."
        )


def _before(months: pd.DataFrame, month: int) -> NDArray[np.float64]:
    """Key outcomes of the months before one."""
    return months.loc[months["month"] < month, list(KEY_OUTCOMES)].to_numpy(dtype=np.float64)


def differences(case: Case, months: pd.DataFrame, first: int) -> pd.DataFrame:
    """Key outcomes with and without: mean of the two years from the act, and the last year.

    `months` are those of the run without.
    """
    end = int(case.tables.months["month"].max())
    spans = {"next two years": (first, first + AFTER - 1), "last year": (max(first, end - 11), end)}
    rows = [
        _difference(name, words, case.tables.months, months, span)
        for words, span in spans.items()
        for name in KEY_OUTCOMES
    ]
    return pd.DataFrame(rows)


def _difference(
    name: str, words: str, here: pd.DataFrame, there: pd.DataFrame, span: tuple[int, int]
) -> dict[str, object]:
    entry = outcome(name)
    recorded, without = (_mean(frame, name, span) for frame in (here, there))
    return {"when": words, "outcome": entry.label, "unit": entry.unit, "with": recorded, "without": without}


def _mean(months: pd.DataFrame, name: str, span: tuple[int, int]) -> float:
    """Mean of the finite values of an outcome over some months."""
    values = months.loc[months["month"].between(*span), name]
    return float(values[np.isfinite(values)].mean())


def survivors(case: Case, providers: pd.DataFrame) -> tuple[set[str], set[str]]:
    """Who is in business at the end, as it was and in the run without, whose providers are given."""
    ends = []
    for frame in (case.tables.providers, providers):
        last = frame[frame["month"] == frame["month"].max()]
        ends.append(set(last.loc[last["alive"] == 1, "provider"]))
    return ends[0], ends[1]
