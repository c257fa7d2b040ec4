"""The command `why`: chains that read true against the ledger, and the run without the event."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import sim
from analysis import why
from analysis.why_sentences import SUNK, net_flow, story
from sim import results
from sim.sweep.replicate import replicate
from tests.door.door import assert_refused, megamarket

SMALL = {"demand.workloads": 600, "pricing.panel_per_segment": 2}
RICH, POOR = "search_giant", "funded_startup"


def folder_of(place: Path, scenario: sim.Scenario, months: int, replications: int) -> Path:
    runs = replicate(scenario, months, 3, replications)
    about = results.describe(scenario, 3, replications, months, "megamarket run")
    results.write(place, runs, about, finish=lambda _: None)
    return place


@pytest.fixture(scope="module")
def fought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A war that ruins its target."""
    place = tmp_path_factory.mktemp("why") / "war"
    return folder_of(place, sim.load("price_war", settings=SMALL), 40, 2)


@pytest.fixture(scope="module")
def overspent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A provider that goes bankrupt without anybody's help, and others that train."""
    poor = {
        "providers.first_mover.cash": 1.4e7,
        "providers.first_mover.backing": 0.0,
        "rivalry.motive": "none",
    }
    scenario = sim.load("baseline", settings=SMALL | poor | {"providers.first_mover.training.kind": "never"})
    return folder_of(tmp_path_factory.mktemp("why") / "poor", scenario, 16, 1)


def number(text: str) -> float:
    """The first amount of money in a sentence, USD."""
    found = re.search(r"([\d.,]+) (mn |bn )?USD", text)
    assert found
    return float(found[1].replace(",", "")) * {"mn ": 1e6, "bn ": 1e9, None: 1.0}[found[2]]


def ruin_of(place: Path) -> str:
    """The bankruptcy of the first replication, as `why` names it."""
    events = pd.read_parquet(place / "events.parquet")
    (ruin,) = events[(events.kind == "bankruptcy") & (events.replication == 0)].event
    return f"0:{ruin}"


def test_a_ruin_by_war_reads_true(fought: Path) -> None:
    case = why.open_case(fought, ruin_of(fought))
    cuts, fails, prices, purse, flows, outcome, led = story(case)
    assert "search giant cuts its prices" in cuts
    assert "funded startup cannot pay" in fails
    begun, ruined = int(case.at(0)["month"]), int(case.row["month"])
    rich = case.tables.providers.query("provider == @RICH").set_index("month")
    markup = rich.price / rich.unit_cost
    assert (
        f"{markup.loc[begun:ruined].min():.2f} to {markup.loc[begun:ruined].max():.2f} x unit cost" in prices
    )
    assert f"after {markup.loc[begun - 1]:.2f} x" in prices
    cash = case.tables.providers.query("provider == @POOR").set_index("month").cash
    assert number(purse) == pytest.approx(cash.loc[begun - 1], rel=0.02)
    months = ruined - begun + 1
    book = case.ledger.query("@begun <= month <= @ruined and kind != 'write_off'")
    lost = book[book.payer == POOR].amount.sum() - book[book.payee == POOR].amount.sum()
    assert number(purse.split(" and lost ")[1]) == pytest.approx(lost / months, rel=0.06)
    assert cash.loc[begun - 1] - lost == pytest.approx(-case.row["amount"], rel=1e-6)  # what creditors lose
    received = book.query("payee == @POOR and kind == 'revenue'").amount.sum()
    assert number(flows) == pytest.approx(received, rel=0.01)
    assert f"lasted {months} months" in outcome
    assert "ends its price war" in led


def test_a_price_war_reads_true_and_without_it_the_target_lives(fought: Path) -> None:
    case = why.open_case(fought, "0:0")
    lines = story(case)
    assert "cannot pay" in lines[-1]
    veto = why.veto_of(case)
    assert veto == sim.events.Veto("price_war", RICH, int(case.row["month"]), 39)
    other = why.rerun(case, veto)
    assert not (other.events.kind == "price_war").any()
    here, there = why.survivors(case, other.providers)
    assert there - here == {POOR}
    table = why.differences(case, other.months, veto.first).set_index(["when", "outcome"])
    price = table.loc[("next two years", "Mean price")]
    assert price["with"] < 0.9 * price["without"]
    recorded = case.tables.months.query("@veto.first <= month < @veto.first + 24").mean_price.mean()
    assert price["with"] == pytest.approx(recorded)


def test_a_ruin_without_a_war_is_told_from_the_ledger_and_forgiven_in_the_rerun(overspent: Path) -> None:
    events = pd.read_parquet(overspent / "events.parquet")
    (ruin,) = events[events.kind == "bankruptcy"].event
    case = why.open_case(overspent, str(ruin))
    text = " ".join(story(case))
    paid = case.ledger.query("payer == 'first_mover' and kind == 'overhead'").amount.sum()
    assert number(text.split(" and paid ")[1]) == pytest.approx(paid, rel=0.01)
    veto = why.veto_of(case)
    assert veto is not None
    assert veto.kind == "bankruptcy"
    other = why.rerun(case, veto)
    assert "first_mover" in why.survivors(case, other.providers)[1] - why.survivors(case, other.providers)[0]
    assert (other.ledger.kind == "write_off").sum() > 1  # its creditors go on paying


