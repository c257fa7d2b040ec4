"""Technology in the running market: sizes, progress, compute prices, limits, accounts."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.agents import appraisal
from sim.agents.prospects import expected_margins, market_ahead, prospects
from sim.economics import compute, investment, progress, scaling, sizing
from sim.model import Market

OPTIMAL = {"training.sizing.kind": "compute_optimal"}


def size_over_optimum(run: sim.Run) -> np.ndarray:
    trained = run.vintages.query("vintage > 0")
    law = run.scenario.config.scaling
    return (trained.params / scaling.optimal_params(law, trained.flop.to_numpy())).to_numpy()


def test_models_that_will_be_served_are_smaller(small: sim.Scenario, small_run: sim.Run) -> None:
    ratio = size_over_optimum(small_run)
    assert ratio.min() < 0.8
    assert ratio.max() <= 1
    trained = small_run.vintages.query("vintage > 0")
    assert (6 * trained.params * trained.tokens).to_numpy() == pytest.approx(trained.flop.to_numpy())
    off = sim.run(small.amend(OPTIMAL), months=60, seed=3)
    assert size_over_optimum(off) == pytest.approx(1.0)


def test_what_was_served_is_known_in_the_next_month(small: sim.Scenario) -> None:
    market = Market(small.config, 40, seed=3)
    for _ in range(39):
        market.step()
    goods, sold = market.catalogue, []
    for index, provider in enumerate(market.providers):
        mine = (goods.provider == index) & np.array([name == "api" for name in goods.names])
        sold.append(market.books.serving[provider.place] / goods.unit_cost[mine][0] if mine.any() else 0.0)
    assert max(sold) > 0
    market.step()
    assert market.published.served == pytest.approx(np.array(sold))


EXOGENOUS = {"technology.progress.kind": "exogenous"}


def test_algorithms_by_the_calendar_halve_compute_every_eight_months(small: sim.Scenario) -> None:
    months = sim.run(small.amend(EXOGENOUS), months=30, seed=3).months
    assert months.algorithms.to_numpy() == pytest.approx(2 ** (np.arange(30) / 8))
    assert months.algorithm_halving.to_numpy()[12:] == pytest.approx(8.0)
    assert np.isnan(months.algorithm_halving.to_numpy()[:12]).all()


def test_fewer_laboratories_slow_algorithms(small: sim.Scenario, small_run: sim.Run) -> None:
    others = [p.name for p in small.config.providers if p.name != "first_mover"]
    alone = sim.run(small.amend({f"providers.{name}": False for name in others}), months=60, seed=3)
    assert alone.months.training_outlay.sum() < small_run.months.training_outlay.sum()
    assert alone.months.algorithms.iloc[-1] < small_run.months.algorithms.iloc[-1]
    assert (small_run.months.algorithms.diff().dropna() > 0).all()


def test_poorer_laboratories_slow_algorithms(small: sim.Scenario, small_run: sim.Run) -> None:
    names = [p.name for p in small.config.providers]
    less = {f"providers.{n}.{what}": 1e7 for n in names for what in ("backing", "cash")}
    less |= {f"providers.{n}.{what}": 0.0 for n in names for what in ("credit_line", "overhead")}
    poor = sim.run(small.amend(less), months=60, seed=3)
    assert poor.months.algorithms.iloc[-1] < 0.8 * small_run.months.algorithms.iloc[-1]


def test_without_outlays_algorithms_stand_still(small: sim.Scenario) -> None:
    names = [p.name for p in small.config.providers]
    never = {f"providers.{n}.training.kind": "never" for n in names}
    never |= {f"entrants.{kind.name}": False for kind in small.config.entrants}
    still = sim.run(small.amend(never), months=30, seed=3)
    last = still.months.algorithms.to_numpy()
    assert (np.diff(last)[:11] > 0).all()  # the outlay of the year before still works
    assert (np.diff(last)[11:] == 0).all()


def test_research_reads_the_books_of_the_months_before(small: sim.Scenario) -> None:
    market = Market(small.config, 20, seed=3)
    for month in range(20):
        market.step()
        paid = market.recorder.providers["training"][:month].sum(axis=1)
        assert market.outlays == pytest.approx(paid)


FOOM = {
    "technology.progress.automation_midpoint": 6.0,
    "technology.progress.automation_width": 0.1,
    "technology.progress.limit": 1e60,
    "technology.runaway_growth": 1e4,
}


def test_a_runaway_is_said_once_and_stays_finite(small: sim.Scenario, small_run: sim.Run) -> None:
    run = sim.run(small.amend(FOOM), months=72, seed=3)
    (event,) = run.events.query("kind == 'runaway'").itertuples()
    flag = run.months.runaway.to_numpy()
    assert (flag == (np.arange(72) >= event.month)).all()
    rise = run.months.frontier.diff(12).to_numpy()
    assert rise[event.month] > np.log(1e4)
    assert not (rise[: event.month] > np.log(1e4)).any()
    after = run.months.query("month > @event.month")
    assert after.algorithms.nunique() == 1
    assert after.algorithms.iloc[0] < 1e59  # frozen by the runaway, not by the limit
    columns = ["frontier", "flagship_price", "revenue", "theta", "consumer_surplus"]
    assert np.isfinite(after[columns].to_numpy()).all()
    assert run.months.automated_research.iloc[-1] > 0.99
    assert (small_run.months.runaway == 0).all()


def test_a_budget_pays_staff_experiments_and_the_run_once(small: sim.Scenario) -> None:
    """The run's own compute is what is left of the budget; the ledger shows the whole budget, once."""
    run = sim.run(small, months=12, seed=3)
    config = run.scenario.config
    first = run.events.query("kind == 'training' and who == 'first_mover'").iloc[0]
    model = run.vintages.query("provider == 'first_mover' and vintage == 1").iloc[0]
    per_usd = config.technology.flop_per_usd * 1.35 ** (first.month / 12)
    knee = 3 * next(p.largest_budget for p in config.providers if p.name == "first_mover")
    worth = min(first.amount, knee * (first.amount / knee) ** 0.3)
    assert model.flop == pytest.approx(worth * 0.61 / 2.2 * per_usd, rel=0.05)
    paid = run.ledger.query("payer == 'first_mover' and kind == 'training'").amount
    assert paid.iloc[:6].sum() == pytest.approx(first.amount)


