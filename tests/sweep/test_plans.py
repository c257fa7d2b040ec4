"""Plans: what they mean, and what is said about wrong ones before anything starts."""

import pytest

from sim import UserError
from sim.sweep.keys import run_key
from sim.sweep.reading import read_plan, shipped_plans

LIST = """
months = 2
[design]
kind = "list"
[[design.points]]
demand.capability_taste = 0.3
[[design.points]]
providers.eu_champion = false
"""
SAMPLED = """
months = 2
[design]
kind = "lhs"
samples = 8
[design.factors]
demand.capability_taste = "range"
demand.addressable_spend = "range"
training.duration = "range"
technology.halving_time = { low = 6, high = 7.5 }
"""
ALL = """
months = 2
[design]
kind = "sobol"
samples = 2
factors = "all"
except = ["calendar", "providers"]
"""
ROWS = """
months = 2
[design]
kind = "grid"
factors.demand.capability_taste = [0.3, 0.6]
rows = { file = "draws.csv", take = 2 }
"""


def complaints(path, **options):
    with pytest.raises(UserError) as caught:
        read_plan(path, **options)
    return caught.value.problems


def test_a_grid_of_points_with_replications(write_plan):
    plan = read_plan(write_plan())
    specs = list(plan.specs())
    assert [dict(spec.settings) for spec in specs[::2]] == [
        {"demand.capability_taste": 0.3},
        {"demand.capability_taste": 0.3, "providers.eu_champion": False},
        {"demand.capability_taste": 0.6},
        {"demand.capability_taste": 0.6, "providers.eu_champion": False},
    ]
    assert [spec.replication for spec in specs] == [0, 1] * 4
    assert len({spec.key for spec in specs}) == 8
    assert plan.scenarios["baseline"].config.demand.workloads == 300
    assert ("scenario", "baseline") in plan.inherited


def test_a_list_sets_what_each_point_says(write_plan):
    plan = read_plan(write_plan(text=LIST))
    assert [plan.settings(p) for p in plan.points] == [
        {"demand.capability_taste": 0.3},
        {"providers.eu_champion": False},
    ]


def test_ranges_come_from_the_scenario_and_keep_their_kind(write_plan):
    plan = read_plan(write_plan(text=SAMPLED))
    ranges = {factor.name: factor for factor in plan.design.factors}
    taste = ranges["demand.capability_taste"]
    assert (taste.low, taste.high, taste.log, taste.whole) == (0.2, 0.9, False, False)
    assert ranges["demand.addressable_spend"].log
    assert ranges["training.duration"].whole
    assert (ranges["technology.halving_time"].high, ranges["technology.halving_time"].whole) == (7.5, False)
    table = plan.table()
    assert len(table) == 8
    assert table["demand.capability_taste"].between(0.2, 0.9).all()
    assert (table["training.duration"] % 1 == 0).all()


def test_rows_are_drawn_whole_and_crossed(write_plan, tmp_path):
    (tmp_path / "draws.csv").write_text(
        "# remark\nscaling.size_exp,scaling.data_exp\n.33,.36\n.35,.38\n.4,.4\n"
    )
    plan = read_plan(write_plan(text=ROWS))
    table = plan.table()
    assert len(table) == 4
    pairs = set(zip(table["scaling.size_exp"], table["scaling.data_exp"], strict=True))
    assert pairs == {(0.33, 0.36), (0.35, 0.38)}


