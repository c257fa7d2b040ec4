"""A provider of mega models: its money, its models, its training runs."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import mesa

from sim.config.actors import Provider as ProviderConfig
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.events import NO_CAUSE


@dataclass(frozen=True)
class BaseModel:
    """A vintage: one trained model."""

    provider: str
    vintage: int  # 0 for the model that was there at the start
    params: float
    tokens: float
    flop: float  # training FLOP
    effective_flop: float  # in compute-optimal FLOP of the first month's algorithms
    budget: float  # USD, development cost
    loss: float  # nat/token on the law of the first month
    capability: float  # nat
    release_month: int
    hazard: float  # latent: incidents a month if all workloads used it unaudited


@dataclass(frozen=True)
class TrainingRun:
    """A run in training, as planned."""

    vintage: int
    budget: float  # USD
    flop: float
    params: float
    tokens: float
    capability: float  # nat, before the luck of the run
    start_month: int
    release_month: int

    @property
    def monthly_cost(self) -> float:
        """Outlay while it trains, USD/month."""
        return self.budget / (self.release_month - self.start_month)


@dataclass
class VintageAccount:
    """Profit and loss of one vintage."""

    model: BaseModel
    revenue: float = 0.0  # USD
    serving: float = 0.0  # USD
    audit_effort: float = 0.0  # auditor-month
    payback_month: int | None = None  # first month in which gross profit covers the budget

    @property
    def gross(self) -> float:
        """Gross profit so far, USD."""
        return self.revenue - self.serving


class Books(NamedTuple):
    """Flows of the current month by kind, without sign, USD [provider]; dues come first."""

    serving: Array
    audits: Array  # share of revenue for the pool of auditors
    overhead: Array
    training: Array
    interest: Array
    revenue: Array
    backing: Array
    equity: Array
    dividend: Array
    setup: Array
    data: Array
    specialists: Array
    acquisition: Array
    scrap: Array
    liquidation: Array
    write_off: Array
    backstop: Array
    grant: Array
    guarantee: Array
    audit: Array  # that the law asks for at a release
    licence_fee: Array
    division: Array


class Provider(mesa.Agent):
    """A provider; negative cash is drawn credit."""

    def __init__(self, market: mesa.Model, config: ProviderConfig, place: int, sleeps: bool = False) -> None:
        super().__init__(market)
        self.config, self.place = config, place
        self.name = config.name
        self.tiers: list[int] = []  # numbers of the tiers that it sells, rising
        self.cash = self.opening_cash = 0.0 if sleeps else config.cash
        self.credit_line, self.backing, self.overhead = config.credit_line, config.backing, config.overhead
        self.guaranteed = 0.0  # USD, further credit that governments stand for this month
        self.public_money = 0.0  # USD, from governments this month
        self.public_tokens = 0.0  # Mtoken/month, sold to governments
        self.largest_budget = config.largest_budget
        self.efficiency = config.efficiency  # engineering competence, as it is now
        self.alive = not sleeps
        self.born: int | None = None if sleeps else 0  # month in which it came
        self.round_phase = 0.0  # where in the interval between rounds its own round lies, [0, 1)
        self.buyer: str | None = None  # who has bought it
        self.model: BaseModel | None = None  # the flagship in service
        self.run: TrainingRun | None = None
        self.started = NO_CAUSE  # number of the event of its last start of a run
        self.begun = 0  # runs begun
        self.vintages: list[VintageAccount] = []
        self.releases: list[int] = []  # month of release of each vintage
        self.served = 0.0  # Mtoken of the last month with sales, in tokens of the flagship

    @property
    def funds(self) -> float:
        """Cash and undrawn credit, less a year of overhead, USD."""
        return self.cash + self.credit - self.overhead

    @property
    def credit(self) -> float:
        """Credit that it may draw in all, USD."""
        return self.credit_line + self.guaranteed

    @property
    def monthly_backing(self) -> float:
        """What its owners give every month, USD; investors give in rounds instead."""
        return 0.0 if self.config.ownership == "startup" else self.backing / MONTHS

    @property
    def next_vintage(self) -> int:
        """Number of the next model it will have."""
        return self.vintages[-1].model.vintage + 1 if self.vintages else 1

    def enter(self, month: int) -> None:
        """Come to life."""
        self.alive, self.born = True, month

    def adopt(self, account: VintageAccount) -> None:
        """Take over a model that another has trained, with its account, as the flagship.

        An own run goes on only if it promises more.
        """
        self.model = replace(account.model, provider=self.name, vintage=self.next_vintage)
        self._account_for(replace(account, model=self.model))
        run, self.run = self.run, None
        if run and run.capability > self.model.capability:
            self.run = replace(run, vintage=self.next_vintage)

    def release(self, model: BaseModel) -> None:
        """Put a model in service; it replaces the one before."""
        self.model = model
        self._account_for(VintageAccount(model))
        self.run = None

    def _account_for(self, vintage: VintageAccount) -> None:
        """Open the account of the next vintage."""
        self.vintages.append(vintage)
        self.releases.append(vintage.model.release_month)

    def start(self, run: TrainingRun) -> None:
        """Begin a training run."""
        self.run = run
        self.begun += 1
        self.largest_budget = max(self.largest_budget, run.budget)

    def open_month(self) -> None:
        """Note what is there when a month begins."""
        self.opening_cash = self.cash
        self.public_money = self.public_tokens = 0.0

    def close(self) -> None:
        """Leave the market: product and run end."""
        self.alive = False
        self.model = None
        self.run = None
        self.served = 0.0
