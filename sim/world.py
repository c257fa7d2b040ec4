"""Builds and holds the state of a run; it has no behaviour."""

from collections import deque
from collections.abc import Iterable

import mesa
import numpy as np
from numpy.typing import NDArray

from sim import columns, streams, tiers
from sim.agents.appraisal import Appraisal
from sim.agents.auditors import Auditors
from sim.agents.customers import CustomerSegment
from sim.agents.entrants import potential_entrants
from sim.agents.fighting import War
from sim.agents.government import Government
from sim.agents.prospects import MarketAhead
from sim.agents.provider import BaseModel, Books, Provider
from sim.config import Config
from sim.config.actors import FirstModel
from sim.config.actors import Provider as ProviderConfig
from sim.economics import scaling
from sim.economics.choice import Nests
from sim.economics.compute import Footprint
from sim.economics.game import Firms, PriceGame
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.search import Candidate
from sim.economics.trust import worth
from sim.economics.utility import Goods
from sim.events import NO_CAUSE, Event, Veto
from sim.ledger import Ledger
from sim.networks import matrix, peers
from sim.published import Catalogue, Plan, Published
from sim.recorder import Recorder
from sim.rules import LAISSEZ_FAIRE
from sim.safety import FRINGE, Access, Audits, Oversight, Trust

NUMBERS, AMOUNTS = np.empty(0, dtype=np.intp), np.empty(0)
EMPTY_CATALOGUE = Catalogue(
    NUMBERS, NUMBERS, NUMBERS, NUMBERS, np.empty(0, dtype=bool), (), (),
    Goods(AMOUNTS, NUMBERS, AMOUNTS, AMOUNTS, AMOUNTS), tiers.Making(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS),
    Nests(NUMBERS, AMOUNTS), Firms(NUMBERS, np.empty((0, 0))),
    AMOUNTS, AMOUNTS, AMOUNTS, {},
)  # fmt: skip

Latest = tuple[BaseModel | None, int | None]  # a provider's best model and the payback of its latest
Paybacks = tuple[
    list[bool], list[int]
]  # whether replaced models paid back, months that it took those that did


