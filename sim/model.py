"""The market: a month as a table of contents, and the run of many months."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from sim.agents.prospects import market_ahead
from sim.agents.provider import BaseModel
from sim.config import Config
from sim.errors import UserError
from sim.events import Veto
from sim.extending import in_use
from sim.phases.access import access_is_measured
from sim.phases.accounts import accounts_are_closed
from sim.phases.competence import competence_moves
from sim.phases.compute import compute_is_priced, limits_are_watched
from sim.phases.entry import entrants_decide, fringe_moves
from sim.phases.exits import insolvent_providers_go, providers_leave
from sim.phases.invest import providers_invest
from sim.phases.listing import products_are_listed
from sim.phases.market import customers_choose, customers_consider, providers_price
from sim.phases.mergers import mergers_are_tried, takeovers_are_completed
from sim.phases.money import providers_settle
from sim.phases.oversight import auditors_audit, incidents_happen
from sim.phases.owners import dividends_are_paid, owners_give, treasuries_step_in
from sim.phases.policies import governments_pay, policies_take_effect
from sim.phases.procurement import governments_buy
from sim.phases.publishing import take_view
from sim.phases.reconcile import books_balance
from sim.phases.research import algorithms_improve, growth_is_watched
from sim.phases.rivalry import providers_fight
from sim.phases.technology import finished_runs_are_released, technology_advances
from sim.phases.trust import trust_moves
from sim.recorder import Columns
from sim.regimes import classify
from sim.scenario import Scenario
from sim.world import World

LONGEST_RUN = 1200  # months
LARGEST_SEED = 2**31 - 1
MOST_REPLICATIONS = 10_000  # of one command; a sweep holds more
MOST_WORKERS = 512
TABLES = "months", "providers", "products", "jurisdictions", "vintages", "events", "ledger", "regimes"
Progress = Callable[[int, int], None]  # months done, months in all


class Market(World):
    """The world and its calendar."""

    def __init__(self, config: Config, months: int, seed: int = 0, replication: int = 0) -> None:
        super().__init__(config, months, seed, replication)

    def step(self) -> None:
        """Play one month."""
        compute_is_priced(self)
        algorithms_improve(self)
        technology_advances(self)
        takeovers_are_completed(self)
        policies_take_effect(self)
        finished_runs_are_released(self)
        competence_moves(self)
        growth_is_watched(self)
        fringe_moves(self)
        entrants_decide(self)
        products_are_listed(self)
        self.publish()

        governments_pay(self)
        providers_fight(self)
        providers_price(self)
        customers_consider(self)
        customers_choose(self)
        governments_buy(self)

        owners_give(self)
        providers_settle(self)
        treasuries_step_in(self)
        insolvent_providers_go(self)
        dividends_are_paid(self)
        mergers_are_tried(self)
        providers_invest(self)
        providers_leave(self)

        auditors_audit(self)
        incidents_happen(self)
        trust_moves(self)
        access_is_measured(self)
        books_balance(self)
        limits_are_watched(self)
        accounts_are_closed(self)
        self.recorder.close_month(take_view(self, self.published))
        self.month += 1

    def publish(self) -> None:
        """Let everybody see the market as it stands, and what it makes them expect."""
        self.published = take_view(self)
        self.ahead = market_ahead(self.config, self.published)


@dataclass(frozen=True)
class Run:
    """Tables of one replication of a scenario."""

    scenario: Scenario
    seed: int
    replication: int
    months: pd.DataFrame  # one row a month
    providers: pd.DataFrame  # one row a month and provider
    products: pd.DataFrame  # one row a month and product
    jurisdictions: pd.DataFrame  # one row a month and jurisdiction
    vintages: pd.DataFrame  # one row a model
    events: pd.DataFrame  # one row an event
    ledger: pd.DataFrame  # one row a payment
    regimes: pd.DataFrame  # one row: how the run ended, see `sim.regimes`


def run(
    scenario: Scenario,
    months: int | None = None,
    seed: int = 0,
    replication: int = 0,
    progress: Progress | None = None,
    without: Veto | None = None,
) -> Run:
    """Simulate a scenario.

    `months` replaces the scenario's horizon. Equal scenario, months, seed and replication give equal tables.
    `without` leaves out an act of that run; all luck stays the same.
    Raises `UserError` for a horizon outside 1 to 1,200 months.
    """
    market = simulate(scenario, months, seed, replication, progress, without)
    return Run(scenario, seed, replication, **tables(market, TABLES))


def simulate(
    scenario: Scenario,
    months: int | None = None,
    seed: int = 0,
    replication: int = 0,
    progress: Progress | None = None,
    without: Veto | None = None,
) -> Market:
    """The market of a `run` at its end; `tables` makes tables of it."""
    horizon = scenario.config.calendar.months if months is None else months
    check_request(horizon, seed)
    with threadpool_limits(1), in_use(scenario.extensions):
        market = Market(scenario.config, horizon, seed, replication)
        market.vetoes = (without,) if without else ()
        for done in range(horizon):
            market.step()
            if progress:
                progress(done + 1, horizon)
    return market


def check_request(months: int, seed: int, replications: int = 1, workers: int = 1) -> None:
    """Refuse numbers that make no sense, all at once."""
    limits = {
        "months": (months, 1, LONGEST_RUN),
        "seed": (seed, 0, LARGEST_SEED),
        "replications": (replications, 1, MOST_REPLICATIONS),
        "workers": (workers, 1, MOST_WORKERS),
    }
    wrong = [
        f"{name}: is {value}; expected a whole number from {low:,} to {high:,}."
        for name, (value, low, high) in limits.items()
        if not low <= value <= high
    ]
    if wrong:
        raise UserError(wrong)


def tables(market: Market, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Some of the `TABLES` of a market that has run, each with its replication and dates."""
    start = np.datetime64(market.config.calendar.start, "M")
    first_days = (start + np.arange(market.month)).astype("datetime64[ns]")

    def dated(columns: Columns) -> pd.DataFrame:
        date = first_days[np.asarray(columns["month"], dtype=np.intp)]
        return pd.DataFrame({"replication": market.replication, "month": None, "date": date} | columns)

    months = dated(market.recorder.market_columns())
    made = {
        "months": lambda: months,
        "providers": lambda: dated(_providers(market)),
        "products": lambda: dated(market.recorder.product_columns()),
        "jurisdictions": lambda: dated(market.recorder.jurisdiction_columns()),
        "vintages": lambda: dated(_vintages(market)),
        "events": lambda: dated(_events(market)),
        "ledger": lambda: dated(market.ledger.columns()),
        "regimes": lambda: _regime(market, months),
    }
    return {name: made[name]() for name in names}


def _regime(market: Market, months: pd.DataFrame) -> pd.DataFrame:
    found = classify(market.config.regimes, months)
    return pd.DataFrame([{"replication": market.replication, **vars(found), "regime": found.name}])


def _providers(market: Market) -> Columns:
    """Those who ever came; potential entrants that stayed away are left out."""
    return market.recorder.provider_columns(np.array([p.born is not None for p in market.providers]))


def _vintages(market: Market) -> Columns:
    accounts = [account for provider in market.providers for account in provider.vintages]
    models = [account.model for account in accounts]
    said = [field.name for field in fields(BaseModel) if field.name != "release_month"]
    paid_back = [account.payback_month for account in accounts]
    return (
        {"month": [model.release_month for model in models]}
        | {name: [getattr(model, name) for model in models] for name in said}
        | {"revenue": [account.revenue for account in accounts]}
        | {"serving": [account.serving for account in accounts]}
        | {"result": [account.gross - account.model.budget for account in accounts]}
        | {"payback_month": np.array(paid_back, dtype=np.float64)}
    )


def _events(market: Market) -> Columns:
    said = "month", "event", "kind", "who", "text", "amount", "because"
    return {name: [getattr(event, name) for event in market.events] for name in said}
