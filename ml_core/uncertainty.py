"""How far the value law can be trusted: intervals, and errors on what the fit did not see."""

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import stdtrit

from ml_core.config import Array
from ml_core.gains import Gains
from ml_core.law import LOGGED, SHAPE, ValueLaw, domain_levels, fit_value_law, level_points

Interval = tuple[float, float]
COVERAGE = 0.9
FOLDS = 10  # in which cells are left out
FORMS = {"hill": False, "offset power": True}  # name of a form -> whether its tail is free
MANY = 1e9  # clusters that make t as narrow as normal


def bootstrap(rows: Gains, law: ValueLaw, draws: int, seed: int = 0) -> list[ValueLaw]:
    """The law refitted to domains drawn with replacement, and to rows drawn with replacement within each.

    How levels follow gaps is a line through few domains: it is drawn from its own t distribution.
    """
    rng = np.random.default_rng([seed, 4])
    members = [np.flatnonzero(rows.domain == name) for name in np.unique(rows.domain)]
    drawn = []
    for line in _drawn_lines(law, rows, draws, rng):
        picks = rng.integers(0, len(members), len(members))
        sample = np.concatenate([rng.choice(members[i], len(members[i])) for i in picks])
        level, slope, spread = map(float, line)
        again = fit_value_law(rows.where(sample), start=law)
        drawn.append(replace(again, level=level, gap=slope, spread=spread))
    return drawn


def _drawn_lines(law: ValueLaw, rows: Gains, draws: int, rng: np.random.Generator) -> Array:
    """Level, elasticity and spread about the fitted line of ln level in ln gap, [draws, 3]."""
    ln_gap, _ = level_points(law, rows)
    free = len(ln_gap) - 2
    if free < 1:
        return np.tile([law.level, law.gap, law.spread], (draws, 1))
    centred = ln_gap - ln_gap.mean()
    spread = law.spread * np.sqrt(free / rng.chisquare(free, draws))
    slope = law.gap + rng.standard_normal(draws) * spread / np.sqrt((centred**2).sum())
    middle = rng.standard_normal(draws) * spread / np.sqrt(len(ln_gap))
    level = law.level * np.exp(middle - (slope - law.gap) * ln_gap.mean())
    return np.stack([level, slope, spread], 1)


def interval(value: float, draws: Array, clusters: float = MANY, logged: bool = False) -> Interval:
    r"""Percentile interval of `COVERAGE`, widened about the value as t is wider than normal for few clusters.

    draws [draws]; the widening is $t_{n-1} / z \cdot \sqrt{n/(n-1)}$ with n clusters.
    """
    middle, spread = (np.log(value), np.log(draws)) if logged else (value, draws)
    tail = (1 - COVERAGE) / 2
    ends = middle + _widening(clusters, 1 - tail) * (np.quantile(spread, [tail, 1 - tail]) - middle)
    low, high = np.exp(ends) if logged else ends
    return float(low), float(high)


def _widening(clusters: float, quantile: float) -> float:
    if clusters < 2:
        return 1.0
    ratio = stdtrit(clusters - 1, quantile) / stdtrit(MANY, quantile)
    return float(ratio * np.sqrt(clusters / (clusters - 1)))


def law_intervals(law: ValueLaw, draws: list[ValueLaw], clusters: int) -> dict[str, Interval]:
    """Interval of each constant of the law."""
    return {
        field.name: interval(
            getattr(law, field.name),
            np.array([getattr(drawn, field.name) for drawn in draws]),
            clusters if field.name in SHAPE else MANY,
            field.name in LOGGED,
        )
        for field in fields(law)
    }


@dataclass(frozen=True)
class LeftOut:
    """Mean absolute error on rows that the fit did not see, as a share of the mean gain."""

    form: str
    kind: str  # what was left out: cell, data, size or domain
    error: float


def left_out_errors(rows: Gains) -> list[LeftOut]:
    """Errors of both forms where cells (in ten folds), data sizes, network sizes or domains are left out."""
    folds = numbered(rows.domain, rows.size, rows.tokens, rows.variant)[1] % FOLDS
    groups = {"cell": folds, "data": rows.tokens, "size": rows.size, "domain": rows.domain}
    return [
        LeftOut(form, kind, left_out_error(rows, group, free_tail))
        for form, free_tail in FORMS.items()
        for kind, group in groups.items()
        if len(np.unique(group)) > 1
    ]


def left_out_error(rows: Gains, group: Array, free_tail: bool = False) -> float:
    """Mean |measured - predicted| / mean |measured| with each group [rows] predicted from the others."""
    errors = np.empty(len(rows))
    whole = fit_value_law(rows, free_tail)
    for name in np.unique(group):
        out = group == name
        seen = rows.where(~out)
        law = fit_value_law(seen, free_tail, start=whole)
        errors[out] = np.abs(rows.gain[out] - law.predict_known(rows.where(out), domain_levels(law, seen)))
    return float(errors.mean() / np.abs(rows.gain).mean())


def fit_quality(rows: Gains, law: ValueLaw) -> float:
    """R squared of the measured gains with each domain's own level."""
    left = rows.gain - law.predict_known(rows, domain_levels(law, rows))
    return float(1 - left.var() / rows.gain.var())


def numbered(*columns: Array) -> tuple[int, Array]:
    """How many different rows these columns have, and the number of each row's kind [rows]."""
    texts = ["/".join(map(str, parts)) for parts in zip(*columns, strict=True)]
    kinds, number = np.unique(texts, return_inverse=True)
    return len(kinds), number
