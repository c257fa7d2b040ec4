"""The customers' workloads as one store of columns, sorted by segment."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim import streams
from sim.config import Config
from sim.economics import finetuning
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array, reducible_exponent
from sim.economics.utility import Traits

NOBODY = -1  # the product of a workload that uses none
LOCAL, OPEN = -2, -3  # products without a provider: a single machine, open weights


@dataclass
class Workloads:
    """One row a workload; the rows of a segment are a slice."""

    ids: NDArray[np.uint64]  # stable number of the workload
    firm: NDArray[np.uint64]  # stable number of its firm
    firm_place: NDArray[np.intp]  # place of its firm among all firms
    segment: NDArray[np.intp]  # index into the segments
    budget: Array  # USD/month at the prices of the first month
    base: Array  # util: intercept
    taste: Array  # util/nat
    depth: Array  # of context
    sensitivity: Array  # alpha
    gain: Array  # nat [workload, mode], compute-equivalent gain of tuning
    engineering: Array  # util
    privacy: Array  # util
    considering: NDArray[np.bool_]
    taken: Array  # util, what the host took at the last renewal by a higher price
    product: NDArray[np.intp]  # code of the product in use, or NOBODY, LOCAL, OPEN
    panel: NDArray[np.intp]  # rows that answer market research

    @cached_property
    def addressable(self) -> float:
        """What all could spend at the prices of the first month, USD/month."""
        return float(self.budget.sum())

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """First row of each segment."""
        return np.flatnonzero(np.diff(self.segment, prepend=-1))

    @property
    def considered(self) -> Array:
        """Budgets of those who consider at the prices of the first month, USD/month [segment]."""
        return np.asarray(np.add.reduceat(self.budget * self.considering, self.starts))

    def users(self, codes: int) -> NDArray[np.intp]:
        """Number of workloads by the code of the product in use, from OPEN to below `codes`, [code]."""
        return np.bincount(self.product - OPEN, minlength=codes - OPEN)

    @cached_property
    def traits(self) -> Array:
        """What all workloads want, the table of `Traits`, [workload, trait]."""
        columns = self.base, self.taste, self.depth, self.engineering, self.privacy, self.sensitivity
        return Traits(*columns, self.gain).table


@dataclass(frozen=True)
class Respondents:
    """Workloads that answer market research, one row a customer type."""

    segment: NDArray[np.intp]
    home: NDArray[np.intp]  # government
    rows: NDArray[np.intp]  # of `traits`: all
    traits: Array  # as those of all workloads
    base: Array  # util
    taste: Array  # util/nat
    sensitivity: Array  # alpha
    mean_taste: float  # util/nat


def respondents(work: Workloads, segment_homes: NDArray[np.intp]) -> Respondents:
    """What stays as it is of those who answer; government of each segment."""
    rows, segment = work.panel, work.segment[work.panel]
    taste = work.taste[rows]
    return Respondents(
        segment=segment,
        home=segment_homes[segment],
        rows=np.arange(len(rows)),
        traits=work.traits[rows],
        base=work.base[rows],
        taste=taste,
        sensitivity=work.sensitivity[rows],
        mean_taste=float(taste.mean()),
    )


@dataclass(frozen=True)
class SegmentKey:
    """A jurisdiction's customers in one domain."""

    jurisdiction: str
    domain: str
    spend_share: float  # of the addressable spend, sums to 1

    @property
    def name(self) -> str:
        """Stable name for random draws and tables."""
        return f"{self.jurisdiction}:{self.domain}"


@dataclass(frozen=True)
class Fields:
    """What the workloads of a segment have in common."""

    size: NDArray[np.intp]  # workloads [segment]
    weight: Array  # share of all workloads [segment]
    jurisdiction: NDArray[np.intp]  # index into the governments [segment]
    correctness: Array  # util, need for it [segment]
    depth: Array  # of context [segment]
    gain: Array  # nat [segment, mode], mean gain of tuning

    @cached_property
    def home_weight(self) -> Array:
        """Share of all workloads by jurisdiction."""
        return np.bincount(self.jurisdiction, self.weight).astype(np.float64)

    @cached_property
    def people(self) -> Array:
        """Shares of the world's workloads in the first row, of each jurisdiction's below, by segment."""
        home = np.equal.outer(np.arange(len(self.home_weight)), self.jurisdiction) * self.weight
        return np.vstack([self.weight, home / home.sum(axis=1, keepdims=True)])


