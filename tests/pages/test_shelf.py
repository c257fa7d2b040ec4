"""The shelf of measures: put on, changed, taken off; the same as through the terminal and in files."""

import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from streamlit.testing.v1 import AppTest

import sim
from analysis import measures
from analysis.pages import book
from analysis.study import Study, command, read_query, statements, toml
from analysis.subsidy import in_words
from sim.studies import subsidy
from tests.door.door import megamarket
from tests.pages.conftest import SCRIPT, SMALL, Opener, sound


def draft(app: AppTest) -> Study:
    found: Study = app.session_state["draft"]
    return found


def put_on(app: AppTest, box: str, what: str) -> AppTest:
    return app.selectbox(f"{box} to put on").set_value(what).run()


def said(app: AppTest) -> str:
    return " ".join(one.value for one in (*app.markdown, *app.caption)).replace("\\", "")


def test_a_shipped_measure_is_put_on_changed_and_taken_off(open_page: Opener) -> None:
    app = put_on(sound(open_page("explore")), "preset", "eu_grant")
    assert draft(app).policies == ("eu_grant",)
    assert "European Union pays national champions 4.3 bn USD a year. From 2025-02 until 2030-01." in said(
        app
    )
    app.number_input("shelf policies.eu_grant.amount.size").set_value(1000.0).run()
    app.selectbox("shelf policies.eu_grant.target").set_value("first_mover").run()
    app = sound(app.text_input("shelf policies.eu_grant.start").set_value("2020-09").run())
    changed = {path: value for path, value in draft(app).settings if path.startswith("policies.")}
    assert changed == {
        "policies.eu_grant.amount.size": 1e9,
        "policies.eu_grant.start": "2020-09",
        "policies.eu_grant.target": "first_mover",
    }
    assert app.number_input("shelf policies.eu_grant.amount.size").label.startswith("●")
    app = sound(app.button("take off eu_grant").click().run())
    assert draft(app) == app.session_state["applied"]


def test_several_measures_of_all_kinds_stand_together(open_page: Opener) -> None:
    study = Study()
    for kind in (*measures.NAMES, "grant"):
        study = measures.with_own(study, kind)
    on = measures.shelf(study)
    assert {f"{kind}_1" for kind in measures.NAMES} | {"grant_2"} == set(on)
    assert {policy.kind for policy in study.resolve().config.policies} == set(measures.KINDS)
    assert len({measures.told(values) for values in on.values()}) == len(on) - 1
    app = sound(open_page("explore", settings=statements(study.settings)))
    assert all(measures.told(values) in said(app) for values in on.values())
    assert sum(one.label == "Take off" for one in app.button) == len(on)


def test_what_does_not_fit_is_told_at_the_measure_and_not_applied(open_page: Opener) -> None:
    app = put_on(sound(open_page("explore")), "preset", "eu_grant")
    app.text_input("shelf policies.eu_grant.end").set_value("2020-01").run()
    assert [one.value.replace("\\", "") for one in app.error] == [
        "end: is 2020-01, before its start in 2025-02."
    ]
    assert app.button("apply").disabled
    app.text_input("shelf policies.eu_grant.end").set_value("soon").run()
    assert "expected a month written like 2020-07" in app.error[0].value.replace("\\", "")
    assert app.button("apply").disabled


def test_measures_that_do_not_fit_are_told_one_by_one() -> None:
    study = measures.with_own(measures.with_preset(Study(), "eu_grant"), "export_control")
    wrong = study.having({"policies.export_control_1.buyers": (), "policies.eu_grant.end": "2020-01"})
    found = measures.problems(wrong)
    assert found["eu_grant"] == ["end: is 2020-01, before its start in 2025-02."]
    assert found["export_control_1"][0].startswith("buyers: is empty; expected one or more of china")
    assert not measures.problems(study)


def test_a_measure_whose_provider_is_gone_is_told() -> None:
    study = measures.with_preset(Study(), "break_up").having({"providers.second_half": False})
    (sentence,) = measures.problems(study)["break_up"]
    assert sentence.startswith("successor: 'second_half' is not among the providers")


def test_a_grant_can_follow_motives() -> None:
    grant = measures.with_own(Study(), "grant")
    motives = measures.with_amount(grant, "grant_1", "motives")
    assert motives.resolve().config.policies[0].amount.kind == "motives"
    assert measures.with_amount(motives, "grant_1", "fixed") == grant
    shipped = measures.with_preset(Study(), "eu_grant")
    assert (
        measures.with_amount(measures.with_amount(shipped, "eu_grant", "motives"), "eu_grant", "fixed")
        == shipped
    )


