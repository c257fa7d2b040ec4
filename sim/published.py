"""The frozen view of the market that decisions and outcomes may read."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.columns import OPEN
from sim.economics.choice import Nests
from sim.economics.compute import Footprint
from sim.economics.game import Firms
from sim.economics.scaling import Array
from sim.economics.utility import Goods, Offers
from sim.rules import Rules
from sim.safety import Access, Oversight, Trust
from sim.tiers import Making


class Plan(NamedTuple):
    """A training run that its provider has announced."""

    provider: int  # index into the providers
    capability: float  # nat, as announced, before the luck of the run
    params: float
    release_month: int


@dataclass(frozen=True)
class Panel:
    """What market research knows of customer types."""

    base: Array  # util [type]
    trust: Array  # util [type, line]
    taste: Array  # util/nat [type]
    sensitivity: Array  # alpha [type]
    homes: NDArray[np.intp]  # each type's government
    bonus: Array  # util [type], worth of a provider's whole menu of tiers over its flagship alone
    alternatives: Array  # util [type], log-sum of what can be had without a provider, none included
    spend: Array  # USD/month that each type stands for among those who consider [type]
    considered: float  # USD/month, budgets of those who consider: the sum of `spend`

    @cached_property
    def weights(self) -> Array:
        """Each type's share of considered spend; equal while nobody considers yet."""
        size = len(self.spend)
        return self.spend / self.considered if self.considered > 0 else np.full(size, 1 / size)


@dataclass(frozen=True)
class Catalogue:
    """All products of a month; arrays run over products.

    Those of providers are ordered by provider's name and tier; behind them is what needs no provider.
    """

    code: NDArray[np.intp]  # stable number: provider x tiers + tier, or LOCAL, OPEN
    provider: NDArray[np.intp]  # index into the providers, -1 without a provider
    tier: NDArray[np.intp]  # index into the tiers, -1 without a provider
    line: NDArray[np.intp]  # column of the brand tastes
    sold: NDArray[np.bool_]  # whether a provider sells it
    names: tuple[str, ...]  # tier, or what it is without a provider
    owners: tuple[str, ...]  # provider's name, or what it is without a provider
    goods: Goods
    made: Making
    nests: Nests
    firms: Firms
    params: Array
    unit_cost: Array  # USD/Mtoken
    price: Array  # USD/Mtoken, NaN before it is set
    flagship: dict[int, int]  # row of each seller's most capable product, of these the cheapest to serve
    ceilings: Array | None = None  # USD/Mtoken, highest prices that law and rules allow; None without any

    def __len__(self) -> int:
        return len(self.code)

    def rows_of(self, codes: NDArray[np.intp]) -> NDArray[np.intp]:
        """Row of each of some products by their stable numbers; behind the last for one that is not there."""
        rows = np.full(self.code.max(initial=0) - OPEN + 1, len(self))
        rows[self.code - OPEN] = np.arange(len(self))
        found: NDArray[np.intp] = rows[codes - OPEN]
        return found

    @property
    def free(self) -> slice:
        """Rows of what needs no provider."""
        return slice(np.count_nonzero(self.sold), len(self))

    @property
    def offers(self) -> Offers:
        """Who offers what, as customers see it."""
        return Offers(self.code, self.provider, self.line, self.goods)

    @property
    def capability(self) -> Array:
        """Capability without tuning, nat."""
        return self.goods.capability


class Known(NamedTuple):
    """What is published of each provider; flows in USD/month, [provider]."""

    capability: Array  # nat, of the flagship; NaN without one, as are its other columns
    params: Array
    flop: Array
    model_cost: Array  # USD
    price: Array  # USD/Mtoken
    unit_cost: Array  # USD/Mtoken
    revenue: Array
    serving: Array
    training: Array
    cash: Array  # USD
    public_money: Array
    served: Array  # Mtoken/month
    efficiency: Array  # engineering competence as it is now
    overhead: Array  # USD/yr
    alive: Array  # 1 for those that live


class Money(NamedTuple):
    """Who came, who left and who paid; flows of the month, and of the last year where said."""

    ownership: tuple[str, ...]  # [provider]
    revenue_of_year: Array  # USD [provider]
    gross_of_year: Array  # USD [provider], revenue less serving
    training_of_year: Array  # USD [provider]
    overhead_of_year: Array  # USD [provider]
    counts: dict[str, int]  # events of the month by kind
    raised: float  # USD/month, from owners of all kinds
    paid_out: float  # USD/month, to owners
    written_off: float  # USD/month, lost by lenders
    fringe: int  # organisations that train but do not reach the frontier
    fringe_quality: float  # nat, their average capability
    successes: int  # models that have earned their cost
    growth: float  # nat/month, growth of market revenue seen
    reached: float  # nat, highest capability that was ever on sale; NaN before