SCARCE = {"compute.stock": 10.0, "compute.supply_elasticity": 0.7}


def test_scarce_compute_is_dear_and_slows_the_frontier(small: sim.Scenario, small_run: sim.Run) -> None:
    scarce = sim.run(small.amend(SCARCE), months=60, seed=3)
    assert scarce.months.compute_premium.max() > 2
    assert scarce.months.frontier.iloc[-1] < small_run.months.frontier.iloc[-1] - 0.3
    assert small_run.months.compute_premium.between(0.9, 1.1).all()


def test_the_price_of_compute_follows_the_spending_of_the_month_before(small: sim.Scenario) -> None:
    run = sim.run(small.amend(SCARCE), months=40, seed=3)
    config = run.scenario.config
    spent = (
        run.providers.groupby("month").serving.sum() + 0.61 * run.providers.groupby("month").training.sum()
    )
    price = run.months.compute_premium.to_numpy()
    assert price[0] == 1
    for month in range(1, 40):
        supply = compute.trend_stock(config.compute, month) * compute.chip_month(config.compute)
        load = spent[month - 1] * 5.6e16 * 1.35 ** (month / 12) / supply
        assert price[month] == pytest.approx(compute.premium(config.compute, load))


def test_dearer_compute_reaches_training_and_serving(small: sim.Scenario) -> None:
    market = Market(small.amend(SCARCE).config, 40, seed=3)
    for _ in range(40):
        market.step()
    trend = progress.flop_per_usd(market.config.technology, 39)
    assert market.compute_premium > 1.2
    own = appraisal.Own(0, market.config.providers[0].training, 1e9, 1e9, 1.0)
    views = [market.published._replace(compute_premium=premium) for premium in (1.0, 2.0)]
    cheap, dear = (
        appraisal.choices(market.config, v, market.ahead, [own], [1e8], 1e8, steps=1).run(0, 0).flop
        for v in views
    )
    assert cheap == pytest.approx(1e8 * 0.61 / 2.2 * trend)
    assert dear == pytest.approx(cheap / 2)
    assert market.flop_per_usd == pytest.approx(trend / market.compute_premium)
    seller = market.sellers[0]
    goods, model = market.catalogue, market.providers[seller].model
    api = np.flatnonzero((goods.provider == seller) & np.array([name == "api" for name in goods.names]))[0]
    assert model is not None
    per_usd = progress.serving_flop_per_usd(market.config.technology, 39) / market.compute_premium
    assert goods.unit_cost[api] == pytest.approx(progress.serving_cost(model.params, per_usd))


def test_a_run_beyond_the_physical_world_says_so_and_clips_nothing(
    small: sim.Scenario, small_run: sim.Run
) -> None:
    tight = sim.run(small.amend({"limits.power_cap": 0.01}), months=60, seed=3)
    (event,) = tight.events.query("kind == 'limit'").itertuples()
    beyond = tight.months.beyond_limits.to_numpy().astype(bool)
    assert (beyond == (tight.months.power.to_numpy() > 0.01)).all()
    assert event.month == np.flatnonzero(beyond)[0]
    assert (tight.months.revenue == small_run.months.revenue).all()
    assert (small_run.months.beyond_limits == 0).all()
    assert small_run.months.power.iloc[-1] > 0.01


