"""Rules of a user's own: the guide works as printed, bad files are told in a sentence, nothing leaks."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import sim
from sim import extending
from sim.model import Market
from sim.scenario.writer import resolved_toml
from sim.studies.extension_check import check
from sim.sweep.reading import read_plan
from sim.sweep.replicate import replicate
from tests.door.door import assert_refused, megamarket

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "extend.md").read_text()
QUICK = ["--set", "demand.workloads=300", "--set", "pricing.panel_per_segment=2"]
SMALL = {"demand.workloads": 600, "pricing.panel_per_segment": 2, "adoption.considering_at_start": 0.3}
HEAD = "from sim.extending import entry_rule, measure, outcome, training_rule, value_map\n"
SCENARIO = 'extends = ["baseline.toml"]\nextensions = ["mine.py"]\ntitle = "Mine"\n'


def block(kind: str) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.S)[0]


def files(folder: Path, code: str, toml: str = "") -> Path:
    (folder / "mine.py").write_text(HEAD + code)
    (folder / "mine.toml").write_text(SCENARIO + toml)
    return folder / "mine.toml"


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    """The guide's files, as they are printed."""
    (tmp_path / "bold.py").write_text(block("python"))
    (tmp_path / "bold.toml").write_text(block("toml"))
    return tmp_path


def test_the_guides_rule_is_short_and_its_commands_work(printed: Path) -> None:
    assert len([line for line in block("python").splitlines() if line.strip()]) <= 20
    commands = [line.split()[1:] for line in block("bash").splitlines()]
    tried = megamarket(*commands[0], cwd=printed)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert tried.stdout.count("passed") == 6
    played = megamarket(*commands[1], *QUICK, "--months", "3", "--workers", "1", "--out", "out", cwd=printed)
    assert played.returncode == 0, played.stderr
    about = json.loads((printed / "out" / "metadata.json").read_text())
    source = (printed / "bold.py").read_text()
    assert about["extensions"] == {"bold.py": extending.Extension("bold.py", source).digest}
    assert (printed / "out" / "bold.py").read_text() == source
    again = sim.load(printed / "out" / "scenario.toml", extensions=True)
    assert again.config.entry.rule.rule == "bold"


def test_bold_entrants_do_not_fear_a_war_that_is_sure(printed: Path) -> None:
    rates = {f"entrants.{kind}.rate": 5.0 for kind in ("late_startup", "chinese_startup", "late_giant")}
    bold = sim.load(
        printed / "bold.toml", settings=SMALL | rates | {"rivalry.motive": "none"}, extensions=True
    )

    def came(scenario: sim.Scenario) -> float:
        with extending.in_use(scenario.extensions):
            market = Market(scenario.config, 12, 3)
            market.fight_chance = 1.0
            for _ in range(12):
                market.step()
            counted = market.recorder.market["newcomers"][-1]
        entries = sum(event.kind == "entry" for event in market.events)
        assert counted <= entries
        return entries

    assert came(bold) > 0
    assert came(bold.amend({"entry.rule.kind": "worth"})) == 0


def test_workers_know_the_rule_and_the_digest_tells_it(printed: Path) -> None:
    bold = sim.load(printed / "bold.toml", settings=SMALL, extensions=True)
    alone, together = (replicate(bold, 3, 3, 2, workers) for workers in (1, 2))
    for one, other in zip(alone, together, strict=True):
        assert_frame_equal(one.months, other.months)
    assert "newcomers" in together[0].months
    (printed / "bold.py").write_text(block("python").replace("3.0", "4.0"))
    assert sim.load(printed / "bold.toml", settings=SMALL, extensions=True).digest != bold.digest


