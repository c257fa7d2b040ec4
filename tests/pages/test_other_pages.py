"""Compare, lab, phases, book and report: the paths that matter."""

import pytest

from analysis.pages import book
from analysis.pages.compare import options
from sim.errors import UserError
from tests.pages.conftest import Opener, sound


def test_compare_measures_against_the_first(open_page: Opener) -> None:
    app = sound(open_page("compare", settings=["demand.trust=0.6"]))
    table = next(one.value for one in app.dataframe if "Higher in" in one.value)
    assert list(table.columns[:3]) == ["Outcome", "Baseline", "Your changes on Explore"]
    job = app.session_state["job compare"][1]
    assert {(order.seed, order.months) for order in job.orders} == {(0, 12)}


def test_compare_finds_what_drives_a_difference(open_page: Opener) -> None:
    app = sound(open_page("compare", settings=["pricing.check_every=24"]))
    sound(app.button("find drivers").click().run())
    job = app.session_state["job drivers"][1]
    assert len(job.orders) == 4  # nothing, demand, pricing, everything
    assert len({order.key for order in job.orders}) == 4


def test_options_to_compare_can_be_played() -> None:
    import streamlit as st

    st.session_state["applied"] = book.Study()
    for study in options().values():
        study.resolve()


def test_lab_enters_and_stays_out_of_the_link(open_page: Opener) -> None:
    app = sound(open_page("lab"))
    assert not app.metric
    submit = next(one for one in app.button if one.label == "Send it into the market")
    sound(submit.click().run())
    assert app.metric[0].value == "2 of 2 runs"
    assert not any("lab" in text for text in app.query_params["set"])
    orders = app.session_state["job lab"][1].orders
    assert len(orders[1].scenario.config.providers) == len(orders[0].scenario.config.providers) + 1


def test_one_factor_is_varied(open_page: Opener) -> None:
    app = open_page("phases")
    app.query_params["phases"] = "Vary one factor"
    sound(app.run())
    sound(app.button("play vary").click().run())
    assert len(app.session_state["job vary"][1].orders) == 5


def test_brought_scenario_becomes_a_study() -> None:
    text = 'extends = ["baseline.toml"]\ntitle = "Mine"\n[demand]\ntrust = 0.6\n[providers]\neu_champion = false\n'
    study, scenario = book.brought(text.encode())
    assert dict(study.settings) == {"demand.trust": 0.6, "providers.eu_champion": False}
    assert scenario.title == "Mine"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"x" * 300_000, "are the most"),
        (b"\xff\xfe", "not TOML in UTF-8"),
        (b'extends = ["../../secrets.toml"]', "shipped scenarios only"),
        (b'extends = ["baseline.toml"]\n[demand]\ntrus = 1', "Did you mean"),
    ],
)
def test_spoilt_files_are_refused_in_sentences(data: bytes, told: str) -> None:
    with pytest.raises(UserError, match=told):
        book.brought(data)


def test_report_offers_data_and_figures(open_page: Opener) -> None:
    app = sound(open_page("report"))
    labels = [one.label for one in app.get("download_button")]
    assert {"Report (HTML)", "Data (CSV)", "Data (Parquet)", "Figures (HTML)"} <= set(labels)
