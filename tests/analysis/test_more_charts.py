"""Charts that need more than a run's months: sweeps, pairs, events, single models, regimes."""

import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.charts.effects import ratio_ticks, ratio_word
from analysis.charts.pairs import simultaneous_bound
from analysis.charts.parts import Named
from analysis.charts.phases import level_word
from analysis.charts.timeline import KINDS, lives
from analysis.charts.vintages import accounts
from analysis.style import FIGURE_WIDTH
from sim.outcomes import OUTCOMES

DATES = pd.date_range("2020-07-01", periods=24, freq="MS")
X, Y, V = Named("x", "Money", "USD/yr"), Named("y", "Taste", "util/nat"), Named("v", "Number", "1")
HOSTILE = "<script>alert(1)</script>" + "long" * 200


def texts(fig):
    return " ".join(a.text for a in fig.layout.annotations)


def months_of(runs, months=3):
    rows = [
        {"replication": r, "month": m, "date": DATES[m]} | {o.name: float(r + m) for o in OUTCOMES}
        for r in range(runs)
        for m in range(months)
    ]
    return pd.DataFrame(rows)


def grid(replications=3):
    return pd.DataFrame(
        [
            {"x": x, "y": y, "v": 10 * i + y + r, "panel": p}
            for i, x in enumerate((1e6, 1e9, 1e10))
            for y in (0.2, 0.4)
            for p in ("left", "right")
            for r in range(replications)
        ]
    )


def test_regimes_have_a_panel_each_with_count_and_interval_the_most_frequent_first():
    months = months_of(8).assign(
        regime=lambda t: np.where(t["replication"] < 3, "runaway", "<b>oligopoly</b>")
    )
    fig = charts.by_regime(months, "hhi")
    heads = [a.text for a in fig.layout.annotations]
    assert heads[0].startswith("<b>&lt;b&gt;oligopoly&lt;/b&gt;</b>: 5 of 8 runs (3")
    assert heads[1].startswith("<b>runaway</b>: 3 of 8 runs")
    assert fig.layout.yaxis.range == fig.layout.yaxis2.range


def test_a_phase_diagram_has_the_median_of_each_cell_as_colour_and_number():
    fig = charts.phase(grid(), X, Y, V)
    heat, numbers = fig.data
    assert heat.z.tolist() == [[1.2, 11.2, 21.2], [1.4, 11.4, 21.4]]
    assert list(fig.layout.xaxis.ticktext) == ["1 mn", "1 bn", "10 bn"]
    assert list(numbers.text)[:3] == ["1.2", "11.2", "21.2"]
    assert "Taste, util/nat" in texts(fig)
    assert fig.layout.xaxis.title.text == "Money, USD/yr"
    assert "median of 6 runs" in fig.layout.meta["caption"]
    assert "highest, 21.4, at 10 bn and 0.4" in fig.layout.meta["alt"]


def test_a_third_factor_gives_panels_on_one_colour_scale():
    runs = grid().assign(v=lambda t: t["v"] + 100 * (t["panel"] == "right"))
    fig = charts.phase(runs, X, Y, V, Named("panel", "side", "1"))
    heats = [trace for trace in fig.data if trace.type == "heatmap"]
    assert len(heats) == 2
    assert {(heat.zmin, heat.zmax) for heat in heats} == {(1.2, 121.4)}
    assert "side left" in texts(fig)


def test_numbers_on_dark_cells_are_light():
    numbers = charts.phase(grid(), X, Y, V).data[1]
    assert numbers.textfont.color[0] == "#FFFFFF"
    assert numbers.textfont.color[-1] != "#FFFFFF"


def test_an_outcome_by_one_factor_has_dots_below_32_runs_a_level_and_a_band_above():
    few, many = charts.response(grid(), X, V), charts.response(grid(20), X, V)
    assert [trace.mode for trace in few.data] == ["markers", "lines+markers"]
    assert [trace.mode for trace in many.data] == ["lines", "lines", "lines+markers"]
    assert "luck and parameters" in many.layout.meta["caption"]
    assert list(few.data[1].y) == pytest.approx([1.3, 11.3, 21.3])
    assert few.layout.xaxis.type == "log"