def fields(config: Config, work: Workloads, keys: list[SegmentKey]) -> Fields:
    """What the segments' workloads have in common, segment by segment."""
    size = np.bincount(work.segment)
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    domains = {domain.name: domain for domain in config.domains}
    states = [government.name for government in config.governments]
    return Fields(
        size=size,
        weight=size / size.sum(),
        jurisdiction=np.array([states.index(key.jurisdiction) for key in keys], dtype=np.intp),
        correctness=np.array([domains[key.domain].correctness for key in keys]),
        depth=np.array([domains[key.domain].depth for key in keys]),
        gain=np.add.reduceat(work.gain, starts, axis=0) / size[:, None],
    )


def segment_keys(config: Config) -> list[SegmentKey]:
    """All segments, jurisdiction by jurisdiction; spend shares are normalised."""
    pairs = [(g, d) for g in config.governments for d in config.domains]
    total = sum(g.spend_share * d.spend_share for g, d in pairs)
    return [SegmentKey(g.name, d.name, g.spend_share * d.spend_share / total) for g, d in pairs]


def build(config: Config, seed: int, replication: int) -> tuple[Workloads, list[slice]]:
    """The population of a run and the rows of each segment."""
    keys = segment_keys(config)
    least = config.pricing.panel_per_segment
    sizes = [max(least, round(config.demand.workloads * key.spend_share)) for key in keys]
    ends = np.cumsum(sizes)
    slices = [slice(int(end - size), int(end)) for end, size in zip(ends, sizes, strict=True)]
    blocks = [
        _drawn(size, streams.generator(seed, replication, "population", key.name, 0))
        for key, size in zip(keys, sizes, strict=True)
    ]
    drawn = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    luck = {
        domain.name: streams.generator(seed, replication, "tuning", domain.name, 0).standard_normal()
        for domain in config.domains
    }
    gap = {domain.name: domain.specificity for domain in config.domains}

    def spread(of_domain: dict[str, float]) -> Array:
        return np.repeat([of_domain[key.domain] for key in keys], sizes)

    columns = _wanted(config, keys, slices, drawn)
    return (
        Workloads(
            gain=_gains(config, spread(gap), drawn["data"], drawn["luck"], spread(luck)),
            segment=np.repeat(np.arange(len(keys)), sizes),
            firm_place=np.cumsum(np.diff(columns["firm"], prepend=columns["firm"][:1]) != 0),
            taken=np.zeros(int(ends[-1])),
            product=np.full(int(ends[-1]), NOBODY, dtype=np.intp),
            panel=np.concatenate([np.arange(rows.start, rows.start + least) for rows in slices]),
            **columns,
        ),
        slices,
    )


def _drawn(size: int, draw: np.random.Generator) -> dict[str, Array]:
    """What is drawn for the workloads of a segment: standard normal, uniform and standard exponential."""
    return {
        "budget": draw.standard_normal(size),
        "taste": draw.standard_normal(size),
        "sensitivity": draw.standard_normal(size),
        "considering": draw.random(size),
        "data": draw.standard_normal(size),
        "luck": draw.standard_normal(size),
        "engineering": draw.standard_exponential(size),
        "privacy": draw.standard_exponential(size),
    }


