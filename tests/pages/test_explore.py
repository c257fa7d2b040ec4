"""Explore: levers, every parameter, steps back, apply, links, and results that follow."""

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.pages.parts.background import player, tables
from sim.errors import UserError
from tests.pages.conftest import Opener, sound

LEVER = "lever demand.nest_correlation"


def settings(app: AppTest, which: str = "draft") -> dict[str, Any]:
    return dict(app.session_state[which].settings)


def badges(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown)


def test_lever_changes_the_draft_alone(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.select_slider(LEVER).set_value(0.8).run()
    assert settings(app)["demand.nest_correlation"] == 0.8
    assert "demand.nest_correlation" not in settings(app, "applied")
    assert app.select_slider(LEVER).label.startswith("●")
    assert "press Apply" in badges(app)


def test_apply_plays_and_writes_the_link(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    before = [card.value for card in app.metric]
    app.select_slider("lever demand.price_sensitivity").set_value(1.0).run()
    sound(app.button("apply").click().run())
    assert settings(app, "applied")["demand.price_sensitivity"] == 1.0
    assert "demand.price_sensitivity=1.0" in app.query_params["set"]
    assert "press Apply" not in badges(app)
    assert "demand.price_sensitivity is 1.0" in " ".join(one.value.replace("\\", "") for one in app.markdown)
    assert [card.value for card in app.metric] != before


def test_apply_takes_over_what_began_while_the_values_were_looked_over(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.select_slider(LEVER).set_value(0.8).run()
    foreseen = app.session_state["job ahead"][1]
    app.button("apply").click().run()
    assert app.session_state["job explore"][1] is foreseen
    assert not foreseen.cancelled
    assert "job ahead" not in app.session_state


def test_what_is_no_longer_foreseen_stops(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    foreseen = []
    for value in (0.8, 0.3):
        app.select_slider(LEVER).set_value(value).run()
        foreseen.append(app.session_state["job ahead"][1])
    assert [job.cancelled for job in foreseen] == [True, False]
    app.button("undo").click().run()
    app.button("undo").click().run()
    assert foreseen[1].cancelled
    assert "job ahead" not in app.session_state


def test_apply_plays_anew_what_had_to_stop_for_another_visitor(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.select_slider(LEVER).set_value(0.8).run()
    foreseen = app.session_state["job ahead"][1]
    player().play(foreseen.orders[0])
    app.button("apply").click().run()
    assert foreseen.cancelled
    assert not app.session_state["job explore"][1].cancelled
    assert "job ahead" not in app.session_state


def test_nothing_is_foreseen_while_something_asked_for_is_played(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    job = app.session_state["job explore"][1]
    job.begun, job._open = 0.0, {Future()}
    app.select_slider(LEVER).set_value(0.8).run()
    assert "job ahead" not in app.session_state


def test_undo_and_reset(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.select_slider(LEVER).set_value(0.8).run()
    app.select_slider(LEVER).set_value(0.3).run()
    app.button("undo").click().run()
    assert settings(app)["demand.nest_correlation"] == 0.8
    app.button("reset").click().run()
    assert settings(app) == {}
    assert app.select_slider(LEVER).value == 0.6


def test_shipped_value_is_no_change(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.select_slider(LEVER).set_value(0.8).run()
    app.select_slider(LEVER).set_value(0.6).run()
    assert "demand.nest_correlation" not in settings(app)


def test_every_parameter_is_found_by_a_word(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.text_input("search parameters").set_value("switching").run()
    box = next(one for one in app.number_input if one.key == "all demand.switching_cost")
    sound(box.set_value(2.0).run())
    assert settings(app)["demand.switching_cost"] == 2.0


def test_value_that_does_not_fit_is_told_and_not_applied(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.text_input("search parameters").set_value("nest_correlation").run()
    box = next(one for one in app.number_input if one.key == "all demand.nest_correlation")
    box.set_value(3.0).run()
    assert "expected a number at least 0 and below 1" in app.error[0].value.replace("\\", "")
    assert app.button("apply").disabled
    app.button("undo").click().run()
    sound(app)


def test_kind_offers_what_the_scenario_can_be(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    app.selectbox("parameter group").set_value("demand.value").run()
    box = app.selectbox("all demand.value.kind")
    assert box.options == ["linear", "saturating"]
    sound(box.set_value("linear").run())
    sound(app.button("apply").click().run())


def test_link_restores_the_state(open_page: Opener) -> None:
    app = sound(open_page("explore", settings=["demand.nest_correlation=0.75"]))
    assert settings(app, "applied")["demand.nest_correlation"] == 0.75
    assert app.select_slider(LEVER).value == 0.75


def test_refine_asks_for_more_runs(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.pages.explore.MANY", 3)
    app = sound(open_page("explore"))
    sound(app.button("refine").click().run())
    job = app.session_state["job explore"][1]
    assert [order.replications for order in job.orders] == [3, 3]
    assert len(job.runs()) == 3


def test_failed_run_says_what_to_change(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Iterator[None]:
        raise UserError("demand.trust: is too low for this market; raise it.")

    monkeypatch.setattr("analysis.playing.simulate", broken)
    app = open_page("explore", settings=["demand.trust=0.37"])
    assert not app.exception
    assert "raise it" in app.error[0].value


def test_tables_of_a_job_are_kept(open_page: Opener) -> None:
    app = sound(open_page("explore"))
    job = app.session_state["job explore"][1]
    study = app.session_state["applied"]
    assert tables(study, job) is tables(study, job)
