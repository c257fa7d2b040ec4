"""Runs in the background of a page: started once, watched with a bar, cancelled by a button."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import streamlit as st

from analysis.arms import tables_of
from analysis.pages.parts.guard import tell
from analysis.pages.parts.state import resolved
from analysis.playing import Job, Order, Played, Player, warm_up
from analysis.study import Study
from analysis.tables import RunTables
from sim.sweep.crews import processors
from sim.sweep.executors import LocalExecutor
from sim.sweep.keys import digest

LOOK = 0.4  # s between looks at the progress
PATIENCE = 5.0  # s for which a page waits for all runs of a new job before it draws those there are
SHOWN_AT = (1, 8, 16, 32, 64)  # finished runs at which figures are drawn anew
KEPT_TABLES = 12
AHEAD = "ahead"  # the slot of what is played before anybody asked for it


@st.cache_resource(show_spinner=False)
def player() -> Player:
    """The worker processes of this server."""
    return Player(workers())


def workers() -> Executor:
    """Processes on this machine, as many as it has processors, made ready for the first job."""
    executor = LocalExecutor(processors())
    for _ in range(processors()):
        executor.submit(warm_up)
    return executor


def order_of(study: Study, replications: int | None = None) -> Order:
    """What must be played for a study. Raises `UserError` for values that do not fit."""
    scenario = resolved(study)
    months = scenario.config.calendar.months if study.months is None else study.months
    return Order(scenario, months, study.seed, replications or study.replications)


def follow(name: str, *orders: Order) -> Job:
    """The job of a page: the one that plays these orders already, foreseen or not, or a new one."""
    key = _key(orders)
    held = st.session_state.get(_slot(name))
    if held is not None and held[0] == key:
        job: Job = held[1]
        return job
    drop(name)
    foreseen = st.session_state.get(_slot(AHEAD))
    if foreseen is not None and foreseen[0] == key and player().claim(foreseen[1]):
        job = st.session_state.pop(_slot(AHEAD))[1]
    else:
        drop(AHEAD)
        job = player().play(*orders)
    st.session_state[_slot(name)] = (key, job)
    return job


def foresee(*orders: Order) -> None:
    """Begin to play what may be asked for next, in place of what was foreseen before.

    Nothing is foreseen without orders, nor while something that was asked for is played.
    """
    key, held = _key(orders), st.session_state.get(_slot(AHEAD))
    if held is not None and held[0] == key:
        return
    drop(AHEAD)
    if orders and not any(job.running for job in _asked_for()):
        st.session_state[_slot(AHEAD)] = (key, player().play(*orders, ahead=True))


def _asked_for() -> list[Job]:
    """The jobs of this session that are not played ahead."""
    slots = [slot for slot in st.session_state if str(slot).startswith(_slot(""))]
    return [st.session_state[slot][1] for slot in slots if slot != _slot(AHEAD)]


def drop(name: str) -> None:
    """Forget the job of a page, and stop it."""
    held = st.session_state.pop(_slot(name), None)
    if held is not None:
        held[1].cancel()


def _key(orders: Sequence[Order]) -> str:
    return digest([(order.key, order.replications) for order in orders])


def _slot(name: str) -> str:
    return f"job {name}"


def watch(name: str, job: Job) -> None:
    """The bar and the cancel button while a job runs; sentences when it ended early.

    The page waits here for the first runs of a new job, and a little for all of them, so that what is soon
    done is drawn once. Until then the browser shows, faded, what it showed before.
    """
    place = st.empty()
    if job.running and not job.cancelled:
        with place.container():
            left, right = st.columns([5, 1], vertical_alignment="center")
            bar = left.empty()
            right.button("Cancel", key=f"cancel {name}", on_click=job.cancel, width="stretch")
        while _is_new(job):
            _show(job, bar)
            job.wait(LOOK)
        if job.running:
            with bar:
                _follow_on(name, _step(job))
        else:
            place.empty()
    tell(job.problems)
    if job.cancelled:
        left, right = place.columns([5, 1], vertical_alignment="center")
        left.warning(f"Cancelled after {job.done} of {job.total} runs.")
        right.button("Play the rest", key=f"again {name}", on_click=drop, args=(name,), width="stretch")


def _is_new(job: Job) -> bool:
    """Whether a job that runs is not worth a look yet: an order has no run, or all may soon be done."""
    return job.running and (job.done < len(job.orders) or time.monotonic() - job.begun < PATIENCE)


def _show(job: Job, place: Any) -> None:
    told = f"Playing: {job.done} of {job.total} runs are done, {job.share:.0%} of all months."
    place.progress(min(job.share, 1.0), text=told)


@st.fragment(run_every=LOOK)
def _follow_on(name: str, step: int) -> None:
    """The bar of a job of which the page shows the first runs; the page is drawn anew at the next mark."""
    held = st.session_state.get(_slot(name))
    if held is None or not held[1].running or _step(held[1]) > step:
        st.rerun()
    _show(held[1], st)


def _step(job: Job) -> int:
    """How many of the marks at which figures are drawn anew have been passed."""
    return sum(job.done >= mark * len(job.orders) for mark in SHOWN_AT)


def tables(study: Study, job: Job, arm: int = 0) -> RunTables | None:
    """The finished runs of an order as tables; nothing while there is none."""
    runs = job.runs(arm)
    if not runs:
        return None
    order = job.orders[arm]
    key = digest(order.key, [run.replication for run in runs], study.scenario)
    return _tables(key, study, order, runs)


@st.cache_resource(max_entries=KEPT_TABLES, show_spinner=False)
def _tables(key: str, _study: Study, _order: Order, _runs: list[Played]) -> RunTables:  # noqa: ARG001
    return tables_of(_study, _order, _runs)
