import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.charts.axes import axis_for, log_ticks, tick_text
from analysis.charts.parts import spread, untitled
from analysis.charts.providers import effective_numbers, last_year_shares
from analysis.style import PALETTE
from sim.outcomes import OUTCOMES, PROVIDER_SERIES

DATES = pd.date_range("2020-07-01", periods=24, freq="MS")


def all_charts(tables):
    months, providers = tables.months, tables.providers
    fans = [charts.fan(months, name) for name in ("theta", "frontier_flop", "deviation_gain", "using")]
    return [
        charts.shares(providers),
        charts.structure(months),
        charts.prices(providers, months),
        charts.revenue_and_outlay(months),
        charts.frontier(months, tables.vintages),
        charts.adoption(months),
        *fans,
    ]


def months_of(runs, values, name="consumer_surplus"):
    """A table of months in which one outcome has some values and all others 1."""
    rows = [
        {"replication": r, "month": m, "date": DATES[m]} | {o.name: 1.0 for o in OUTCOMES} | {name: v}
        for r in range(runs)
        for m, v in enumerate(values)
    ]
    return pd.DataFrame(rows)


def providers_of(revenue):
    """A table of providers from revenue[provider][month]; a price where something is sold."""
    rows = [
        {"replication": 0, "month": m, "date": DATES[m], "provider": name}
        | {s.name: 1.0 for s in PROVIDER_SERIES}
        | {"revenue": v, "price": 2.0 if v else np.nan, "share": v / total if total else np.nan}
        for name, flow in revenue.items()
        for m, v in enumerate(flow)
        for total in [sum(other[m] for other in revenue.values())]
    ]
    return pd.DataFrame(rows)


def texts(fig):
    return " ".join(a.text for a in fig.layout.annotations)


def test_every_outcome_can_be_drawn():
    months = months_of(1, [1.0, 2.0])
    for entry in OUTCOMES:
        assert entry.label in texts(charts.fan(months, entry.name))


def test_every_chart_draws_and_tells_what_it_shows(tables):
    drawn = all_charts(tables)
    for fig in drawn:
        meta = fig.layout.meta
        assert meta["title"]
        assert meta["alt"]
        assert fig.layout.title.text == meta["title"]
        assert fig.to_json()
    assert all(len(fig.data) for fig in drawn)


