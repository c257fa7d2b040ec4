"""Outcomes of the whole market against the tables of providers and products, worked out anew."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.model import Market

OWN_TUNING = {
    "hosted_share": "hosted_tuning",
    "activations_share": "activations",
    "full_share": "full_tuning",
}


def by_month(run: sim.Run, table: pd.DataFrame) -> list[tuple[pd.Series, pd.DataFrame]]:
    """The outcomes of each month and the rows of a table in it."""
    rows = dict(list(table.groupby("month")))
    return [(outcomes, rows[outcomes.month]) for _, outcomes in run.months.iterrows()]


def told(outcomes: pd.Series, wanted: dict[str, float]) -> None:
    """Outcomes are what they should be."""
    found = {name: outcomes[name] for name in wanted}
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True)


def test_outcomes_of_providers_are_those_of_their_table(small_run: sim.Run) -> None:
    for outcomes, rows in by_month(small_run, small_run.providers):
        selling = rows[rows.selling == 1]
        shares = selling.revenue / (selling.revenue.sum() or np.nan)  # unknown without sales
        best = selling.sort_values("capability", ascending=False)
        told(outcomes, {
            "providers": len(selling),
            "revenue": selling.revenue.sum(),
            "hhi": 1e4 * (shares**2).sum(min_count=1),
            "effective_number": 1 / (shares**2).sum(min_count=1),
            "leader_share": shares.max(),
            "mean_price": (shares * selling.price).sum(min_count=1),
            "lerner": (shares * (1 - selling.unit_cost / selling.price)).sum(min_count=1),
            "training_outlay": rows.training.sum(),
            "frontier": best.capability.iloc[0],
            "flagship_price": best.price.iloc[0],
            "follower_gap": -best.capability.diff().iloc[1] if len(best) > 1 else np.nan,
            "competence_spread": np.log(selling.efficiency).std(ddof=0),
            "below_cost": (selling.price_cost < 1).sum(),
        })  # fmt: skip


def test_outcomes_of_products_are_those_of_their_table(small_run: sim.Run) -> None:
    providers = small_run.providers.set_index(["month", "provider"]).capability
    for outcomes, rows in by_month(small_run, small_run.products):
        free = rows["product"].isin(["single machine", "open weights"])
        sold = rows[~free]
        flagship = sold.provider.map(lambda name, month=outcomes.month: providers[month, name])
        total = sold.revenue.sum() or np.nan
        shares = {
            name: sold.revenue[sold["product"] == tier].sum() / total for name, tier in OWN_TUNING.items()
        }
        capability = rows.set_index("product").capability
        gaps = {
            f"{name}_gap": outcomes.frontier - capability.get(product, np.nan)
            for name, product in (("machine", "single machine"), ("open", "open weights"))
        }
        lowest = {f"price_q{q}": sold.price[sold.capability >= q].min() for q in (0, 5, 10)}
        told(outcomes, {
            "economy_share": sold.revenue[sold.capability < flagship].sum() / total,
            "free_use": rows.use[free].sum(),
            "served": rows.use.sum(),
        } | shares | gaps | lowest)  # fmt: skip


def test_the_frontier_is_the_best_model_on_sale(small_run: sim.Run) -> None:
    models = small_run.vintages.set_index(["provider", "capability"])
    for outcomes, rows in by_month(small_run, small_run.providers):
        best = rows.loc[rows.capability.idxmax()]
        model = models.loc[best.provider, best.capability]
        told(outcomes, {"frontier_flop": model.flop, "frontier_cost": model.budget})


def test_trade_of_jurisdictions_adds_up_to_that_of_the_market(small_run: sim.Run) -> None:
    for outcomes, rows in by_month(small_run, small_run.jurisdictions):
        total = rows.spending.sum()
        abroad = (rows.bought_abroad * rows.spending).sum() / total if total else np.nan
        told(outcomes, {"across_borders": abroad, "public_outlay": rows.public_outlay.sum()})
        assert rows.sales.sum() == pytest.approx(total, rel=1e-12)
        assert total == pytest.approx(outcomes.revenue, rel=1e-9)


def test_gaps_and_the_share_of_spending_are_those_of_each_month(small: sim.Scenario) -> None:
    market, wanted = Market(small.config, 30, seed=3), []
    for month in range(30):
        market.step()
        frontier = max(provider.model.capability for provider in market.providers if provider.model)
        could = market.workloads.budget.sum() * market.config.demand.spend_growth ** (month / 12)
        sold = market.books.revenue.sum()
        gaps = frontier - market.fringe_quality, frontier - market.oversight.understood
        wanted.append([*gaps, sold / could])
    found = [market.recorder.market[name] for name in ("fringe_gap", "understanding_gap", "spend_share")]
    np.testing.assert_allclose(np.array(found).T, wanted, rtol=1e-12)


def test_jurisdictions_sell_what_their_providers_sell_and_spend_what_is_left(small: sim.Scenario) -> None:
    market = Market(small.config, 40, seed=3)
    for _ in range(40):
        market.step()
        series = {name: column[-1] for name, column in market.recorder.jurisdictions.items()}
        assert series["sales"] == pytest.approx(
            np.bincount(market.homes, market.books.revenue, len(market.places))
        )
        bought = [market.trade[:, place].sum() for place in range(len(market.places))]
        assert series["spending"] == pytest.approx(bought)
    assert not np.allclose(series["sales"], series["spending"])


def test_shares_of_owners_are_those_of_their_providers(small_run: sim.Run) -> None:
    config = small_run.scenario.config
    owners = {p.name: p.ownership for p in config.providers}
    owners |= {name: kind.ownership for kind in config.entrants for name in kind.slots}
    rows = small_run.providers.assign(owner=small_run.providers.provider.map(owners))
    shares = rows.groupby(["month", "owner"]).share.sum(min_count=1).unstack(fill_value=0.0)
    for kind in ("corporate", "startup", "champion", "commons"):
        expected = shares[kind] if kind in shares else 0.0 * shares["corporate"]
        np.testing.assert_allclose(small_run.months[f"{kind}_share"], expected, atol=1e-12)


def test_without_sales_shares_are_unknown_and_sums_are_zero(small: sim.Scenario) -> None:
    run = sim.run(small.amend({"adoption.considering_at_start": 0.0, "adoption.innovation": 0.0}), 3, seed=1)
    unknown = ["hhi", "leader_share", "mean_price", "lerner", "corporate_share", *OWN_TUNING, "economy_share"]
    assert run.months[[*unknown, "across_borders"]].isna().all(axis=None)
    assert (run.months[["revenue", "spend_share", "considering"]] == 0).all(axis=None)
    assert run.jurisdictions.bought_abroad.isna().all()


def test_accounts_of_the_year_are_those_of_twelve_months(small: sim.Scenario) -> None:
    market = Market(small.config, 30, seed=3)
    months = []
    for _ in range(30):
        market.step()
        books = market.books
        months.append(
            np.array([books.revenue, books.revenue - books.serving, books.training, books.overhead])
        )
        np.testing.assert_allclose(market.year_so_far, np.sum(months[-12:], axis=0), rtol=1e-12)


def test_paybacks_and_releases_are_those_of_all_vintages(small: sim.Scenario) -> None:
    market = Market(small.config, 40, seed=3)
    for month in range(40):
        market.step()
        mine = [(p.model, one) for p in market.providers for one in p.vintages]
        trained = [(best, one) for best, one in mine if one.model.vintage]
        gone = [one.payback_month is not None for best, one in trained if one.model is not best]
        times = [one.payback_month - one.model.release_month + 1 for _, one in trained if one.payback_month]
        recent = sum(one.model.release_month > max(0, month - 24) for _, one in mine)
        wait = min(month, 24) * len(market.sellers) / recent if recent else np.nan
        found = (market.successes, market.paid_back, market.payback_time, market.access.generation)
        share, time = np.mean(gone) if gone else np.nan, np.median(times) if times else np.nan
        assert found == pytest.approx((len(times), share, time, wait), nan_ok=True)
