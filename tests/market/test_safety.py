"""Trust, audits, incidents and access in the running market."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.economics import harm
from sim.ledger import AUDITORS
from sim.model import Market
from sim.phases.lineage import bases, descent
from sim.phases.oversight import auditors_audit, incidents_happen
from tests.market.risks import CALM, PEOPLE, market_at, played


def use_of(market: Market, shares: list[float]) -> None:
    """Give providers' plain products these shares of all use of the same size, in place of what there is."""
    goods = market.catalogue
    table = np.zeros((len(market.segments), len(goods)))
    api = np.flatnonzero(np.array([name == "api" for name in goods.names]))
    table[:, api[: len(shares)]] = 0.4 * np.array(shares)
    market.segment_use = table


def audited(scenario: sim.Scenario, shares: list[float], **settings: object) -> Market:
    """A market whose equal base models have been audited for a year, at given shares of use."""
    market = market_at(scenario.amend(settings))
    market.month += 1
    market.books.audits[:] = 0.0
    for provider in market.providers:
        if not provider.vintages:
            continue
        account = provider.vintages[-1]
        account.audit_effort = 0.0
        object.__setattr__(account.model, "capability", 8.0)
        object.__setattr__(account.model, "hazard", 900.0)
    market.catalogue.goods.capability[:] = np.where(market.catalogue.sold, 8.0, -1.0)
    use_of(market, shares)
    for _ in range(12):
        auditors_audit(market)
    incidents_happen(market)
    return market


def test_one_base_against_five_at_the_same_capacity_and_use(small: sim.Scenario) -> None:
    one, five = audited(small, [1.0]).oversight, audited(small, [0.2] * 5).oversight
    assert one.capacity == pytest.approx(five.capacity)
    assert one.depth > five.depth + 0.1  # deeper audits
    assert one.expected_harm < 0.9 * five.expected_harm
    assert one.exposure == pytest.approx(1.0)  # larger common failure
    assert five.exposure == pytest.approx(0.2)


def test_with_equal_audits_one_base_has_the_same_harm_and_a_worse_tail(small: sim.Scenario) -> None:
    nothing = {"oversight.public_capacity": 0.0, "oversight.paid_share": 0.0, "oversight.common_share": 0.6}
    one, five = audited(small, [1.0], **nothing).oversight, audited(small, [0.2] * 5, **nothing).oversight
    assert one.depth == five.depth == 0
    assert one.expected_harm == pytest.approx(five.expected_harm)
    (worst_of_one,), (worst_of_five,) = (
        harm.bad_years(seen.expected[None], seen.severity[None], seen.severity_spread)[1]
        for seen in (one, five)
    )
    assert worst_of_one > 1.3 * worst_of_five


def test_without_audits_nothing_is_found_and_with_endless_ones_all_of_the_base(small: sim.Scenario) -> None:
    busy = small.amend(PEOPLE | {"demand.intercept": 1.0})  # so that each frontier has users
    none = played(busy, **{"oversight.public_capacity": 0.0, "oversight.paid_share": 0.0})
    endless = played(busy, **{"oversight.public_capacity": 1e9})
    used = none.using > 0
    assert (none.audit_depth[used] == 0).all()
    assert none.understanding_gap.isna().all()
    assert endless.audit_depth[used].to_numpy()[1:] == pytest.approx(1.0)
    assert (endless.understanding_gap[1:] == 0).all()
    assert (endless.expected_harm[used] < none.expected_harm[used]).all()
    assert (none.audit_outlay == 0).all()
    market = market_at(busy.amend({"oversight.public_capacity": 1e9, "oversight.misuse_share": 0.0,
                                   "lineage.full_visible": 1.0, "lineage.hosted_visible": 1.0,
                                   "lineage.activations_visible": 1.0, "lineage.economy_visible": 1.0,
                                   "lineage.full_repaired": 1.0, "lineage.hosted_repaired": 1.0,
                                   "lineage.activations_repaired": 1.0, "lineage.economy_repaired": 1.0,
                                   "lineage.open_repaired": 1.0}))  # fmt: skip
    assert market.oversight.expected_harm == pytest.approx(0.0)  # what tuning does not change is repaired