def test_scenarios_cross_a_design_or_are_a_factor(write_plan, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(f'extends = ["baseline.toml"]\ntitle = "{name}"\n')
    names = [str(tmp_path / f"{name}.toml") for name in ("one", "two")]
    crossed = read_plan(write_plan(("months = 2", f"months = 2\nscenario = {names}")))
    assert [point.scenario for point in crossed.points] == [names[0]] * 4 + [names[1]] * 4
    factor = read_plan(write_plan(("[design.factors]", f"[design.factors]\nscenario = {names}")))
    assert [point.scenario for point in factor.points] == [names[0]] * 4 + [names[1]] * 4
    assert "scenario" not in factor.settings(factor.points[0])


def test_all_quantities_with_a_range(write_plan):
    plan = read_plan(write_plan(text=ALL))
    names = [factor.name for factor in plan.design.factors]
    assert "demand.value.plateau" in names
    assert "domains.law.depth" in names
    assert not any(name.startswith(("providers.", "calendar.")) for name in names)


def test_keys_follow_meaning():
    key = run_key("scenario", {"a": 1, "b": 2.5}, 1, 0, 12, "v")
    assert key == run_key("scenario", {"b": 2.5, "a": 1.0}, 1, 0, 12, "v")
    others = [
        run_key("other", {"a": 1, "b": 2.5}, 1, 0, 12, "v"),
        run_key("scenario", {"a": True, "b": 2.5}, 1, 0, 12, "v"),
        run_key("scenario", {"a": 1}, 1, 0, 12, "v"),
        run_key("scenario", {"a": 1, "b": 2.5}, 2, 0, 12, "v"),
        run_key("scenario", {"a": 1, "b": 2.5}, 1, 1, 12, "v"),
        run_key("scenario", {"a": 1, "b": 2.5}, 1, 0, 13, "v"),
        run_key("scenario", {"a": 1, "b": 2.5}, 1, 0, 12, "w"),
    ]
    assert len({key, *others}) == 8


MISTAKES = [
    (("[settings]", "[setings]"), "setings: unknown key. Did you mean 'settings'?"),
    (("months = 2", 'months = "two"'), "months: is 'two'; expected a whole number from 1 to 1,200."),
    (("replications = 2", "replications = 0"),
     "replications: is 0; expected a whole number from 1 to 1,000,000."),
    (("seed = 5", "time_limit = -1"), "time_limit: is -1; expected a number of at least 0."),
    (("seed = 5", "scenario = []"), "scenario: is []; expected a name or a list of names."),
    (("seed = 5", 'record.outcomes = ["hi"]'), "record.outcomes: 'hi' is no outcome. Did you mean 'hhi'?"),
    (("seed = 5", 'record.tables = ["x"]'),
     "record.tables: 'x' is no table of a run; expected some of providers, vintages, events, ledger."),
    (("demand.workloads = 300", "demand.workloads = 3"),
     "settings: demand.workloads: is 3; expected a whole number at least 100 and at most 1e+07."),
    (('kind = "grid"', 'kind = "gri"'),
     "design.kind: is 'gri'; expected one of grid, list, lhs, sobol, saltelli, morris. Did you mean 'grid'?"),
    (('kind = "grid"', 'kind = "lhs"'),
     "design.samples: is missing; a design of kind 'lhs' needs a number of samples."),
    (('kind = "grid"', 'kind = "sobol"\nsamples = 12'),
     "design.samples: is 12; 'sobol' needs a power of two, such as 8 or 16."),
    (("capability_taste = [", "capability_tast = ["),
     "design: demand.capability_tast: unknown key. Did you mean 'capability_taste'?"),
    (("[0.3, 0.6]", "[0.3, -1]"),
     "design: demand.capability_taste: is -1; expected a number at least 0 and at most 20 in util/nat."),
    (("[0.3, 0.6]", "[]"),
     "design.factors.demand.capability_taste: is an empty list; give at least one value."),
    (("[0.3, 0.6]", '"range"'),
     "design.factors.demand.capability_taste: is a range; on a grid it needs steps = N, "
     "or give a list of values."),
    (("[0.3, 0.6]", "{ low = 2, high = 1, steps = 2 }"),
     "design.factors.demand.capability_taste: low 2 is not below high 1."),
    (("[0.3, 0.6]", "{ low = 0, steps = 2, scale = 'log' }"),
     "design.factors.demand.capability_taste: low is 0; a log scale needs numbers above zero."),
    (("eu_champion = [true", "eu_champoin = [true"),
     "design.factors.providers.eu_champoin: is not in the scenario. Did you mean 'providers.eu_champion'?"),
    (('kind = "grid"', 'kind = "grid"\nrows = { file = "none.csv" }'),
     "design.rows.file: 'none.csv' is neither beside the plan nor among the shipped files."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), MISTAKES, ids=lambda value: str(value)[:40])
def test_each_mistake_is_one_sentence(write_plan, change, sentence):
    assert complaints(write_plan(change)) == [f"small.toml: {sentence}"]


def test_all_mistakes_are_told_at_once(write_plan):
    path = write_plan(("months = 2", "months = 0"), ("[0.3, 0.6]", "[0.3, -1]"))
    assert complaints(path) == [
        "small.toml: months: is 0; expected a whole number from 1 to 1,200.",
        "small.toml: design: demand.capability_taste: is -1; expected a number at least 0 and at most 20 "
        "in util/nat.",
    ]
    path = write_plan(("months = 2", "months = 0"), ("seed = 5", 'scenario = "basline"'))
    scenario, months = complaints(path)
    assert scenario.startswith("small.toml: There is no scenario 'basline'. Did you mean 'baseline'?")
    assert months == "small.toml: months: is 0; expected a whole number from 1 to 1,200."


def test_a_plan_beyond_all_bounds_is_refused_before_it_is_made(write_plan):
    steps = (
        ("[0.3, 0.6]", "{ steps = 100000 }"),
        ("[true, false]", "[true, false]\ntraining.luck = { steps = 100000 }"),
    )
    assert complaints(write_plan(*steps))[0].startswith(
        "small.toml: makes 40,000,000,000 runs; 5,000,000 are"
    )


@pytest.mark.parametrize("kind", ["lhs", "sobol", "saltelli", "morris"])
def test_points_are_counted_without_making_them(write_plan, kind):
    plan = read_plan(write_plan(text=SAMPLED.replace('"lhs"', f'"{kind}"')))
    assert plan.design.size == len(plan.points)


def test_files_that_are_no_plans(tmp_path):
    (tmp_path / "broken.toml").write_text("title = ")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "empty.toml").write_text("# nothing yet")
    assert complaints(tmp_path / "empty.toml") == [
        "empty.toml: is empty; expected a plan, see docs/sweeps.md."
    ]
    assert complaints(tmp_path / "none.toml") == [f"{tmp_path / 'none.toml'}: there is no such file."]
    assert complaints(tmp_path / "broken.toml")[0].startswith("broken.toml: is not valid TOML:")
    assert "is not a text file" in complaints(tmp_path / "bytes.toml")[0]
    assert complaints("phase_purse_enty")[0].startswith(
        "There is no plan 'phase_purse_enty'. Did you mean 'phase_purse_entry'?"
    )


@pytest.mark.parametrize("name", shipped_plans())
def test_shipped_plans_ask_a_question_and_can_be_played(name):
    plan = read_plan(name)
    assert plan.title
    assert plan.question.endswith("?")
    assert plan.different_runs > 1