def test_each_kind_of_rule_is_followed(tmp_path: Path) -> None:
    code = """
from dataclasses import replace
import numpy as np

@training_rule("thrifty")
def thrifty(view, own):
    return 7e6 if own.index == view.names.index("first_mover") and view.month == 2 else None

@measure("cost_plus")
def cost_plus(rules, names):
    return replace(rules, price_ceilings={**rules.price_ceilings, **{name: 1.25 for name in names}})

@value_map("tripled", slope=lambda q: 3 * np.ones_like(q))
def tripled(q):
    return 3 * q

@outcome("steepest", "1", "Largest sensitivity to prices on the panel")
def steepest(view):
    return view.panel.sensitivity.max()
"""
    toml = '[providers.first_mover]\ntraining = { kind = "extension", rule = "thrifty" }\n'
    toml += '[demand]\nvalue = { kind = "extension", rule = "tripled" }\n'
    toml += '[policies.fair]\nkind = "extension"\nrule = "cost_plus"\ndescription = "Prices."\nstart = "2020-09"\n'
    toml += 'end = "2021-12"\njurisdictions = ["united_states"]\ntarget = "domestic"\n'
    scenario = sim.load(files(tmp_path, code, toml), settings=SMALL, extensions=True)
    run, linear = (
        sim.run(one, months=6, seed=1) for one in (scenario, scenario.amend({"demand.value.kind": "linear"}))
    )
    started = run.events.query("kind == 'training' and who == 'first_mover'")
    assert list(zip(started.month, started.amount, strict=True)) == [(2, 7e6)]
    ratio = run.products.query("provider == 'first_mover'").assign(r=lambda t: t.price / t.unit_cost)
    assert (ratio.query("month < 2").r > 1.3).all()
    assert ratio.query("month >= 2").r.max() == pytest.approx(1.25)
    taste_part = (run.months.theta - linear.months.theta) / 2  # what one slope adds, net of dearer serving
    assert (taste_part > linear.months.theta).all()
    assert run.months.using.iloc[-1] != linear.months.using.iloc[-1]
    assert (run.months.steepest > scenario.config.demand.price_sensitivity).all()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def f(:\n", "mine.py: line 2: invalid syntax."),
        ("import nowhere_to_be_found\n", "mine.py: cannot be loaded: ModuleNotFoundError in line 2: No module named"),
        ("x = 1\n", "mine.py: brings nothing; use a decorator of sim.extending"),
        ("@entry_rule('a')\ndef f(*x): return True\n@entry_rule('a')\ndef g(*x): return True\n", "mine.py: entry rule 'a' is there twice"),
        ("@outcome('b', '1', 'B')\ndef f(view): return 0.0\n", "entry.rule: no extension brings the entry rule 'a'; name its file"),
        ("@entry_rule('b')\ndef f(*x): return True\n", "entry.rule: no extension brings the entry rule 'a'; there is b."),
    ],
    ids=["syntax", "import", "nothing", "twice", "another kind", "another name"],
)  # fmt: skip
def test_a_bad_file_is_told_in_a_sentence(tmp_path: Path, code: str, sentence: str) -> None:
    files(tmp_path, code, '[entry]\nrule = { kind = "extension", rule = "a" }\n')
    assert_refused(megamarket("run", "mine.toml", cwd=tmp_path), sentence)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def f(view, own): return 1 / 0", "mine.py: training rule 'a' failed: ZeroDivisionError in line 3: division by zero."),
        ("def f(view, own): return 'much'", "mine.py: training rule 'a' gave 'much'; expected a budget in USD, or None."),
        ("def f(view, own): return float('nan')", "mine.py: training rule 'a' gave nan; expected a budget"),
        ("def f(view): return None", "mine.py: training rule 'a' failed: TypeError"),
    ],
    ids=["error", "word", "nan", "signature"],
)  # fmt: skip
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_rule_that_fails_while_it_is_played_is_told(
    tmp_path: Path, code: str, sentence: str, workers: str
) -> None:
    toml = '[providers.first_mover]\ntraining = { kind = "extension", rule = "a" }\n'
    files(tmp_path, f"@training_rule('a')\n{code}\n", toml)
    words = ["run", "mine.toml", "--months", "2", "--replications", "2", "--workers", workers, *QUICK]
    assert_refused(megamarket(*words, cwd=tmp_path), sentence)


def test_files_that_are_no_extensions_are_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(SCENARIO)
    assert_refused(megamarket("run", "mine.toml", cwd=tmp_path), "mine.py: there is no such file in")
    (tmp_path / "mine.toml").write_text(SCENARIO.replace('"mine.py"', "3"))
    assert_refused(
        megamarket("run", "mine.toml", cwd=tmp_path), "mine.toml: extensions is [3]; expected a list"
    )
    assert_refused(
        megamarket("check-extension", "gone.py", cwd=tmp_path), "gone.py: there is no such file in"
    )


def test_two_files_may_not_bring_the_same_rule(tmp_path: Path) -> None:
    files(tmp_path, "@entry_rule('a')\ndef f(*x): return True\n")
    (tmp_path / "other.py").write_text((tmp_path / "mine.py").read_text() + "# other\n")
    (tmp_path / "mine.toml").write_text(SCENARIO.replace('"mine.py"', '"mine.py", "other.py"'))
    assert_refused(megamarket("validate", "mine.toml", cwd=tmp_path), "'a' is in mine.py too; rename one")