def _wanted(
    config: Config, keys: list[SegmentKey], rows: list[slice], drawn: dict[str, Array]
) -> dict[str, np.ndarray]:
    """Columns of what workloads are and want.

    Factors have mean one, and budgets add up to the segment's spend.
    """
    demand, sizes = config.demand, [one.stop - one.start for one in rows]
    deep = {domain.name: domain.depth for domain in config.domains}
    depth = np.repeat([deep[key.domain] for key in keys], sizes)
    spread = _lognormal(drawn["budget"], demand.budget_spread)
    monthly = np.repeat([demand.addressable_spend * key.spend_share / MONTHS for key in keys], sizes)
    liking = _lognormal(drawn["taste"], demand.capability_taste_spread)
    start = np.repeat([np.uint64(streams.key("workload", key.name)) for key in keys], sizes)
    place = np.concatenate([np.arange(size, dtype=np.uint64) for size in sizes])
    return {
        "ids": start + place,
        "firm": start + np.floor(place / demand.workloads_per_firm).astype(np.uint64),
        "budget": monthly * spread / np.repeat([spread[one].sum() for one in rows], sizes),
        "base": np.full(len(place), demand.intercept),
        "taste": depth * demand.capability_taste * liking,
        "depth": depth,
        "sensitivity": demand.price_sensitivity
        * _lognormal(drawn["sensitivity"], demand.price_sensitivity_spread),
        "considering": drawn["considering"] < config.adoption.considering_at_start,
        "engineering": demand.engineering_cost * drawn["engineering"],
        "privacy": demand.privacy * drawn["privacy"],
    }


def _gains(config: Config, gap: Array, spread: Array, luck: Array, domain_luck: Array) -> Array:
    """What each way of tuning would bring each workload, nat [workload, mode].

    `gap` is the specificity of its domain, `spread` and the lucks are standard normal. Luck is one for all
    ways: that of the domain, which all jurisdictions share, and the workload's own.
    """
    law, demand = config.finetuning, config.demand
    data = demand.own_data * np.exp(demand.own_data_spread * spread)
    kind, own = np.exp(law.domain_spread * domain_luck), finetuning.luck_factor(law, data, luck)
    exponent = reducible_exponent(config.scaling)

    def gain(mode: str) -> Array:
        share = np.minimum(finetuning.removed_share(law, mode, data, gap) * kind, finetuning.LARGEST_SHARE)
        return finetuning.compute_gain(law, finetuning.realised_share(share, own), exponent)

    return np.column_stack([gain(mode) for mode in finetuning.MODES])


def brand_tastes(config: Config, work: Workloads, names: list[str], seed: int, replication: int) -> Array:
    """Persistent tastes for product lines, util [workload, line]; partly common to a firm's workloads."""
    common = config.demand.firm_taste_share

    firms = work.firm[np.flatnonzero(np.diff(work.firm_place, prepend=-1))]  # one row a firm

    def line(name: str) -> Array:
        own = ndtri(streams.uniforms(streams.key(seed, replication, "taste", name), work.ids))
        firm = ndtri(streams.uniforms(streams.key(seed, replication, "firm taste", name), firms))
        return (np.sqrt(common) * firm)[work.firm_place] + np.sqrt(1 - common) * own

    return np.column_stack([config.demand.taste_spread * line(name) for name in names])


def first_products(config: Config, considering: NDArray[np.bool_], luck: Array) -> NDArray[np.intp]:
    """Product that each workload uses when the run begins, or NOBODY, [workload].

    Of those who consider mega models each first model has its stated share, in the provider's first plain
    tier; luck: a uniform number a workload.
    """
    first = [(i, p) for i, p in enumerate(config.providers) if p.first_model]
    shares = np.cumsum([p.first_model.users for _, p in first if p.first_model])
    codes = [i * len(config.tiers) + _plain_tier(config, p.tiers) for i, p in first]
    place = np.searchsorted(shares, luck, side="right")
    return np.where(considering, np.append(np.array(codes, dtype=np.intp), NOBODY)[place], NOBODY)


def _plain_tier(config: Config, sold: tuple[str, ...]) -> int:
    """The first tier that is sold without tuning on the flagship, else the first that is sold."""
    own = [t for t, tier in enumerate(config.tiers) if tier.name in sold]
    plain = [t for t in own if config.tiers[t].tuning == "none" and config.tiers[t].model == "flagship"]
    return (plain or own)[0]


def _lognormal(drawn: Array, spread: float) -> Array:
    """Log-normal factors of mean one from standard normal numbers."""
    return np.exp(spread * drawn - spread**2 / 2)