class Rivalry(NamedTuple):
    """Price wars under way and what may be expected of them."""

    fight_chance: float  # chance of a seller, mean over sellers, to be fought at this time
    aggressors: tuple[int, ...]  # indices into the providers, one a war
    targets: tuple[int, ...]
    avoidable: float  # share of overhead


class Facts(NamedTuple):
    """What is published of the market; arrays run over all providers, living or not."""

    month: int
    names: tuple[str, ...]
    selling: NDArray[np.bool_]
    capability: Array  # nat, of the flagship; NaN without a product, as are its other columns
    params: Array
    flop: Array  # training FLOP of the flagship
    model_cost: Array  # USD, development cost of the flagship
    price: Array  # USD/Mtoken, of the flagship as it is
    unit_cost: Array  # USD/Mtoken
    revenue: Array  # USD/month
    serving: Array  # USD/month
    training: Array  # USD/month
    cash: Array  # USD
    public_money: Array  # USD/month, from governments
    served: Array  # Mtoken/month of the last month, in tokens of the flagship
    efficiency: Array  # engineering competence as it is now
    overhead: Array  # USD/yr
    alive: Array  # 1 for those that live
    plans: tuple[Plan, ...]
    catalogue: Catalogue
    product_revenue: Array  # USD/month [product]; what users of open products spend on their machines
    product_use: Array  # share of workloads [product]
    panel: Panel
    considering: float  # share of workloads
    using: float  # share of workloads with a product of a provider
    addressable: float  # USD/month
    considered: float  # USD/month, budgets of those who consider
    surplus: float  # USD/month, consumer surplus over using nothing
    trend: float  # nat/month, rise of the frontier over the last two years
    price_status: str  # of the price equilibrium; empty without products
    deviation_gain: float  # largest relative gain of a firm that deviates in price
    theta: float  # reward for a bigger training run at the leader
    switched: float  # share of workloads with a provider that moved to another this month
    leader_tenure: float  # months for which the largest provider has led; NaN without sales
    multi_homing: float  # share of using firms with more than one provider
    algorithms: float  # x, compute that algorithms save over those of the first month
    progress_rate: float  # nat/yr, rise of its log over the last year
    automated: float  # share of research work that models do
    runaway: bool  # whether growth has left what economics can follow
    compute_premium: float  # price of compute over its trend
    footprint: Footprint  # of the industry's compute
    beyond: bool  # whether the footprint exceeds a stated cap
    self_financed: float  # share of the year's training outlay covered by gross profit
    paid_back: float  # share of replaced models that covered their cost
    payback_time: float  # month, median over the models that have paid back
    money: Money
    rules: Rules  # in force
    homes: NDArray[np.intp]  # each provider's government
    trade: Array  # USD/month [seller's, buyer's government], customers' outlay of the last month
    public_outlay: Array  # USD/month [government], paid to or for providers
    public_year: Array  # USD [government], paid to or for providers in the last twelve months
    rivalry: Rivalry
    premium: float  # share of the providers' revenue that comes from higher prices at renewal
    oversight: Oversight
    trust: Trust
    access: Access


class Published(Facts):
    """State of the market at one moment, and what follows from it."""

    @property
    def known(self) -> Known:
        """The columns of providers together."""
        return Known(*[getattr(self, column) for column in Known._fields])

    @cached_property
    def frontier(self) -> float:
        """Highest capability on sale, nat; NaN if nothing is."""
        return float(np.fmax.reduce(self.capability, initial=np.nan))

    @property
    def fight_chance(self) -> float:
        """Chance of a seller to be fought, from 0 to 1: what those who think of entry count."""
        return self.rivalry.fight_chance

    @cached_property
    def lerner(self) -> Array:
        """Lerner index (p - c)/p, NaN without a product."""
        return 1 - self.unit_cost / self.price

    def reaches(self, provider: int) -> NDArray[np.bool_] | None:
        """Whether a provider may sell to each type of market research, [type]; None: to all."""
        if self.rules.reach is None:
            return None
        return self.rules.reach[self.homes[provider]][self.panel.homes]