def test_a_rule_holds_for_its_scenario_alone(printed: Path) -> None:
    bold = sim.load(printed / "bold.toml", settings=SMALL, extensions=True)
    sim.run(bold, months=1)
    assert "newcomers" not in sim.run(sim.load("baseline", settings=SMALL), months=1).months
    assert extending.names(extending.ENTRY_RULE) == []
    with pytest.raises(sim.UserError, match="no extension brings the entry rule 'bold'"):
        sim.load("baseline", settings={"entry.rule.kind": "extension", "entry.rule.rule": "bold"})
    with pytest.raises(sim.UserError, match="is named by a scenario, not imported"):
        extending.entry_rule("bold")(lambda *_: True)


def test_only_the_terminals_run_loads_extensions(printed: Path, tmp_path: Path) -> None:
    """Not the library unless it is asked to, not a sweep, not an upload to the app."""
    marker = tmp_path / "was_run"
    (printed / "bold.py").write_text(f"open({str(marker)!r}, 'w').close()\n" + block("python"))
    refusal = "bold.toml: extensions: bold.py is a program; play it with megamarket run"
    with pytest.raises(sim.UserError, match=refusal):
        sim.load(printed / "bold.toml")
    (printed / "plan.toml").write_text(
        f'scenario = "{printed / "bold.toml"}"\ntitle = "T"\nquestion = "Q?"\nreplications = 1\n[design]\nkind = "grid"\n'
        "[design.factors]\ndemand.trust = [0.3, 0.4]\n"
    )
    with pytest.raises(sim.UserError, match="is a program"):
        read_plan(printed / "plan.toml")
    from analysis.pages.book import brought

    with pytest.raises(sim.UserError, match=r"is a program|no such file"):
        brought((printed / "bold.toml").read_bytes())
    assert not marker.exists()
    sim.load(printed / "bold.toml", extensions=True)
    assert marker.exists()


def test_no_page_of_the_app_asks_for_extensions() -> None:
    asks = subprocess.run(
        ["grep", "-rlE", "extensions=True|check-extension", "analysis", "sim", "cli.py", "app.py", "--include=*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert set(asks) == {"cli.py", "analysis/why.py", "analysis/trials.py"}


def test_a_resolved_scenario_loads_beside_its_extension(printed: Path) -> None:
    bold = sim.load(printed / "bold.toml", extensions=True)
    (printed / "resolved.toml").write_text(resolved_toml(bold))
    assert sim.load(printed / "resolved.toml", extensions=True).digest == bold.digest


CHEATS = {
    "ledger": "def f(rules, names):\n    import sys\n    frame = sys._getframe()\n    while 'world' not in frame.f_locals: frame = frame.f_back\n    frame.f_locals['world'].providers[0].cash += 1e6\n    return rules",
    "determinism": "count = []\ndef f(rules, names):\n    from dataclasses import replace\n    count.append(1)\n    return replace(rules, price_ceilings={n: 1.0 + len(count) for n in names})",
}  # fmt: skip


@pytest.mark.parametrize("test", CHEATS)
def test_a_cheat_is_found(tmp_path: Path, test: str) -> None:
    body = CHEATS[test]
    code = body.replace("def f(", "@measure('cheat')\ndef f(")
    files(tmp_path, code)
    verdicts = {one.test: one.sentence for one in check(tmp_path / "mine.py")}
    assert verdicts[test]


def test_a_rule_that_minds_who_is_asked_first_is_found(tmp_path: Path) -> None:
    code = """
asked = {}

@training_rule("first_come")
def first_come(view, own):
    if view.month == 0:
        asked.clear()
    asked.setdefault(view.month, view.names[own.index])
    return 1e7 if asked[view.month] == view.names[own.index] else None
"""
    files(tmp_path, code)
    verdicts = {one.test: one.sentence for one in check(tmp_path / "mine.py")}
    assert verdicts["order"].startswith("the order in which providers are asked matters")
    assert verdicts["determinism"] == verdicts["ledger"] == ""


def test_a_value_map_must_answer_for_each_capability(tmp_path: Path) -> None:
    toml = '[demand]\nvalue = { kind = "extension", rule = "v" }\n'
    path = files(tmp_path, "@value_map('v', slope=lambda q: q)\ndef v(q): return 1.0\n", toml)
    with pytest.raises(sim.UserError, match="value map 'v' gave array"):
        sim.run(sim.load(path, settings=SMALL, extensions=True), months=1)