def test_payback_is_the_first_month_in_which_gross_profit_covers_the_cost(small: sim.Scenario) -> None:
    market = Market(small.amend({"adoption.considering_at_start": 0.02}).config, 60, seed=3)
    first: dict[tuple[str, int], int] = {}
    for month in range(60):
        market.step()
        for provider in market.providers:
            for account in provider.vintages:
                if account.revenue - account.serving >= account.model.budget:
                    first.setdefault((provider.name, account.model.vintage), month)
    noted = {
        (p.name, a.model.vintage): a.payback_month
        for p in market.providers
        for a in p.vintages
        if a.payback_month is not None
    }
    assert first
    assert noted == first


def test_self_financed_share_is_that_of_the_books_of_a_year(small_run: sim.Run) -> None:
    table = small_run.providers.assign(gross=lambda t: t.revenue - t.serving)
    for month in (5, 30, 59):
        year = table.query("@month - 12 < month <= @month").groupby("provider")[["gross", "training"]].sum()
        covered = np.minimum(year.training, year.gross.clip(lower=0)).sum()
        assert small_run.months.self_financed[month] == pytest.approx(covered / year.training.sum())


def test_vintages_tell_their_payback(small_run: sim.Run) -> None:
    table = small_run.vintages
    paid = table.payback_month.notna()
    assert (table.result[paid] >= 0).all()
    assert (table.result[~paid] < 0).all()
    assert (table.payback_month[paid] >= table.month[paid]).all()
    trained = table.query("vintage > 0")
    newest = trained.groupby("provider").vintage.transform("max") == trained.vintage
    alive = small_run.providers.query("month == 59 and alive == 1").provider
    replaced = trained[~newest | ~trained.provider.isin(alive)]
    last = small_run.months.iloc[-1]
    assert last.paid_back == pytest.approx(replaced.payback_month.notna().mean())
    times = (trained.payback_month - trained.month + 1).dropna()
    assert last.payback_time == pytest.approx(times.median(), nan_ok=True)


def test_theta_is_what_a_rival_gains_by_a_bigger_run_sized_for_its_customers(small_run: sim.Run) -> None:
    config = small_run.scenario.config
    last, models = small_run.months.iloc[-1], small_run.vintages
    leader = models[models.capability == last.frontier].iloc[0]
    law = config.scaling

    def at(flop: float) -> tuple[float, float]:
        """Log of the serving cost and capability where the tokens served stay as the leader's size implies."""
        ratio = leader.params / scaling.optimal_params(law, leader.flop)
        power = ratio ** -(law.size_exp + law.data_exp)
        service = (power - 1) / ratio * scaling.optimal_tokens(law, leader.flop)
        x = float(sizing.size_ratio(law, service / scaling.optimal_tokens(law, flop)))
        size = np.log(x * scaling.optimal_params(law, flop))
        return size, leader.capability + np.log(sizing.equivalent_flop(law, flop, x))

    (cost_1, q_1), (cost_0, q_0) = at(leader.flop * np.exp(1e-5)), at(leader.flop)
    market = Market(config, 1, seed=3)
    taste = market.workloads.taste[market.workloads.panel].mean()
    slope = np.exp(-leader.capability / config.demand.value.plateau) * (q_1 - q_0) / 1e-5
    net = taste * slope - config.demand.price_sensitivity * (cost_1 - cost_0) / 1e-5
    assert last.theta == pytest.approx(net / (1 - config.demand.nest_correlation), rel=1e-3)
    assert (cost_1 - cost_0) / 1e-5 > scaling.size_elasticity(law) + 0.01


def test_more_responses_to_the_own_conditions_move_expected_profits_by_under_half_a_per_cent(
    small: sim.Scenario,
) -> None:
    market = Market(small.config, 48, seed=3)
    for _ in range(48):
        market.step()
    view, ahead = market.published, market_ahead(market.config, market.published)
    values, costs = np.linspace(2.0, 12.0, 9), np.geomspace(0.05, 20.0, 9)
    everybody = range(len(market.providers))
    outlooks, seen = prospects(market.config, view, ahead, everybody), expected_margins(view)
    for i, lerner in enumerate(seen.tolist()):
        of_one = {name: getattr(outlooks, name)[i] for name in ("base", "rivals", "highest_lerner")}
        own = replace(outlooks, **of_one)
        found = investment.expected_profits(own, values, costs, lerner)
        settled = investment.plain_profits(own, values, costs, lerner, responses=30)
        assert np.abs(found - settled).max() < 5e-3 * settled.max()