def test_a_training_run_reads_true_and_can_be_left_out(overspent: Path) -> None:
    events = pd.read_parquet(overspent / "events.parquet")
    release = events[events.kind == "release"].iloc[0]
    case = why.open_case(overspent, f"0:{release.event}")
    lines = story(case)
    assert f"starts model {1}" in lines[0]
    model = case.tables.vintages.query("provider == @release.who and vintage == 1").iloc[0]
    assert number(lines[2]) == pytest.approx(model.budget, rel=0.05)
    veto = why.veto_of(case)
    start = int(case.at(int(release.because))["month"])
    assert (veto.kind, veto.who, veto.first, veto.last) == ("training", release.who, start, start + 5)
    other = why.rerun(case, veto)
    starts = other.events.query("kind == 'training' and who == @release.who").month
    assert starts.empty or starts.min() >= start + 6


def test_net_flows_are_changes_of_cash(fought: Path) -> None:
    case = why.open_case(fought, "1:0")
    cash = case.tables.providers.query("provider == @POOR").set_index("month").cash
    assert net_flow(case, POOR, 5, 9) == pytest.approx(cash.loc[9] - cash.loc[4], rel=1e-9)


def test_an_entry_is_left_out_by_name(overspent: Path) -> None:
    case = why.open_case(overspent, "0:0")
    entry = case.tables.events.assign(kind="entry")
    tables = why.RunTables(**{**vars(case.tables), "events": entry})
    veto = why.veto_of(replace(case, tables=tables))
    assert veto == sim.events.Veto("entry", str(case.row["who"]), int(case.row["month"]), 15)


def test_an_entry_reads_true_against_the_ledger(tmp_path: Path) -> None:
    scenario = sim.load("baseline", settings=SMALL | {"entrants.chinese_startup.rate": 12.0})
    place = folder_of(tmp_path / "entries", scenario, 24, 1)
    events = pd.read_parquet(place / "events.parquet")
    event = events[(events.kind == "entry") & (events.month < 22)].iloc[0]
    case = why.open_case(place, str(event.event))
    lines = story(case)
    came, fared = lines[-2 - len(case.effects()) :][:2]
    book = case.ledger.query("payer == @event.who or payee == @event.who")
    first, later = book[book.month == event.month], book[book.month > event.month]
    sunk = first[first.payer == event.who].set_index("kind").amount
    assert number(came) == pytest.approx(first.loc[first.kind == "equity", "amount"].sum(), rel=0.01)
    told = {
        kind: number(came.split(" and sank ")[1].split(words)[0].rpartition(",")[2])
        for kind, words in SUNK.items()
        if words in came
    }
    assert told == pytest.approx({kind: sunk[kind] for kind in SUNK if kind in sunk}, rel=0.01)
    assert sum(sunk[kind] for kind in told) == pytest.approx(case.row["amount"])
    received, paid = (re.findall(r"[\d.,]+ (?:mn |bn )?USD", part) for part in fared.split(" and paid "))
    for said, side in ((received, "payee"), (paid, "payer")):
        assert sum(map(number, said)) == pytest.approx(
            later.loc[later[side] == event.who, "amount"].sum(), rel=0.01
        )


def test_a_run_of_another_version_is_refused(fought: Path) -> None:
    case = why.open_case(fought, "0:0")
    months = case.tables.months.assign(mean_price=case.tables.months.mean_price * 1.001)
    tables = why.RunTables(**{**vars(case.tables), "months": months})
    other = replace(case, tables=tables)
    with pytest.raises(sim.UserError, match="another version"):
        why.rerun(other, why.veto_of(other))


def test_the_list_is_bounded_and_names_each_replication(fought: Path, overspent: Path) -> None:
    found = why.notable(fought)
    assert set(found["id"].str.split(":").str[0]) == {"0", "1"}
    assert found["id"].iloc[0] == "0:0"
    assert len(why.notable(overspent)) <= why.MOST


def test_through_the_door(fought: Path) -> None:
    place = fought.parent
    listed = megamarket("why", "war", cwd=place)
    ruin = ruin_of(fought)
    assert ruin in listed.stdout
    told = megamarket("why", "war", "--event", ruin, cwd=place)
    assert told.returncode == 0, told.stderr
    assert "money lasted" in told.stdout
    assert "Without it funded startup would be in business at the end." in told.stdout
    assert "Consumer surplus" in told.stdout
    assert_refused(megamarket("why", "nowhere", cwd=place), "nowhere: there is no such folder")
    assert_refused(megamarket("why", ".", cwd=place), "is not the folder of a finished run")
    assert_refused(megamarket("why", "war", "--event", "7:0", cwd=place), "there are replications 0 to 1")
    assert_refused(
        megamarket("why", "war", "--event", "0:99", cwd=place),
        "--event 0:99: is not there",
        "megamarket why war",
    )
    assert_refused(
        megamarket("why", "war", "--event", "3", cwd=place), "expected REPLICATION:NUMBER such as 0:17"
    )


def test_entry_counts_through_the_door(tmp_path: Path) -> None:
    done = megamarket("study", "free_entry", "--theta", "1.4", "--size", "1e4", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"1\.4 +│ 3 +│ 3\.5", done.stdout)
    assert_refused(
        megamarket("study", "free_entry", "--theta", "0", cwd=tmp_path), "theta is 0.0; expected a number"
    )
    assert_refused(megamarket("study", "free_entry", "--form", "cournot", cwd=tmp_path), "form is cournot")