@pytest.mark.parametrize(
    "level", [(0.2, "0.2"), (3e9, "3 bn"), (0.0, "0"), ("baseline", "baseline"), (True, "True")]
)
def test_levels_are_short_words(level):
    assert level_word(level[0]) == level[1]


EFFECTS = pd.DataFrame(
    {"label": ["Price", "Sales", "None"], "middle": [0.5, 1.1, np.nan], "low": [0.4, 1.0, np.nan],
     "high": [0.6, 1.2, np.nan], "words": ["÷2", "+10%", "none"], "runs": [8, 8, 0]}
)  # fmt: skip
SINGLES = pd.DataFrame({"label": ["Price"] * 3 + ["Sales"] * 3, "ratio": [0.4, 0.5, 0.6, 1.0, 1.1, 1.2]})


def test_a_forest_shows_pairs_as_dots_or_a_bar_where_there_are_many():
    few = charts.forest(EFFECTS, SINGLES, "What changes", "One over the other.")
    assert sum(len(t.x) for t in few.data if t.mode == "markers") == 6 + 2
    assert list(few.layout.yaxis.ticktext) == ["Price", "Sales"]
    assert "dots = single pairs" in few.layout.meta["caption"]
    assert "÷2" in texts(few)
    many = charts.forest(EFFECTS.assign(runs=40), SINGLES, "What changes", "One over the other.")
    assert [list(t.x) for t in many.data if t.mode == "lines"] == [[0.4, 0.6], [1.0, 1.2]]
    assert "bar = 10th to 90th percentile over luck" in many.layout.meta["caption"]
    assert "No outcome" in texts(charts.forest(EFFECTS.iloc[2:], SINGLES, "", ""))


def test_ratios_are_told_as_people_say_them():
    words = {1.0: "same", 1.1: "+10%", 0.8: "−20%", 2.0: "×2", 0.5: "÷2", 0.2: "÷5", 10.0: "×10"}
    assert {ratio: ratio_word(ratio) for ratio in words} == words


@pytest.mark.parametrize("ends", [(0.95, 1.04), (0.5, 1.5), (0.1, 8), (1, 2000), (1e-4, 1)])
def test_ratio_ticks_are_few_and_hold_no_change(ends):
    ticks = ratio_ticks(*ends)
    assert pytest.approx(min(ticks, key=lambda tick: abs(tick - 1))) == 1.0
    assert 2 <= len(ticks) <= 8
    assert min(ticks) >= 0.99 * ends[0]
    assert max(ticks) <= 1.01 * ends[1]


def test_a_waterfall_adds_the_models_up(tables):
    table = accounts(tables.vintages, 0, "first_mover")
    fig = charts.waterfall(tables.vintages, 0, "first_mover")
    steps, total = fig.data
    assert len(steps.x) == len(table)
    starts, heights = (np.asarray(part, dtype=float) for part in (steps.base, steps.y))
    np.testing.assert_allclose(starts[1:], (starts + heights)[:-1])
    assert total.y[0] == pytest.approx(steps.base[-1] + steps.y[-1])
    assert table["end"].iloc[-1] == pytest.approx(table["result"].sum())
    assert "No model" in texts(charts.waterfall(tables.vintages, 99))


def events(*rows):
    table = pd.DataFrame(rows, columns=["month", "kind", "who"])
    return table.assign(
        replication=0, date=[DATES[m] for m in table["month"]], text=table["kind"], amount=0.0
    )


STORY = events(
    (0, "training", "old"), (2, "training", "victim"), (5, "entry", "young"), (8, "price_war", "old"),
    (9, "grant", "young"), (10, "bankruptcy", "victim"), (11, "limit", "world"), (12, "release", "old"),
)  # fmt: skip


def test_lives_go_from_entry_or_first_event_to_exit_or_the_end():
    found = lives(STORY, 0, DATES[-1]).set_index("provider")
    assert list(found.index) == ["old", "victim", "young"]
    assert found.loc["victim"].tolist() == [DATES[2], DATES[10]]
    assert found.loc["young"].tolist() == [DATES[5], DATES[-1]]


