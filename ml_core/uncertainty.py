"""How far the value law can be trusted: intervals, errors on what was left out, noise between like customers."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from scipy.stats import t as student

from ml_core.config import Array
from ml_core.law import LOGGED, Gains, ValueLaw, fit_value_law

Interval = tuple[float, float]
COVERAGE = 0.9
FOLDS = 10  # in which cells are left out
FORMS = {"hill": False, "offset power": True}  # name of a form -> whether its tail is free


def bootstrap(rows: Gains, law: ValueLaw, draws: int, seed: int = 0) -> list[ValueLaw]:
    """The law refitted to domains drawn with replacement, and to rows drawn with replacement within each."""
    rng = np.random.default_rng([seed, 4])
    members = [np.flatnonzero(rows.domain == name) for name in np.unique(rows.domain)]
    samples = [
        np.concatenate(
            [rng.choice(members[i], len(members[i])) for i in rng.integers(0, len(members), len(members))]
        )
        for _ in range(draws)
    ]
    return [fit_value_law(rows.where(sample), start=law) for sample in samples]


def interval(value: float, draws: Array, clusters: int, logged: bool = False) -> Interval:
    """Percentile interval of `COVERAGE`, widened about the value as t is wider than normal for few clusters.

    draws [draws]; the widening is $t_{n-1} / z \\cdot \\sqrt{n/(n-1)}$ with n domains.
    """
    middle, spread = (np.log(value), np.log(draws)) if logged else (value, draws)
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(spread, [tail, 1 - tail])
    widen = _widening(clusters, 1 - tail)
    ends = middle + widen * (low - middle), middle + widen * (high - middle)
    bounds = np.exp(ends) if logged else ends
    return float(bounds[0]), float(bounds[1])


def _widening(clusters: int, quantile: float) -> float:
    if clusters < 2:
        return 1.0
    normal = student.ppf(quantile, 1e9)
    return float(student.ppf(quantile, clusters - 1) / normal * np.sqrt(clusters / (clusters - 1)))


def law_intervals(law: ValueLaw, draws: list[ValueLaw], clusters: int) -> dict[str, Interval]:
    """Interval of each constant of the law."""
    return {
        field.name: interval(
            getattr(law, field.name),
            np.array([getattr(d, field.name) for d in draws]),
            clusters,
            field.name in LOGGED,
        )
        for field in fields(law)
    }


def of(
    law: ValueLaw, draws: list[ValueLaw], clusters: int, figure: Callable[[ValueLaw], float]
) -> tuple[float, Interval]:
    """A positive figure computed from the law, and its interval."""
    return figure(law), interval(figure(law), np.array([figure(d) for d in draws]), clusters, logged=True)


@dataclass(frozen=True)
class LeftOut:
    """Mean absolute error on rows that the fit did not see, as a share of the mean gain."""

    form: str
    kind: str  # what was left out: cell, size or domain
    error: float


def left_out_errors(rows: Gains) -> list[LeftOut]:
    """Errors of both forms where cells (in ten folds), sizes or domains are left out."""
    cells = np.array(
        ["/".join(parts) for parts in zip(rows.domain, rows.size, rows.tokens.astype(str), rows.variant)]
    )
    folds = np.unique(cells, return_inverse=True)[1] % FOLDS
    groups = {"cell": folds, "size": rows.size, "domain": rows.domain}
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
        law = fit_value_law(rows.where(~out), free_tail, start=whole)
        errors[out] = np.abs(rows.gain[out] - law.predict(rows.where(out)))
    return float(errors.mean() / np.abs(rows.gain).mean())


def fit_quality(rows: Gains, law: ValueLaw) -> float:
    """R squared of the measured gains."""
    left = rows.gain - law.predict(rows)
    return float(1 - left.var() / rows.gain.var())


def seed_noise(rows: Gains, law: ValueLaw) -> dict[int, tuple[float, float]]:
    """By customer's tokens: standard deviation between like customers, in the gain's unit and relative to the law.

    Pooled over cells of equal domain, size, tokens and way of adapting; empty with one seed a cell.
    """
    expected = law.predict(rows)
    noise = {}
    for tokens in np.unique(rows.tokens):
        at = rows.tokens == tokens
        cells = np.array(["/".join(parts) for parts in zip(rows.domain[at], rows.size[at], rows.variant[at])])
        within = [np.flatnonzero(at)[cells == cell] for cell in np.unique(cells)]
        pairs = [cell for cell in within if len(cell) > 1]
        if pairs:
            level = np.mean([rows.gain[cell].var(ddof=1) for cell in pairs])
            relative = np.mean([(rows.gain[cell] / expected[cell]).var(ddof=1) for cell in pairs])
            noise[int(tokens)] = float(np.sqrt(level)), float(np.sqrt(relative))
    return noise


def noise_law(noise: dict[int, tuple[float, float]], half_data: float) -> tuple[float, float]:
    r"""Relative noise $\sigma(D) = \sigma_0 (D/D_0)^{-h}$: (sigma_0, h), by least squares in logarithms."""
    tokens = np.array(list(noise), float)
    relative = np.array([pair[1] for pair in noise.values()])
    if len(tokens) < 2:
        return float(relative.mean()), 0.0
    slope, level = np.polyfit(np.log(tokens / half_data), np.log(relative), 1)
    return float(np.exp(level)), float(-slope)