def test_auditors_are_paid_by_governments_and_out_of_revenue(small_run: sim.Run) -> None:
    ledger, months = small_run.ledger, small_run.months
    config = small_run.scenario.config.oversight
    paid = ledger.query("kind == 'audits'")
    assert paid.amount.sum() == pytest.approx(config.paid_share * months.revenue.sum())
    public = ledger.query("kind == 'public_audits'").groupby("month").amount.sum()
    expected = config.public_capacity * config.auditor_cost * config.public_growth ** (public.index / 12)
    assert public.to_numpy() == pytest.approx(expected.to_numpy())
    received = ledger.query("payee == @AUDITORS").amount.sum()
    assert received == pytest.approx(ledger.query("payer == @AUDITORS").amount.sum())
    assert AUDITORS in set(ledger.payee)
    assert months.audit_outlay.sum() == pytest.approx(received)
    assert (months.audit_capacity * config.auditor_cost).to_numpy() == pytest.approx(months.audit_outlay)


def test_effort_adds_up_to_capacity_and_begins_anew_with_a_model(small: sim.Scenario) -> None:
    market = market_at(small)
    there = [p for p in market.providers if p.vintages]
    before = [p.vintages[-1].audit_effort for p in there]
    fringe = market.auditors.fringe_effort * np.exp(-1 / market.config.training.model_life)
    auditors_audit(market)
    gained = sum(p.vintages[-1].audit_effort for p in there) - sum(before)
    assert gained + market.auditors.fringe_effort - fringe == pytest.approx(market.audits.capacity)
    table = sim.run(small, months=40, seed=3).vintages
    assert (table.hazard > 0).all()
    assert table.hazard.nunique() == len(table)


@pytest.mark.parametrize(
    ("settings", "outcome", "sign"),
    [
        ({"oversight.public_capacity": 400.0}, "audit_depth", 1),
        ({"oversight.public_capacity": 400.0}, "expected_harm", -1),
        ({"oversight.public_growth": 3.0}, "audit_depth", 1),
        ({"oversight.paid_share": 0.2}, "audit_depth", 1),
        ({"oversight.auditor_cost": 7e5}, "audit_capacity", -1),
        ({"oversight.effort_scale": 300.0}, "audit_depth", -1),
        ({"oversight.effort_slope": 0.6}, "understanding_gap", 1),
        ({"oversight.allocation": "frontier"}, "frontier_audit_depth", 1),
        ({"oversight.hazard": 20000.0}, "expected_harm", 1),
        ({"oversight.hazard_slope": 0.2}, "expected_harm", 1),
        ({"oversight.severity_slope": 0.4}, "expected_harm", 1),
        ({"oversight.severity_spread": 5.0}, "harm_worst", 1),
        ({"oversight.tuned_hazard": 20.0}, "expected_harm", 1),
        ({"oversight.common_share": 0.9}, "harm_tail", 1),
        ({"oversight.failure_interval": 6.0}, "common_failures", 1),
        ({"oversight.misuse_share": 0.02}, "expected_harm", 1),
        ({"oversight.misuse_hazard": 1000.0}, "expected_harm", 1),
        ({"oversight.migration": 1.0}, "misuse_kept_out", -1),
        ({"lineage.api_screening": 0.95}, "misuse_kept_out", 1),
        ({"lineage.api_screening": 0.95}, "misuse_unwatched", 1),
        ({"lineage.hosted_screening": 0.0}, "misuse_kept_out", -1),
        ({"lineage.full_screening": 0.0}, "misuse_kept_out", -1),
        ({"lineage.full_visible": 0.1}, "common_exposure", -1),
        ({"lineage.hosted_visible": 0.1}, "common_exposure", -1),
        ({"lineage.activations_visible": 0.1}, "common_exposure", -1),
        ({"lineage.economy_visible": 0.1}, "common_exposure", -1),
        ({"lineage.full_repaired": 0.0}, "expected_harm", 1),
        ({"lineage.hosted_repaired": 0.0}, "expected_harm", 1),
        ({"lineage.activations_repaired": 0.0}, "expected_harm", 1),
        ({"lineage.economy_repaired": 0.0}, "expected_harm", 1),
        ({"lineage.open_repaired": 0.0}, "expected_harm", 1),
    ],
)
def test_each_number_moves_its_outcome(
    calm_run: pd.DataFrame, calm: sim.Scenario, settings: dict[str, object], outcome: str, sign: int
) -> None:
    changed = sim.run(calm.amend(settings), months=24, seed=3).months
    assert sign * (changed[outcome].sum() - calm_run[outcome].sum()) > 0


