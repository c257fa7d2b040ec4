"""Everything that the measured rows say about the worth of fine-tuning, for report and scenario layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml_core.base_law import CURVATURE, BaseLaw, floors, free_exponents
from ml_core.bridge import CAP, LARGEST_SHARE, compute_gain
from ml_core.config import Array
from ml_core.gains import Gains, gains
from ml_core.law import ValueLaw, domain_levels, fit_value_law
from ml_core.measure import BASE
from ml_core.noise import Noise, seed_noise
from ml_core.rows import Row
from ml_core.uncertainty import (
    Interval,
    LeftOut,
    bootstrap,
    fit_quality,
    interval,
    law_intervals,
    left_out_errors,
)

DRAWS = 200  # of the bootstrap


@dataclass(frozen=True)
class Fit:
    """A fitted value law with its draws and intervals."""

    rows: Gains
    law: ValueLaw
    draws: list[ValueLaw]
    intervals: dict[str, Interval]
    quality: float  # R squared
    levels: dict[str, float]  # of each domain
    noise: Noise  # between like customers


@dataclass(frozen=True)
class Parity:
    """Mean gain of a way of adapting over that of full tuning, at one data size."""

    tokens: int
    variant: str
    ratio: float
    interval: Interval


@dataclass(frozen=True)
class Findings:
    """What was found."""

    run: Row
    gain: Fit  # in bit/byte
    share: Fit  # in shares of the reducible loss
    bases: dict[str, BaseLaw]
    free: BaseLaw  # of the base corpus, exponents fitted too
    parity: list[Parity]
    left_out: list[LeftOut]
    compute_gains: dict[str, float]  # way of adapting -> median compute-equivalent gain, nats, most data
    capped: dict[str, float]  # way of adapting -> share of rows at the cap, most data
    plateau: float  # share of tunings that ended at a plateau
    edge: dict[
        str, float
    ]  # way of adapting -> share of tunings whose learning rate was the lowest or highest tried


def find(rows: Sequence[Row], draws: int = DRAWS) -> Findings:
    """Fit, test and summarise measured rows."""
    in_bits, in_shares = gains(rows), gains(rows, share=True)
    tuned = [row for row in rows if row["kind"] == "gain"]
    most = in_shares.tokens == in_shares.tokens.max()
    worth = compute_gain(np.minimum(in_shares.gain, LARGEST_SHARE), CURVATURE)
    variants = [str(name) for name in np.unique(in_bits.variant)]
    return Findings(
        run=next(row for row in rows if row["kind"] == "run"),
        gain=_fit(in_bits, draws),
        share=_fit(in_shares, draws),
        bases=floors(rows),
        free=free_exponents(rows, BASE),
        parity=parity(in_bits),
        left_out=left_out_errors(in_bits),
        compute_gains={v: float(np.median(worth[most & (in_shares.variant == v)])) for v in variants},
        capped={v: float((worth[most & (in_shares.variant == v)] >= CAP).mean()) for v in variants},
        plateau=float(np.mean([row["plateau"] for row in tuned])),
        edge={v: float(np.mean([row["edge"] for row in tuned if row["mode"] == v])) for v in variants},
    )


def _fit(rows: Gains, draws: int) -> Fit:
    law = fit_value_law(rows)
    drawn = bootstrap(rows, law, draws)
    clusters = len(np.unique(rows.domain))
    intervals = law_intervals(law, drawn, clusters)
    levels = domain_levels(law, rows)
    return Fit(rows, law, drawn, intervals, fit_quality(rows, law), levels, seed_noise(rows, law))


def parity(rows: Gains, draws: int = 500) -> list[Parity]:
    """Ratio of mean gains to full tuning by data size, where the way was tried; intervals over domains.

    No law is needed for this. Every domain counts alike: its gains are taken in units of what full
    tuning gains there with the most data.
    """
    most = rows.tokens == rows.tokens.max()
    found = []
    for tokens in np.unique(rows.tokens):
        for variant in sorted(set(rows.variant[rows.mode != "full"])):
            known = np.isin(rows.size, np.unique(rows.size[rows.variant == variant]))
            full = _by_domain(rows, known & (rows.mode == "full") & (rows.tokens == tokens))
            own = _by_domain(rows, known & (rows.variant == variant) & (rows.tokens == tokens))
            unit = _by_domain(rows, known & (rows.mode == "full") & most)
            found.append(Parity(int(tokens), str(variant), *_ratio(own / unit, full / unit, draws)))
    return found


def _by_domain(rows: Gains, chosen: Array) -> Array:
    """Mean gain of each domain over some rows, [domains]."""
    return np.array([rows.gain[chosen & (rows.domain == name)].mean() for name in np.unique(rows.domain)])


def _ratio(own: Array, full: Array, draws: int) -> tuple[float, Interval]:
    """Sum over domains of own over that of full gains [domains], and its bootstrap interval."""
    picks = np.random.default_rng(5).integers(0, len(own), (draws, len(own)))
    value = float(own.sum() / full.sum())
    return value, interval(value, own[picks].sum(1) / full[picks].sum(1), len(own))
