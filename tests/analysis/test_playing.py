"""Runs for the app: equal to those of the command line, watched, cancelled, kept for a while."""

import time
from pathlib import Path

import pandas as pd
import pytest

import sim
from analysis import playing
from analysis.arms import tables_of
from analysis.playing import Cancelled, Job, Order, Player
from analysis.study import Study, statements
from sim.sweep.executors import LocalExecutor, SerialExecutor
from tests.door.door import megamarket

SETTINGS = (("demand.nest_correlation", 0.7), ("demand.workloads", 600), ("pricing.panel_per_segment", 2))
STUDY = Study(settings=SETTINGS, seed=5, months=15)


@pytest.fixture
def order() -> Order:
    return Order(STUDY.resolve(), 15, 5, 2)


def test_app_and_command_line_give_equal_values(order: Order, tmp_path: Path) -> None:
    job = Player(SerialExecutor()).play(order)
    tables = tables_of(STUDY, order, job.runs())
    sets = [word for statement in statements(SETTINGS) for word in ("--set", statement)]
    counts = ["--months", "15", "--seed", "5", "--replications", "2", "--workers", "1"]
    megamarket("run", "baseline", *counts, *sets, "--out", "run", cwd=tmp_path)
    for file, name in (("runs", "months"), ("providers", "providers"), ("events", "events")):
        told = pd.read_parquet(tmp_path / "run" / f"{file}.parquet")
        pd.testing.assert_frame_equal(getattr(tables, name), told, check_dtype=False)
    assert tables.metadata["digest"] == order.scenario.digest


def test_finished_runs_are_not_played_again(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    player = Player(SerialExecutor())
    first = player.play(order)
    monkeypatch.setattr(playing, "play_one", None)
    again = player.play(order)
    assert [run.replication for run in again.runs()] == [0, 1]
    assert again.runs()[0] is first.runs()[0]
    assert again.share == 1


def test_what_is_played_ahead_gives_way_to_what_is_asked_for(order: Order) -> None:
    player = Player(SerialExecutor())
    claimed, another = player.play(order, ahead=True), player.play(order, ahead=True)
    assert player.claim(claimed)
    assert (claimed.cancelled, another.cancelled) == (False, True)
    assert not player.claim(another)
    later = player.play(order, ahead=True)
    asked = player.play(order)
    assert (claimed.cancelled, later.cancelled, asked.cancelled) == (False, True, False)


def test_more_replications_keep_the_first(order: Order) -> None:
    player = Player(SerialExecutor())
    first = player.play(order).runs()
    more = player.play(Order(order.scenario, 15, 5, 3)).runs()
    assert len(more) == 3
    assert more[1] is first[1]


def test_shelf_is_bounded(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "MOST_KEPT", 1)
    player = Player(SerialExecutor())
    player.play(order)
    assert len(player._shelf) == 1


def test_cancelled_run_ends_between_months(order: Order, tmp_path: Path) -> None:
    job = Job([order], tmp_path / "board", 1)
    job.cancel()
    with pytest.raises(Cancelled):
        playing.play_one(order, 0, str(tmp_path / "board"), 1)
    with pytest.raises(Cancelled):
        playing.play_one(order, 0, str(tmp_path / "gone"), 1)


def test_job_in_processes_is_watched_and_cancelled(order: Order) -> None:
    with LocalExecutor(1) as executor:
        player = Player(executor)
        job = player.play(Order(order.scenario, 400, 5, 3))
        while job.share == 0:
            time.sleep(0.05)
        job.cancel()
        job.wait(60)
        assert not job.running
    assert job.done < 3
    assert job.problems == []
    assert 0 < job.share < 1


def test_failure_is_told_with_a_remedy(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise FloatingPointError("overflow")

    monkeypatch.setattr(playing, "simulate", broken)
    wild = sim.load("baseline", settings={"demand.nest_correlation": 0.95})
    job = Player(SerialExecutor()).play(Order(wild, 3, 0, 1))
    assert job.done == 0
    assert job.problems == [
        "Run 1 stopped: FloatingPointError, overflow. Values outside their supported range are the likely "
        "cause; reset demand.nest_correlation."
    ]


def test_counts_that_make_no_sense_are_refused(order: Order) -> None:
    with pytest.raises(sim.UserError, match="replications: is 0"):
        Player(SerialExecutor()).play(Order(order.scenario, 15, 5, 0))


def test_sales_by_domain_add_up(order: Order) -> None:
    run = Player(SerialExecutor()).play(Order(order.scenario, 30, 5, 1)).runs()[0]
    assert run.sales["amount"].sum() == pytest.approx(run.tables["months"]["revenue"].sum())
    assert set(run.sales["domain"]) <= {domain.name for domain in order.scenario.config.domains}