def test_applied_measures_are_told_linked_and_the_same_in_the_terminal(
    open_page: Opener, tmp_path: Path
) -> None:
    app = put_on(sound(open_page("explore")), "preset", "licence")
    app = put_on(app, "kind", "grant")
    for key, value in {"start": "2020-08", "end": "2020-12"}.items():
        app.text_input(f"shelf policies.grant_1.{key}").set_value(value).run()
    app.selectbox("shelf policies.grant_1.target").set_value("first_mover").run()
    app = sound(app.selectbox("shelf policies.grant_1.payer").set_value("united_states").run())
    app = sound(app.button("apply").click().run())
    assert "demand.workloads is 600" in said(app)
    assert "United States pays first mover 4.3 bn USD a year. From 2020-08 until 2020-12." in said(app)
    assert app.query_params["policy"] == "licence"
    found = read_query({**app.query_params, "policy": ["licence"], "months": ["12"]})
    assert found.resolve().digest == app.session_state["applied"].resolve().digest
    shell, script, file = (one.value for one in app.code[:3])
    words = shlex.split(shell)[1:]
    assert words[words.index("--policy") + 1] == "licence"
    done = megamarket(*words, "--workers", "1", "--out", "told", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    played = app.session_state["job explore"][1].runs()
    assert_frame_equal(
        pd.read_parquet(tmp_path / "told" / "runs.parquet"),
        pd.concat([run.tables["months"] for run in played], ignore_index=True),
        check_dtype=False,
    )
    assert played[0].tables["months"]["public_outlay"].iloc[1] > 0
    made: dict[str, Any] = {}
    exec(script.partition("runs =")[0], made)
    (tmp_path / "scenario.toml").write_text(file)
    digest = played and app.session_state["applied"].resolve().digest
    assert made["scenario"].digest == sim.load(tmp_path / "scenario.toml").digest == digest
    study, brought = book.brought(file.encode())
    assert study.policies == ("licence",)
    assert brought.digest == digest


def test_measures_of_a_preset_go_one_by_one() -> None:
    three = measures.with_preset(Study(), "grant_race")
    two = measures.without(three, "us_race")
    assert [policy.name for policy in two.resolve().config.policies] == ["china_race", "eu_race"]
    none = measures.without(measures.without(two, "china_race"), "eu_race")
    assert none == Study()
    assert measures.with_preset(two, "grant_race") == three


def test_words_that_look_like_numbers_survive_a_link() -> None:
    study = Study(settings=(("policies.a.description", "12"), ("policies.a.jurisdictions", ("china",))))
    query = {"set": statements(study.settings)}
    assert read_query(query).settings == study.settings
    assert "'policies.a.description=\"12\"'" in command("baseline", 1, 0, 1, query["set"])


def test_a_link_with_a_measure_nobody_knows_is_told() -> None:
    with pytest.raises(sim.UserError, match="measure 'eu_gran'"):
        read_query({"policy": ["eu_gran"]})


def test_a_file_of_a_study_extends_its_presets() -> None:
    study = measures.with_preset(Study(), "licence")
    assert "policies/licence.toml" in toml(study, study.resolve())


def test_what_public_money_bought_is_the_studys_answer() -> None:
    soon = ["policies.eu_grant.start=2020-09", "policies.eu_grant.end=2020-12"]
    app = AppTest.from_string(SCRIPT.format("explore"), default_timeout=120)
    app.query_params.update(
        {"set": [*SMALL, *soon], "months": "12", "policy": "eu_grant", "more": "Public money"}
    )
    sound(app.run())
    app = sound(app.button("judge measures").click().run())
    table = next(one.value for one in app.dataframe if "Mean" in one.value).set_index("Measure")
    scenario = app.session_state["applied"].resolve()
    found = in_words(subsidy.summary(subsidy.run(scenario, 12, 0, 2))).set_index("Measure")
    assert table["Mean"].to_dict() == found["Mean"].to_dict()
    assert float(table.loc["Public money, USD", "Mean"]) == pytest.approx(4.3e9 / 3, rel=0.01)


def test_safety_and_access_have_cards_and_figures() -> None:
    app = AppTest.from_string(SCRIPT.format("explore"), default_timeout=120)
    app.query_params.update({"set": SMALL, "months": "12", "more": "Safety and access"})
    sound(app.run())
    assert {"Trust in what is used", "Expected harm", "In the worst served country"} <= {
        one.label for one in app.metric
    }
    assert {"Trust, audits and harm", "Access"} <= {one.value for one in app.subheader}