class World(mesa.Model):
    """All that exists: agents, columns, plans, book and records, and the month."""

    published: Published
    ahead: MarketAhead  # what everybody expects who has seen `published`

    def __init__(self, config: Config, months: int, seed: int, replication: int) -> None:
        super().__init__(rng=streams.key(seed, replication, "mesa") % 2**32)
        self.config = config
        self.months = months
        self.seed = seed
        self.replication = replication
        self.month = 0
        keys = columns.segment_keys(config)
        self._bring_actors(keys)
        self._begin_policy()
        self._begin_technology()
        self._begin_money()
        self._begin_rivalry()
        self._begin_demand()
        self._begin_oversight(keys)
        self.vetoes: tuple[Veto, ...] = ()  # what may not happen in this run
        self.ledger = Ledger()
        self.events: list[Event] = []
        self.recorder = Recorder(self.names, tuple(self.places))
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # Mesa's count of agents would keep every world alive
        self._begin_use()

    def _bring_actors(self, keys: list[columns.SegmentKey]) -> None:
        config, luck = self.config, (self.seed, self.replication)
        self.governments = [Government(self, g, i) for i, g in enumerate(config.governments)]
        self.workloads, rows = columns.build(config, *luck)
        self.tiers = tiers.tiers(config)
        self.making = tiers.making(config, self.tiers)
        self.segments = [CustomerSegment(self, k, r) for k, r in zip(keys, rows, strict=True)]
        self.segment_names = tuple(segment.name for segment in self.segments)
        self.entrants = potential_entrants(config, *luck)
        self.providers = [Provider(self, p, i) for i, p in enumerate(config.providers)]
        for i, entrant in enumerate(self.entrants, len(self.providers)):
            self.providers.append(Provider(self, entrant.provider, i, sleeps=True))
        for provider in self.providers:
            provider.round_phase = self.uniform("round phase", provider.name)
            provider.tiers = self.tiers.numbers(provider.config.tiers)
        self.names = tuple(provider.name for provider in self.providers)
        self.ownership = tuple(provider.config.ownership for provider in self.providers)
        self.hold = tiers.hold(config, self.tiers.lock_in, len(self.providers))
        self.places = {government.name: i for i, government in enumerate(self.governments)}
        self.homes = self._places_of(p.config.jurisdiction for p in self.providers)  # [provider]
        self.segment_homes = self._places_of(key.jurisdiction for key in keys)  # [segment]

    def _begin_policy(self) -> None:
        self.rules = LAISSEZ_FAIRE  # in force this month
        self.policy_events: dict[str, int] = {}  # measure -> event of its beginning
        self.public_outlay = np.zeros(len(self.places))  # USD/month [government], paid to or for providers
        self.public_year: deque[Array] = deque(maxlen=int(MONTHS))  # the same of earlier months
        self.public_so_far = np.zeros(len(self.places))  # USD [government], of the last twelve months
        self.backstopped: dict[str, float] = {}  # USD that the treasury has paid for a champion
        self.trade = np.zeros((len(self.places), len(self.places)))  # USD/month [seller's, buyer's]

    def _begin_technology(self) -> None:
        self.plans: tuple[Plan, ...] = ()
        self.weighed: dict[int, Appraisal] = {}  # what providers expect of their runs this month, if weighed
        self.frontier: list[float] = []  # nat, highest capability on sale by month
        self.reached = float("nan")  # nat, highest capability that was ever on sale
        self.algorithms: list[float] = []  # log of A by month
        self.outlays: list[float] = []  # USD/month, development outlay of the industry by month
        self.automated = 0.0  # share of research work
        self.runaway = False
        self.menu: tuple[BaseModel | None, Array] = (None, AMOUNTS)  # best model on sale, worth of its tiers
        self.reward: tuple[BaseModel | None, float] = (None, float("nan"))  # best model on sale, its theta
        self.compute_premium = 1.0  # price of compute over its trend
        self.footprint = Footprint()  # of the industry's compute in the last full month
        self.passed: set[str] = set()  # physical caps that have been passed
        self.beyond = False  # whether the footprint exceeds one
        self.flop_per_usd = self.config.technology.flop_per_usd  # FLOP/USD, of this month
        self.log_frontier_flop: list[float] = []  # of FLOP, physical compute of the frontier by month

    def _begin_money(self) -> None:
        self.flows = np.zeros((len(Books._fields), len(self.providers)))  # USD/month, the rows of `books`
        self.books = Books(*self.flows)
        self.accounts = np.zeros((self.months, 4, len(self.providers)))  # USD/month, `accounts_are_closed`
        self.year_so_far = np.zeros((4, len(self.providers)))  # USD, the same over the last twelve months
        self.sales: list[float] = []  # USD/month, revenue of the market by month
        self.growth = 0.0  # nat/month, growth of these sales as seen
        self.successes = 0  # models trained in the run that have earned their cost
        self.lineup: list[Latest | None] = [None] * len(self.providers)  # of those who have vintages
        self.paybacks: list[Paybacks] = [([], [])] * len(self.providers)  # see `accounts_are_closed`
        self.self_financed = self.paid_back = self.payback_time = float("nan")

    def _begin_rivalry(self) -> None:
        config, luck = self.config, (self.seed, self.replication)
        self.arrivals = dict.fromkeys((kind.name for kind in config.entrants), 0.0)  # expected so far
        self.fringe = config.fringe.at_start  # organisations
        self.fringe_quality = float("nan")  # nat, their average
        self.fringe_draws = [
            streams.generator(*luck, "fringe", "organisations", month) for month in range(self.months)
        ]
        self.leader: int | None = None  # index of the provider with the largest revenue
        self.leader_tenure = float("nan")  # months for which it has led
        self.wars: tuple[War, ...] = ()
        self.fight_chance = 0.0
        self.peace: tuple[PriceGame, Candidate] | None = None  # prices without wars, if researched

    def _begin_demand(self) -> None:
        self.respondents = columns.respondents(self.workloads, self.segment_homes)
        self.tastes = columns.brand_tastes(
            self.config, self.workloads, self.lines, self.seed, self.replication
        )
        self.price_status = ""
        self.deviation_gain = 0.0
        self.surplus = 0.0  # USD/month
        self.catalogue = EMPTY_CATALOGUE
        self.deciding = NUMBERS  # rows of the workloads that choose this month
        self.product_revenue = np.empty(0)  # USD/month [product]
        self.premium = float("nan")  # share of the providers' revenue that comes from hold-up
        self.multi_homing = float("nan")  # share of firms with a provider that have several
        self.switched = 0.0  # share of workloads with a provider that moved to another this month

    def _begin_oversight(self, keys: list[columns.SegmentKey]) -> None:
        config = self.config
        self.auditors = Auditors(common=self.normal("common hazard at the start", "industry"))
        self.peers = matrix(peers(keys, config.trust.peer_domain_share), [key.name for key in keys])
        self.fields = columns.fields(config, self.workloads, keys)
        self.trust = np.full((len(keys), len(self.lines)), config.demand.trust)  # [segment, line]
        self.reliance = worth(self.fields.correctness, self.trust)  # util, worth of trust [segment, line]
        self.eagerness = np.ones(len(keys))  # factor of trust on the hazard of adoption [segment]
        self.segment_use = np.empty((len(keys), 0))  # share of a segment's workloads [segment, product]
        self.struck = np.zeros(len(self.lines))  # by common failures of this month, 0 to 1 [line]
        self.audits: Audits | None = None  # of the last month
        self.oversight, self.access = Oversight(), Access()
        self.trusted = Trust(np.full(len(self.lines), config.demand.trust))

    def _begin_use(self) -> None:
        """First models are out, and some workloads use them."""
        config, work = self.config, self.workloads
        for provider, start in zip(self.providers, config.providers, strict=False):
            if start.first_model:
                provider.release(_first_model(self, start, start.first_model))
        work.product[:] = columns.first_products(config, work.considering, self.uniforms("first users"))
        self.users = work.users(len(self.providers) * len(config.tiers))  # [code], from OPEN on
        uses = work.product != columns.NOBODY
        self.using = np.bincount(work.segment, uses).astype(np.float64)  # of workloads [segment]

    def tell(self, kind: str, who: str, text: str, amount: float, because: int = NO_CAUSE) -> int:
        """Note an event of this month and what brought it about; its number."""
        number = len(self.events)
        self.events.append(Event(number, self.month, kind, who, text, amount, because))
        return number

    def provider(self, name: str) -> Provider:
        """The provider of a name. Raises KeyError without one."""
        return {provider.name: provider for provider in self.providers}[name]

    def allows(self, kind: str, who: str) -> bool:
        """Whether an act may happen: all may, but in a rerun without some event."""
        return not any(veto.forbids(kind, who, self.month) for veto in self.vetoes)

    @property
    def lines(self) -> list[str]:
        """Product lines for which customers have tastes: providers, the single machine, open weights."""
        return [*(provider.name for provider in self.providers), "single machine", "open weights"]

    @property
    def bases(self) -> tuple[str, ...]:
        """Who may have base models: providers, and the fringe of open models."""
        return (*(provider.name for provider in self.providers), FRINGE)

    @property
    def sellers(self) -> list[int]:
        """Indices of the providers that sell, in the order of their names."""
        selling = [i for i, provider in enumerate(self.providers) if provider.model]
        return sorted(selling, key=lambda i: self.providers[i].name)

    def _places_of(self, names: Iterable[str]) -> NDArray[np.intp]:
        """Governments by name as their places among them."""
        return np.array([self.places[name] for name in names], dtype=np.intp)

    def uniform(self, component: str, name: str) -> float:
        """A number in (0, 1) for a component and a name in this month."""
        return streams.uniform(self.seed, self.replication, component, name, self.month)

    def normal(self, component: str, name: str) -> float:
        """A standard normal number for a component and a name in this month."""
        return streams.normal(self.seed, self.replication, component, name, self.month)

    def uniforms(self, component: str, rows: NDArray[np.intp] | None = None) -> NDArray[np.float64]:
        """One uniform number a workload, or each of some rows, for a component in this month."""
        ids = self.workloads.ids
        return streams.uniforms(self.stream(component), ids if rows is None else ids[rows])

    def stream(self, component: str) -> np.uint64:
        """The key of a component's draws in this month."""
        return np.uint64(streams.key(self.seed, self.replication, component, self.month))


def _first_model(world: World, provider: ProviderConfig, first: FirstModel) -> BaseModel:
    config = world.config
    flop = float(scaling.training_flop(first.params, first.tokens))
    loss = float(scaling.loss(config.scaling, first.params, first.tokens))
    reference = config.technology.reference_flop
    q = float(scaling.capability(config.scaling, loss, reference))
    return BaseModel(
        provider=provider.name,
        vintage=0,
        params=first.params,
        tokens=first.tokens,
        flop=flop,
        effective_flop=float(scaling.effective_flop(q, reference)),
        budget=provider.largest_budget,
        loss=loss,
        capability=q,
        release_month=0,
        hazard=world.auditors.latent_hazard(config.oversight, q, world.normal("hazard", provider.name)),
    )