def test_the_timeline_marks_fights_and_subsidies_and_says_what_signs_mean():
    fig = charts.timeline(STORY, 0, DATES[-1])
    assert {"price_war", "grant", "bankruptcy", "entry"} <= set(KINDS)
    marks = [t for t in fig.data if t.mode == "markers"]
    assert sum(len(t.x) for t in marks) == 4
    for word in ("entry", "bankruptcy", "price war", "public money"):
        assert word in texts(fig)
    assert "2 of them there at the end" in fig.layout.meta["alt"]


def test_a_quiet_timeline_says_so(tables):
    quiet = tables.events[~tables.events["kind"].isin(KINDS)]
    fig = charts.timeline(quiet, 0, tables.months["date"].max())
    assert "Nobody enters" in fig.layout.meta["caption"]
    own = quiet[(quiet["replication"] == 0) & quiet["kind"].isin(["training", "release"])]
    assert len(fig.data) == own["who"].nunique()
    assert "No provider" in texts(charts.timeline(quiet.iloc[:0], 0, DATES[-1]))


ENDS = pd.DataFrame(
    {"depth": [1.0, 2.0, 3.0, 9.0], "harm": [9e9, 8e9, 7e9, 1e9], "arm": ["many bases"] * 3 + ["one base"]}
)
DEPTH, HARM = Named("depth", "Audit depth", "month/model"), Named("harm", "Harm", "USD/yr")


def test_audits_and_harm_are_a_dot_a_run_and_a_median_an_arm():
    fig = charts.audits_and_harm(ENDS, DEPTH, HARM)
    assert sum(len(t.x) for t in fig.data) == 4 + 2
    assert list(fig.data[1].x) == [2.0]
    assert list(fig.data[1].y) == [8.0]
    assert "Harm, bn USD/yr" in texts(fig)
    assert "many bases" in texts(fig)
    assert fig.layout.xaxis.title.text == "Audit depth, month/model"
    assert not charts.audits_and_harm(ENDS.assign(harm=np.nan), DEPTH, HARM).data


def test_the_bound_is_that_of_free_entry():
    found = simultaneous_bound(pd.Series([0.5, 1.0, 1.25, 2.0]))
    assert found.tolist() == [np.inf, np.inf, 5.0, 2.0]


def test_theta_is_shown_with_the_bound():
    ends = pd.DataFrame({"t": [0.4, 1.5], "n": [6.0, 2.5]})
    fig = charts.theta_and_bound(ends, Named("t", "Theta", "1"), Named("n", "Number", "1"))
    line = fig.data[-1]
    assert line.line.dash == "dash"
    np.testing.assert_allclose(line.y, np.asarray(line.x) / (np.asarray(line.x) - 1))
    assert "no bound" in fig.layout.meta["caption"]
    assert fig.layout.xaxis.range[0] <= 0.4
    assert fig.layout.yaxis.range[1] >= 6


def test_access_shows_jurisdictions_and_the_gini():
    base = months_of(4)[["replication", "month", "date"]]
    table = pd.concat(
        [base.assign(jurisdiction=j, served=s, gini=0.3) for j, s in (("eu", 0.2), (HOSTILE, 0.6))]
    )
    fig = charts.access(table)
    assert list(fig.data[0].y) in ([0.2] * 3, [0.6] * 3)
    assert "Gini" in texts(fig)
    assert "<script" not in texts(fig)
    assert len(charts.access(table.drop(columns="gini")).data) == 2
    assert "Nobody" in texts(charts.access(table.assign(served=np.nan)))


def test_long_and_hostile_names_leave_room_for_the_figure():
    fig = charts.audits_and_harm(ENDS.assign(arm=HOSTILE), DEPTH, HARM)
    assert (fig.layout.margin.r or 0) < 0.7 * FIGURE_WIDTH
    both = charts.audits_and_harm(pd.concat([ENDS, ENDS.assign(arm=HOSTILE)]), DEPTH, HARM)
    assert both.layout.margin.r < 0.7 * FIGURE_WIDTH
    assert "<script" not in texts(both)


def test_long_titles_take_further_lines_and_push_the_panel_down():
    long = Named("y", "taste for capability that is very long indeed", "1")
    short, tall = charts.phase(grid(), X, Y, V), charts.phase(grid(), X, long, V)
    assert "<br>" in tall.layout.title.text
    assert tall.layout.margin.t > short.layout.margin.t
