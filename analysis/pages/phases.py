"""Monopoly or oligopoly: where the market ends over two factors, and curves of one factor."""

import pandas as pd
import streamlit as st

from analysis.arms import end_points
from analysis.charts.market import LUCK
from analysis.charts.parts import Named, has_data
from analysis.charts.phases import phase, response, structure_map, structures, with_bound
from analysis.exhibits import in_words
from analysis.levers import LEVERS, Lever, present, spoken, steps
from analysis.pages.parts import background, state
from analysis.pages.parts.doors import door
from analysis.pages.parts.figures import behind, draw, figure, heading, opened
from analysis.pages.parts.guard import escaped, piece
from analysis.pages.parts.outcomes import COMPARED, label
from analysis.stored.phases import PLAN, Phases, stored_phases
from analysis.study import Study
from analysis.tables import outcome
from analysis.units import amount
from sim.scenario import Leaf
from sim.sweep.keys import model_version

POINTS, RUNS = 5, 4  # of a curve that is played on demand
BOUND = """
The **bound** is theory, not a result: in a large market with free entry, one kind of customer, no frictions,
competition in ever larger training runs leaves room for at most *N = θ / (θ − 1)* equal providers, where θ is
the reward for a bigger training run. The lines are drawn where the leader's own θ at the end of the runs, as
recorded, takes the values for 2, 3 and 5 providers; up to θ = 1 there is no bound. The market here has
frictions, unlike customers and backers, so runs may end on either side: the lines say what theory alone
would expect.
"""


def page() -> None:
    """Draw the page."""
    state.begin()
    st.title("Monopoly or oligopoly", anchor=False)
    st.markdown(
        "Which market comes out depends on what nobody knows well. Here two of these values are varied "
        "together; each cell is a market, played several times with different luck."
    )
    found = _phases()
    opened("phases", {"Two factors at once": lambda: _map(found), "Vary one factor": _vary})


def _map(found: Phases | None) -> None:
    if found is None:
        st.info(f"No sweep is stored. Make one: megamarket sweep {PLAN}")
    else:
        _diagram(found)


@st.cache_resource(show_spinner=False)
def _phases() -> Phases | None:
    return stored_phases()


@piece
def _diagram(found: Phases) -> None:
    """The map, and curves through it."""
    x, y = found.factors
    labels = {lever.path: lever.label for lever in LEVERS}
    across, up = (Named(path, labels[path], "1") for path in (x, y))
    known = [name for name in COMPARED if name in found.months]
    options = ["structure", *known]
    name = st.selectbox(
        "Colour", options, key="phase colour",
        format_func=lambda name: "Market outcome" if name == "structure" else label(name),
    )  # fmt: skip
    _origin(found)
    ends = found.ends
    with st.container(border=True):
        if name == "structure":
            fig, table = structure_map(found.regimes, across, up), structures(found.regimes, x, y)
        else:
            fig = phase(ends, across, up, in_words(name))
            table = ends.groupby([x, y], as_index=False)[name].median()
        heading(fig)
        st.caption("Click a cell to open its run. Lines: the bound, see below.")
        drawn = with_bound(fig, ends, x, y) if name == "structure" or has_data(ends[name]) else fig
        picked = draw(drawn, "phase map", on_select="rerun", modebar=False)
        behind(table.rename(columns=labels), "phase map")
    _open(found, picked, labels)
    st.markdown(BOUND)
    _sections(ends, "effective_number" if name == "structure" else name, labels, (x, y))


def _origin(found: Phases) -> None:
    said = found.manifest
    with st.container(horizontal=True):
        current = said["model_version"] == model_version()
        st.badge("Stored sweep", color="gray" if current else "orange")
        markets = f"{said['points']} markets, {said['replications']} runs each"
        made = f"{markets}, made by model {said['model_version']}"
        later = "" if current else "; the model has changed since: a cell that you open is played anew"
        st.caption(f"{made}{later}. Make it again: megamarket sweep {said['plan']}")


def _open(found: Phases, picked: object, labels: dict[str, str]) -> None:
    """Offer the run of the chosen cell."""
    points = getattr(getattr(picked, "selection", None), "points", [])
    place = next((point["customdata"] for point in points if "customdata" in point), None)
    if place is None:
        return
    values = dict(zip(found.factors, map(float, place), strict=True))
    told = ", ".join(f"{labels[path]} {value:g}" for path, value in values.items())
    if st.button(f"Open this market: {told}", type="primary"):
        state.show(
            Study(settings=tuple(sorted((found.settings | values).items())), seed=found.manifest["seed"])
        )
        st.switch_page(door("explore"))


def _sections(ends: pd.DataFrame, name: str, labels: dict[str, str], factors: tuple[str, str]) -> None:
    """Cuts through the map along each factor."""
    columns = st.columns(2, gap="medium")
    for column, along, fixed in zip(columns, factors, reversed(factors), strict=True):
        with column:
            levels = sorted(ends[fixed].unique())
            at = st.select_slider(
                f"{labels[fixed]}, held at", levels, levels[len(levels) // 2], key=f"held {fixed}",
                format_func=lambda value: f"{value:g}",
            )  # fmt: skip
            rows = ends[ends[fixed] == at]
            figure(
                response(rows, Named(along, labels[along], "1"), in_words(name)),
                rows[[along, "replication", name]],
                f"cut {along}",
            )


def _vary() -> None:
    """Play the market at several values of one lever."""
    study = state.applied()
    levers = {lever.path: (lever, leaf) for lever, leaf in present(state.shipped(study))}
    left, right = st.columns(2)
    path = left.selectbox("Vary", list(levers), key="vary", format_func=lambda p: levers[p][0].label)
    name = right.selectbox(
        "Result", COMPARED, COMPARED.index("effective_number"), key="vary result", format_func=label
    )
    lever, leaf = levers[path]
    values = _values(lever, leaf)
    listed = ", ".join(spoken(value, leaf.unit) for value in values)
    st.caption(f"{lever.told} Played at {escaped(listed)}; {RUNS} runs each, all else as applied on Explore.")
    studies = [study.having({path: value}) for value in values]
    wanted = (path, study)
    if st.session_state.get("varied") != wanted and not st.button("Play it", type="primary", key="play vary"):
        return
    st.session_state["varied"] = wanted
    job = background.follow("vary", *(background.order_of(one, RUNS) for one in studies))
    background.watch("vary", job)
    tables = {
        str(value): background.tables(one, job, arm)
        for arm, (value, one) in enumerate(zip(values, studies, strict=True))
    }
    arms = {value: table for value, table in tables.items() if table is not None}
    if arms:
        points = end_points(arms, name).rename(columns={"value": name})
        points[path] = points["arm"].astype(float)
        figure(
            response(points, Named(path, lever.label, _unit(leaf)), in_words(name), LUCK),
            _numbers(points, path, name, lever),
            "varied curve",
        )


def _values(lever: Lever, leaf: Leaf) -> list[float]:
    """Some steps of a lever, its ends among them."""
    all_steps = steps(lever, leaf, leaf.value)
    return [all_steps[round(k * (len(all_steps) - 1) / (POINTS - 1))] for k in range(POINTS)]


def _unit(leaf: Leaf) -> str:
    return "1" if leaf.unit in ("util", "util/nat") else leaf.unit


def _numbers(points: pd.DataFrame, path: str, name: str, lever: Lever) -> pd.DataFrame:
    said = [amount(value, outcome(name).unit) for value in points[name]]
    return pd.DataFrame({lever.label: points[path], "Run": points["replication"] + 1, label(name): said})