@pytest.fixture(scope="module")
def calm(small: sim.Scenario) -> sim.Scenario:
    """A busy market in which trust stands still, so that oversight does not move the market."""
    return small.amend(PEOPLE | CALM)


@pytest.fixture(scope="module")
def calm_run(calm: sim.Scenario) -> pd.DataFrame:
    return sim.run(calm, months=24, seed=3).months


def test_providers_that_do_not_screen_draw_bad_users(calm: sim.Scenario, calm_run: pd.DataFrame) -> None:
    lax = sim.run(calm.amend({"oversight.unscreened": ["first_mover"]}), months=24, seed=3).months
    assert lax.misuse_unwatched.iloc[1:].mean() > calm_run.misuse_unwatched.iloc[1:].mean() + 0.1
    assert lax.misuse_kept_out.iloc[1:].mean() < calm_run.misuse_kept_out.iloc[1:].mean()
    with pytest.raises(sim.UserError, match=r"oversight.unscreened: 'nobody' is not among the providers"):
        calm.amend({"oversight.unscreened": ["nobody"]})


def test_open_weights_of_a_provider_rest_on_its_base(small: sim.Scenario) -> None:
    market = market_at(small)
    goods, lines = market.catalogue, descent(market)
    (row,) = np.flatnonzero(np.array([name == "open weights" for name in goods.names]))
    owner = next(i for i, p in enumerate(market.providers) if p.config.weights == "open")
    on_sale = market.providers[owner].model
    assert on_sale is not None
    goods.goods.capability[row] = on_sale.capability
    assert descent(market).base[row] == owner
    assert not bases(market, descent(market)).live[-1]
    goods.goods.capability[row] = on_sale.capability + 1.0
    assert descent(market).base[row] == len(market.providers)
    assert bases(market, descent(market)).capability[-1] == on_sale.capability + 1.0
    assert lines.screening[row] == 0
    assert (lines.base[goods.sold] == goods.provider[goods.sold]).all()


def test_audits_paid_out_of_revenue_raise_prices_as_costs_would(small: sim.Scenario) -> None:
    plain, levied = (played(small, 2, **{"oversight.paid_share": share}) for share in (0.0, 0.5))
    assert levied.flagship_price.iloc[-1] == pytest.approx(2 * plain.flagship_price.iloc[-1], rel=0.25)


def test_access_and_pace_are_measured(small_run: sim.Run) -> None:
    months = small_run.months
    assert (months.served_lowest <= months.served + 1e-12).all()
    assert (months.served <= months.served_highest + 1e-12).all()
    assert months.capability_gini.dropna().between(0, 1).all()
    assert months.capability_gini.iloc[-1] < months.capability_gini.dropna().iloc[0]
    grown = np.log(months.frontier_flop.iloc[-1] / months.frontier_flop.iloc[-25]) / np.log(2)
    assert months.pace.iloc[-1] == pytest.approx(grown)
    effective = (months.frontier.iloc[-1] - months.frontier.iloc[-25]) / np.log(2)
    assert months.effective_pace.iloc[-1] == pytest.approx(effective)
    assert months.pace.iloc[:24].isna().all()
    recent = small_run.vintages.query("month > 35").shape[0]
    assert months.generation_time.iloc[-1] == pytest.approx(24 * months.providers.iloc[-1] / recent)


def test_news_of_the_first_month_are_not_the_start_seen_again(small: sim.Scenario) -> None:
    """What hazards have in common would have a variance of 1.5 after a month if they were."""
    market = Market(small.config, 2, seed=5)
    start, kept = market.auditors.common, np.exp(-1 / small.config.oversight.hazard_memory)
    market.step()
    news = (market.auditors.common - kept * start) / np.sqrt(1 - kept**2)
    assert abs(news - start) > 0.1
