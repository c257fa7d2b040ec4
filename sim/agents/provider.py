"""A provider of mega models: its money, its models, its training runs."""

from dataclasses import dataclass

import mesa

from sim.config.actors import Provider as ProviderConfig


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
    last_month: int | None = None
    payback_month: int | None = None  # first month in which gross profit covers the budget

    @property
    def gross(self) -> float:
        """Gross profit so far, USD."""
        return self.revenue - self.serving


@dataclass
class Books:
    """Flows of the current month, USD."""

    revenue: float = 0.0
    serving: float = 0.0
    training: float = 0.0
    overhead: float = 0.0
    interest: float = 0.0
    backing: float = 0.0
    write_off: float = 0.0

    @property
    def net(self) -> float:
        """Change of cash that these flows explain."""
        return (
            self.revenue + self.backing + self.write_off
            - self.serving - self.training - self.overhead - self.interest
        )  # fmt: skip


@dataclass
class Offer:
    """What a provider sells this month."""

    model: BaseModel
    unit_cost: float = float("nan")  # USD/Mtoken
    price: float = float("nan")  # USD/Mtoken


class Provider(mesa.Agent):
    """A provider; negative cash is drawn credit."""

    def __init__(self, market: mesa.Model, config: ProviderConfig) -> None:
        super().__init__(market)
        self.config = config
        self.name = config.name
        self.cash = config.cash
        self.largest_budget = config.largest_budget
        self.alive = True
        self.offer: Offer | None = None
        self.run: TrainingRun | None = None
        self.vintages: list[VintageAccount] = []
        self.books = Books()
        self.served = 0.0  # Mtoken of the last month, in tokens of the best model

    @property
    def funds(self) -> float:
        """Cash and undrawn credit, less a year of overhead, USD."""
        return self.cash + self.config.credit_line - self.config.overhead

    def release(self, model: BaseModel) -> None:
        """Put a model in service; it replaces the one before."""
        self.offer = Offer(model, price=self.offer.price if self.offer else float("nan"))
        self.vintages.append(VintageAccount(model))
        self.run = None

    def start(self, run: TrainingRun) -> None:
        """Begin a training run."""
        self.run = run
        self.largest_budget = max(self.largest_budget, run.budget)

    def open_month(self) -> None:
        """Begin a month's books; what was served in the last month is known from its cost."""
        self.served = self.books.serving / self.offer.unit_cost if self.books.serving and self.offer else 0.0
        self.books = Books()

    def flow(self, kind: str, amount: float) -> None:
        """Take in (positive) or pay out (negative) money of a kind of `Books`."""
        self.cash += amount
        setattr(self.books, kind, getattr(self.books, kind) + abs(amount))

    def close(self) -> None:
        """Leave the market: product and run end."""
        self.alive = False
        self.offer = None
        self.run = None
