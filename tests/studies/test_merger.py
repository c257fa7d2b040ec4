"""From a CSV to the effects of a merger."""

from pathlib import Path

import numpy as np
import pytest

from analysis.charts import merger as charts
from analysis.merger import merger_report, read_market
from sim.economics.calibration import Market, calibrate
from sim.economics.demand import FORMS, LogitDemand
from sim.economics.equilibrium import solve_prices
from sim.errors import UserError
from sim.studies.merger import study

EXAMPLE = Path(__file__).parents[2] / "scenarios" / "examples" / "merger.csv"
NAMES, FIRMS = ["a", "b", "c", "d"], ("A", "B", "C", "D")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    out = tmp_path_factory.mktemp("merger")
    return merger_report(EXAMPLE, ("Alpha", "Beta"), out), out


def known(form, outside_told):
    """A market made by a known demand, and that demand."""
    demand = LogitDemand([[2.0, 1.8, 2.2, 1.0]], [1.6], [1.0], form)
    found = solve_prices(demand, [0.5, 0.4, 0.7, 0.2], FIRMS)
    units = found.quantities if form == "constant_expenditure" else found.shares
    shares = units / units.sum() * (1.0 - found.outside_share if outside_told else 1.0)
    return demand, found, Market(found.prices, shares, FIRMS, np.array([found.lerner[0], *[np.nan] * 3]))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("outside_told", [True, False])
def test_calibration_finds_the_demand_that_made_the_data(form, outside_told):
    demand, found, market = known(form, outside_told)
    # every price up by a hair gives the market's elasticity
    sold = np.log(
        [demand.mass @ demand.individual_shares(k * found.prices).sum(axis=1) for k in (1.0, 1 + 1e-7)]
    )
    elasticity = -(sold[1] - sold[0]) / 1e-7 + (1.0 if form == "constant_expenditure" else 0.0)
    fitted = calibrate(market, form, elasticity)
    assert fitted.alpha == pytest.approx(1.6, rel=1e-5)
    assert fitted.outside_share == pytest.approx(found.outside_share, rel=1e-5)
    assert fitted.elasticity == pytest.approx(elasticity, rel=1e-5)
    np.testing.assert_allclose(fitted.costs, [0.5, 0.4, 0.7, 0.2], rtol=1e-4)


def test_unchanged_ownership_gives_the_prices_back(report):
    summary = report[0].summary
    proof = summary[summary["measure"] == "largest difference of recalculated prices"]["value"]
    assert len(proof) == 2
    assert (proof < 1e-8).all()


def test_compensating_cost_cuts_keep_prices():
    _, _, market = known("unit_demand", True)
    result = study(NAMES, market, ("A", "B"))
    rows = result.products[result.products["form"] == "unit_demand"]
    fitted = calibrate(market, "unit_demand", 1.5)
    costs = fitted.costs * (1.0 - rows["compensating_cost_cut_percent"].to_numpy() / 100.0)
    after = solve_prices(fitted.demand, costs, ["A", "A", "C", "D"])
    np.testing.assert_allclose(after.prices, market.prices, rtol=1e-8)


def test_effects_of_the_known_merger():
    demand, before, market = known("unit_demand", True)
    after = solve_prices(demand, [0.5, 0.4, 0.7, 0.2], ["A", "A", "C", "D"])
    result = study(NAMES, market, ("A", "B"))
    rows = result.products[result.products["form"] == "unit_demand"]
    np.testing.assert_allclose(
        rows["price_change_percent"], 100 * (after.prices / before.prices - 1), rtol=1e-5
    )
    summary = result.summary[result.summary["form"] == "unit_demand"].set_index("measure")["value"]
    lost = 100 * (after.consumer_surplus - before.consumer_surplus) / before.revenue.sum()
    assert summary["consumer surplus change"] == pytest.approx(lost, rel=1e-5)
    assert summary["HHI after, equilibrium"] == pytest.approx(after.hhi, rel=1e-6)
    assert result.sensitivity.empty  # the shares tell the elasticity


def test_direction_of_effects(report):
    rows = report[0].products
    assert (rows["price_change_percent"] > 0.0).all()
    merging = rows[rows["merging"]]
    assert (merging["guppi_percent"] > 0.0).all()
    assert (merging["diversion_to_partner"] > 0.0).all()
    assert (rows[~rows["merging"]]["guppi_percent"] == 0.0).all()
    by_level = report[0].sensitivity.groupby(["form", "elasticity"])["price_change_percent"].mean()
    assert by_level["unit_demand"].is_monotonic_decreasing


def test_the_hypothetical_monopolist_widens_until_it_pays():
    market = Market(np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.05, 0.05, 0.3, 0.2]), FIRMS, np.full(4, 0.2))
    test = study(NAMES, market, ("A", "B")).monopolist
    rows = test[test["form"] == "unit_demand"]
    assert rows["step"].max() >= 1
    assert rows.groupby("step").size().is_monotonic_increasing
    assert rows[rows["step"] == rows["step"].max()]["product"].tolist()[:3] == ["a", "b", "c"]


def test_files_and_figures(report):
    result, out = report
    for name in ("products.csv", "summary.csv", "monopolist.csv", "sensitivity.csv", "figures.html"):
        assert (out / name).stat().st_size > 0
    assert len(charts.price_changes(result.products).data) == 2
    assert len(charts.pressure(result.products).data) == 4
    assert len(charts.sensitivity(result.sensitivity).data) == 10
    drawn = (charts.price_changes(result.products), charts.pressure(result.products))
    for figure in (*drawn, charts.sensitivity(result.sensitivity)):
        assert figure.layout.title.text.endswith(", %")
        assert figure.layout.meta["alt"]
    assert {bar.marker.pattern.shape for bar in drawn[0].data} == {"", "/"}


def test_every_mistake_is_told_at_once(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("product,firm,price,share,margin\na,A,x,40,.2\na,,-3,.2,1.4\n")
    with pytest.raises(UserError) as told:
        read_market(bad)
    assert len(told.value.problems) == 6
    assert "row 1: price is 'x', but must be a number above 0." in str(told.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("product,firm\na,A\n", "column 'price' is missing"),
        ("", "cannot be read as a CSV"),
        ("product,firm,price,share,margin\na,A,1,.5,.2\nb,A,1,.5,\n", "at least two firms"),
        ("product,firm,price,share,margin\na,A,1,.7,.2\nb,B,1,.5,\n", "add up to 1.2"),
        ("product,firm,price,share,margin\na,A,1,.5,\nb,B,1,.5,\n", "no margin is given"),
    ],
)
def test_mistakes_of_the_table(tmp_path, text, words):
    bad = tmp_path / "bad.csv"
    bad.write_text(text)
    with pytest.raises(UserError, match=words):
        read_market(bad)


def test_mistakes_of_the_call(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        read_market(tmp_path / "none.csv")
    with pytest.raises(UserError, match="'Omega' is not in the table"):
        merger_report(EXAMPLE, ("Alpha", "Omega"), tmp_path)
    with pytest.raises(UserError, match="two different firms"):
        merger_report(EXAMPLE, ("Alpha", "Alpha"), tmp_path)
    with pytest.raises(UserError, match="elasticity must be"):
        merger_report(EXAMPLE, ("Alpha", "Beta"), tmp_path, -1.0)


def test_a_form_that_cannot_be_is_noted():
    names, market = read_market(EXAMPLE)
    result = study(names, market, ("Alpha", "Beta"), elasticity=0.9)
    assert result.products["form"].unique().tolist() == ["unit_demand"]
    assert "assume one above 1" in result.notes[0]
