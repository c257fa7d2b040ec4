"""Parameters and glossary: every number and every result in words; scenarios to take away and to bring."""

import re
import tempfile
import tomllib
from pathlib import Path

import pandas as pd
import streamlit as st

from analysis.assumptions import KINDS
from analysis.glossary import SECTIONS
from analysis.listings import number, parameter_rows, source_counts, span
from analysis.pages.parts import state
from analysis.pages.parts.doors import door
from analysis.pages.parts.figures import download
from analysis.pages.parts.guard import escaped, tell
from analysis.study import Study, changes, toml
from sim.errors import UserError
from sim.scenario import Scenario, load
from sim.scenario.files import POLICIES
from sim.scenario.writer import resolved_toml

LARGEST = 200_000  # bytes of a scenario that is brought
SHIPPED = re.compile(r"(policies/)?[\w.-]+\.toml")
WORDS = {
    "theta": "Reward for a bigger training run: what an e-fold of spending gains on rivals.",
    "nat": "A step of capability: one nat is 2.7 times the effective compute; zero is GPT-3's.",
    "vintage": "Model generation: one base model of a provider, from its release to its end.",
    "derivative": "Customised model: a base model tuned for one customer.",
    "regime": "Market outcome: how the market grew and how many providers shape it in the end.",
    "commons": "Member-owned provider.",
    "activations": "Outputs-only tuning: the provider returns numbers from inside the model, and the "
    "customer trains its own last layers.",
    "effective number": "How many equal providers would give the same concentration: 1 is a monopoly.",
    "HHI": "Herfindahl index of concentration, from near 0 (many) to 10,000 (one).",
    "workload": "A job that a firm might give to a model; firms have several.",
    "band": "From the 10th to the 90th percentile over runs that differ in luck only.",
}


def page() -> None:
    """Draw the page."""
    state.begin()
    st.title("Parameters and glossary", anchor=False)
    scenario = state.resolved(state.applied())
    book, words, take = st.tabs(["Parameters", "Glossary", "Take away and bring"])
    with book:
        _book(scenario)
    with words:
        _glossary()
    with take:
        _files(scenario)


def _book(scenario: Scenario) -> None:
    counts = source_counts(scenario)
    assumed = int(counts.loc[counts["kind"] == "assumption", "quantities"].sum())
    total = int(counts["quantities"].sum())
    st.markdown(
        f"**{total}** quantities; **{assumed}** of them are assumptions of this project, the rest have a "
        "source. Change any of them on the page Explore."
    )
    left, right = st.columns([3, 2])
    word = left.text_input("Search", key="search book", placeholder="price, compute, cash, ...")
    kinds = sorted(kind for kind in counts["kind"].unique())
    kind = right.selectbox("Kind of source", ["", *kinds], format_func=lambda k: KINDS[k] if k else "All")
    rows = parameter_rows(scenario, word)
    rows = rows[rows["kind"] == kind] if kind else rows
    table = book_table(rows)
    st.dataframe(table, hide_index=True, height=520, column_config={"Meaning": {"width": "large"}})
    download("Download the book (CSV)", lambda: table.to_csv(index=False), "parameters.csv", "text/csv")
    with st.expander("Sources"):
        st.dataframe(counts.rename(columns=str.capitalize), hide_index=True)


def book_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The parameter book in words."""
    return pd.DataFrame(
        {
            "Quantity": rows["path"],
            "Value": [number(value) for value in rows["value"]],
            "Unit": rows["unit"].replace("1", ""),
            "Supported range": [span(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)],
            "Meaning": rows["meaning"],
            "Kind": [KINDS.get(kind, kind) for kind in rows["kind"]],
            "Source": rows["source"],
            "Note": rows["note"],
        }
    )


def _glossary() -> None:
    st.subheader("Words", anchor=False)
    _explained(pd.DataFrame(WORDS.items(), columns=["Word", "Meaning"]))
    for title, series in SECTIONS:
        st.subheader(title.partition(" (")[0], anchor=False)
        rows = [(one.label, "" if one.unit == "1" else one.unit, one.meaning, one.name) for one in series]
        _explained(pd.DataFrame(rows, columns=["Result", "Unit", "Meaning", "Name in files"]))


def _explained(table: pd.DataFrame) -> None:
    """A table of words whose meanings are read to their end."""
    widths = dict.fromkeys(table.columns, 130) | {table.columns[0]: 220, "Meaning": 640}
    columns = {name: st.column_config.Column(width=width) for name, width in widths.items()}
    st.dataframe(table, hide_index=True, row_height=56, column_config=columns)


def _files(scenario: Scenario) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Take away", anchor=False)
        study = state.applied()
        changed = len(study.settings) + len(study.policies)
        st.caption(f"The scenario as it is applied now, with {changed} changes.")
        text, whole = toml(study, scenario), resolved_toml(scenario)
        download("What differs (TOML)", lambda: text, "scenario.toml", "application/toml")
        download("Every value, resolved (TOML)", lambda: whole, "resolved.toml", "application/toml")
        st.caption("Play it in the terminal: megamarket run scenario.toml")
    with right:
        st.subheader("Bring", anchor=False)
        found = st.file_uploader(
            f"A scenario file (TOML, at most {LARGEST // 1000} kB)", type="toml", key="brought"
        )
        if found is not None:
            _bring(found.name, found.getvalue())


def _bring(name: str, data: bytes) -> None:
    """Check a scenario file and offer to take it over."""
    try:
        study, scenario = brought(data)
    except UserError as error:
        tell(error.problems)
        return
    st.success(f"{escaped(name)} is right: {len(study.settings)} values differ from the baseline.")
    st.text(f"{scenario.title}: {scenario.question}")
    if st.button("Take it over and explore", type="primary"):
        state.show(study)
        st.switch_page(door("explore"))


def brought(data: bytes) -> tuple[Study, Scenario]:
    """The study that an uploaded file makes. Raises `UserError` with every mistake."""
    if len(data) > LARGEST:
        raise UserError(f"The file has {len(data):,} bytes; {LARGEST:,} are the most.")
    try:
        bases = tomllib.loads(data.decode("utf-8")).get("extends", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"The file is not TOML in UTF-8: {error}.") from None
    if not isinstance(bases, list) or not all(isinstance(b, str) and SHIPPED.fullmatch(b) for b in bases):
        raise UserError('extends: expected names of shipped scenarios only, such as ["baseline.toml"].')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "brought.toml"
        path.write_bytes(data)
        scenario = load(path)
    policies = tuple(Path(base).stem for base in bases if base.startswith(f"{POLICIES}/"))
    plain = load("baseline", policies=policies)
    study = Study(policies=policies, settings=tuple(sorted(changes(plain, scenario).items())))
    if study.resolve().digest != scenario.digest:
        raise UserError("The file cannot be shown here as changes of the baseline: play it in the terminal.")
    return study, scenario
