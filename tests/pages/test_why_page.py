"""Why on a page: the story of an event, and the same run without it beside the command's answer."""

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import sound

SCRIPT = """
from analysis.pages.parts import background, state
from analysis.pages.parts.why import why
from analysis.study import Study
from analysis.why import case_of

settings = (("demand.workloads", 600), ("pricing.panel_per_segment", 2))
study = Study("price_war", settings, seed=3, months=40, replications=2)
tables = background.tables(study, background.follow("base", background.order_of(study)))
why(case_of(tables, state.resolved(study), 1, 0))
"""


def test_the_run_without_a_price_war_is_played_and_told() -> None:
    app = sound(AppTest.from_string(SCRIPT, default_timeout=120).run())
    assert "search giant cuts its prices" in app.text[0].value
    assert not app.dataframe
    app = sound(app.button("play without").click().run())
    assert app.markdown[-1].value.endswith("but search giant wages no price war from then on**")
    table = app.dataframe[0].value.set_index(["Mean over", "Outcome"])
    assert table.loc[("next two years", "Mean price"), "Change"].startswith("-")
    assert app.text[-1].value == "Without it funded startup would be in business at the end."
    job = app.session_state["job why"][1]
    assert [run.replication for run in job.runs()] == [1]
    assert job.orders[0].without.kind == "price_war"
