"""The customers' workloads as one store of columns, sorted by segment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import streams
from sim.config import Config
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array

NOBODY = -1  # a workload without a provider


@dataclass
class Workloads:
    """One row a workload; `rows` of a segment are a slice."""

    ids: NDArray[np.uint64]  # stable number of the workload
    segment: NDArray[np.intp]  # index into the segments
    budget: Array  # USD/month at the prices of the first month
    base: Array  # util: intercept and need for correctness at the trust of the first month
    taste: Array  # util/nat
    sensitivity: Array  # alpha
    considering: NDArray[np.bool_]
    provider: NDArray[np.intp]  # index into the providers, or NOBODY
    panel: NDArray[np.intp]  # rows that answer market research


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
        _segment(config, key, size, streams.generator(seed, replication, "population", key.name, 0))
        for key, size in zip(keys, sizes, strict=True)
    ]
    ids = [np.uint64(streams.key("workload", key.name)) for key in keys]
    count = np.concatenate([np.arange(size, dtype=np.uint64) for size in sizes])
    starts = np.repeat(np.array(ids, dtype=np.uint64), sizes)
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return (
        Workloads(
            ids=starts + count,
            segment=np.repeat(np.arange(len(keys)), sizes),
            provider=np.full(int(ends[-1]), NOBODY, dtype=np.intp),
            panel=np.concatenate([np.arange(rows.start, rows.start + least) for rows in slices]),
            **columns,
        ),
        slices,
    )


def _segment(config: Config, key: SegmentKey, size: int, draw: np.random.Generator) -> dict[str, np.ndarray]:
    """Columns of one segment; factors have mean one, and budgets add up to the segment's spend."""
    demand = config.demand
    domain = next(d for d in config.domains if d.name == key.domain)
    spread = _lognormal(draw, demand.budget_spread, size)
    monthly = demand.addressable_spend * key.spend_share / MONTHS
    return {
        "budget": monthly * spread / spread.sum(),
        "base": np.full(size, demand.intercept + domain.correctness * np.log(demand.trust)),
        "taste": domain.depth
        * demand.capability_taste
        * _lognormal(draw, demand.capability_taste_spread, size),
        "sensitivity": demand.price_sensitivity * _lognormal(draw, demand.price_sensitivity_spread, size),
        "considering": draw.random(size) < config.adoption.considering_at_start,
    }


def _lognormal(draw: np.random.Generator, spread: float, size: int) -> Array:
    """Log-normal factors of mean one."""
    return np.exp(spread * draw.standard_normal(size) - spread**2 / 2)