def test_charts_leave_their_tables_alone(tables):
    before = tables.months.copy(), tables.providers.copy(), tables.vintages.copy()
    all_charts(tables)
    for old, new in zip(before, (tables.months, tables.providers, tables.vintages), strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_below_32_runs_a_fan_shows_median_and_dots_and_no_band():
    fig = charts.fan(months_of(8, [1, 2, 3]), "consumer_surplus")
    dots, median = fig.data
    assert dots.mode == "markers"
    assert len(dots.x) == 8 * 3
    assert list(median.y) == [1, 2, 3]
    assert "8 runs that differ in luck" in fig.layout.meta["caption"]
    assert "dots = single runs" in fig.layout.meta["caption"]
    assert "band" not in fig.layout.meta["caption"]


def test_dots_of_a_long_run_are_thinned_and_keep_the_last_month():
    dots = charts.fan(months_of(2, range(24)).pipe(lambda t: t.assign(month=t["month"] * 9)), "hhi").data[0]
    assert len(set(dots.x)) <= 24
    assert max(dots.x) == np.datetime64(DATES[-1])


def test_a_fan_of_many_runs_has_a_band_that_says_what_it_covers():
    fig = charts.fan(months_of(32, [1, 2, 3]), "consumer_surplus", covers="luck and parameters")
    assert [trace.name for trace in fig.data] == ["10th percentile", "90th percentile", "Consumer surplus"]
    assert "90th percentile over luck and parameters" in fig.layout.meta["caption"]
    assert "dots" not in fig.layout.meta["caption"]


def test_a_fan_has_one_line_for_each_scenario():
    months = months_of(4, [1, 2, 3])
    both = pd.concat([months.assign(arm="one"), months.assign(arm="<b>two</b>")])
    fig = charts.fan(both, "consumer_surplus")
    assert [trace.name for trace in fig.data if trace.mode == "lines"] == ["one", "&lt;b&gt;two&lt;/b&gt;"]
    assert "one: Consumer surplus" in fig.layout.meta["alt"]


def test_one_run_is_a_line_and_says_so():
    fig = charts.fan(months_of(1, [1, 2, 3]), "consumer_surplus")
    assert len(fig.data) == 1
    assert fig.layout.title.text == "Consumer surplus (one run)"
    assert "band" not in fig.layout.meta["caption"]


def test_money_is_drawn_in_readable_units():
    fig = charts.fan(months_of(1, [1e9, 2e9]), "consumer_surplus")
    assert list(fig.data[0].y) == [1, 2]
    assert "bn USD/month" in texts(fig)


def test_what_spans_decades_is_drawn_on_a_log_axis_which_says_so():
    fig = charts.fan(months_of(1, [0.0, 1e3, 1e9]), "consumer_surplus")
    assert fig.layout.yaxis.type == "log"
    assert np.isnan(fig.data[0].y[0])
    assert list(fig.data[0].y[1:]) == [1e3, 1e9]
    assert "zeros are left out" in fig.layout.meta["caption"]
    assert "(log scale)" in texts(fig)
    assert "log" not in texts(charts.fan(months_of(1, [1.0, 1e2]), "consumer_surplus"))


def test_zeros_count_in_bands_even_where_a_log_axis_cannot_show_them():
    months = months_of(35, [1e3, 1e9])
    months.loc[(months["month"] == 0) & (months["replication"] < 21), "consumer_surplus"] = 0.0
    low, high, median = charts.fan(months, "consumer_surplus").data[-3:]
    assert np.isnan(median.y[0])  # the median of 21 zeros and 14 thousands
    assert 0 < low.y[0] < 1e3
    assert high.y[0] == pytest.approx(1e3)


@pytest.mark.parametrize("values", [[np.nan] * 4, [np.nan], [np.inf]])
def test_nothing_to_draw_is_said(values):
    fig = charts.fan(months_of(2, values), "consumer_surplus")
    assert not fig.data
    assert "no value" in texts(fig)


def test_markets_without_sales_and_products_are_said():
    months = months_of(1, [np.nan] * 3, "effective_number").assign(
        hhi=np.nan, revenue=0.0, training_outlay=0.0
    )
    providers = providers_of({"a": [0, 0, 0]})
    models = pd.DataFrame({"replication": [], "date": [], "provider": [], "capability": [], "budget": []})
    assert "No provider sells" in texts(charts.structure(months))
    assert "Nobody sells" in texts(charts.revenue_and_outlay(months))
    assert "No provider sells" in texts(charts.shares(providers))
    assert "no providers" in texts(charts.shares(providers.iloc[:0]))
    assert "No provider has a model" in texts(charts.prices(providers, months))
    assert "No model" in texts(charts.frontier(months, models))


def test_a_single_month_shows_a_point():
    months = months_of(3, [5.0])
    assert charts.fan(months, "consumer_surplus").data[-1].mode == "lines+markers"
    assert charts.revenue_and_outlay(months).data
    assert charts.shares(providers_of({"a": [3]})).data[0].mode == "lines+markers"
    assert charts.prices(providers_of({"a": [3]}), months_of(1, [5.0])).data[0].mode == "lines+markers"


def test_one_provider_takes_all():
    fig = charts.shares(providers_of({"first_mover": [1, 2, 3]}))
    assert list(fig.data[0].y) == [1, 1, 1]
    assert "first mover" in texts(fig)
    assert "100%" in fig.layout.meta["alt"]


def test_shares_are_of_the_last_twelve_months():
    found = last_year_shares(providers_of({"a": [0, 3, 1], "b": [0, 0, 4]}), 0)
    assert found["a"].tolist()[1:] == [1.0, 0.5]
    assert found.iloc[0].isna().all()
    late = last_year_shares(providers_of({"a": [9] + [0] * 12, "b": [0] + [1] * 12}), 0)
    assert late["a"].iloc[-2:].tolist() == [9 / 20, 0]


def test_labels_of_shares_stand_at_the_middle_of_their_areas():
    fig = charts.shares(providers_of({"a": [1], "b": [3]}))
    assert [a.y for a in fig.layout.annotations if "span" in a.text] == pytest.approx([0.125, 0.625])


def test_prices_say_until_when_a_provider_sold():
    months = months_of(1, [1.0] * 3)
    fig = charts.prices(providers_of({"a": [1, 0, 0], "b": [1, 1, 1]}), months)
    assert "a until 2020" in texts(fig)
    assert "b until" not in texts(fig)


def test_shares_and_prices_draw_the_same_median_run(tables):
    from_months = tables.months.set_index(["replication", "month"])["effective_number"]
    from_providers = effective_numbers(tables.providers).set_index(["replication", "month"])
    pd.testing.assert_series_equal(from_months, from_providers["effective_number"])
    drawn = [charts.shares(tables.providers), charts.prices(tables.providers, tables.months)]
    said = [fig.layout.meta["caption"].split(":")[0] for fig in drawn]
    assert said[0] == said[1]
    assert "replication" in said[0]
    sold = int(tables.providers.loc[tables.providers["revenue"] > 0, "replication"].iloc[-1])
    chosen = charts.shares(tables.providers, replication=sold)
    assert f"Replication {sold}." in chosen.layout.meta["caption"]


def test_providers_have_one_colour_in_all_charts_of_a_run(tables):
    drawn = (
        charts.shares(tables.providers),
        charts.prices(tables.providers, tables.months),
        charts.frontier(tables.months, tables.vintages),
    )
    colors = [{t.name: t.line.color or t.marker.color for t in fig.data} for fig in drawn]
    assert colors[0]
    for name, color in (colors[0] | colors[1] | colors[2]).items():
        assert {found.get(name, color) for found in colors} == {color}
    assert charts.fan(tables.months, "using").data[-1].line.color in PALETTE


def test_providers_beyond_the_colours_have_a_second_sign():
    fig = charts.shares(providers_of({f"p{i}": [1, 1] for i in range(10)}))
    assert [trace.fillpattern.shape for trace in fig.data] == [""] * 8 + ["/"] * 2
    assert len({(trace.line.color, trace.fillpattern.shape) for trace in fig.data}) == 10
    assert texts(fig).count("▨") == 2


def test_single_models_are_points_at_their_release(tables):
    fig = charts.frontier(tables.months, tables.vintages)
    assert (
        sum(len(t.x) for t in fig.data if t.yaxis == "y")
        in tables.vintages.groupby("replication").size().tolist()
    )
    assert {t.mode for t in fig.data} == {"markers"}
    assert fig.layout.yaxis2.type == "log"


def test_labels_stand_apart_and_move_as_little_as_they_must():
    assert spread([0.2, 0.8], 0.1) == pytest.approx([0.2, 0.8])
    assert spread([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])
    assert spread([0.9, 0.1, 0.1], 0.2) == pytest.approx([0.9, 0.0, 0.2])
    crowd = np.sort(spread([1.0] * 30, 0.2))
    assert crowd[0] == pytest.approx(0)
    assert crowd[-1] == pytest.approx(1)
    assert np.diff(crowd).min() == pytest.approx(1 / 29)


def test_many_providers_make_the_figure_taller():
    few = charts.shares(providers_of({f"p{i}": [1] for i in range(3)}))
    many = charts.shares(providers_of({f"p{i}": [1] for i in range(30)}))
    heights = sorted(a.y for a in many.layout.annotations if "span" in a.text)
    plot = many.layout.height - many.layout.margin.t - many.layout.margin.b
    assert many.layout.height > few.layout.height
    assert np.diff(heights).min() * plot > 17


def test_hostile_names_stay_text():
    fig = charts.shares(providers_of({"<b>x</b>": [1, 2], "<a href='http://x'>": [1, 2]}))
    assert "<b>" not in texts(fig)
    assert "<a " not in texts(fig)
    assert all("<" not in trace.name for trace in fig.data)


def test_untitled_figures_are_lower_and_leave_the_original_alone(tables):
    fig = charts.adoption(tables.months)
    bare = untitled(fig)
    assert bare.layout.title.text is None
    assert fig.layout.title.text == "Adoption"
    plot, same = (f.layout.height - f.layout.margin.t for f in (fig, bare))
    assert plot == same


def test_ticks_are_round_and_few():
    assert log_ticks(0, 3) == [1, 10, 100, 1000]
    assert log_ticks(0, 1) == [1, 2, 5, 10]
    assert len(log_ticks(-16, 30)) <= 6
    assert tick_text(1e9, "USD/month") == "1 bn"
    assert tick_text(1e3, "USD") == "1,000"
    assert tick_text(0.1, "USD/Mtoken") == "0.1"
    assert tick_text(1e24, "FLOP") == "10²⁴"


def test_axes_hold_their_data():
    for values in ([0.0, 0.0], [5.0], [-3.0, 2.0], [1.0, 1e6], [np.nan, 1.0]):
        axis = axis_for(values, "nat")
        heights = [axis.height(v) for v in values if np.isfinite(v)]
        assert all(0 <= h <= 1 for h in heights), values
