r"""The value law of fine-tuning and its fit to measured rows.

Symbols: $\Delta$ what is gained (bit/byte, or share of reducible loss), i domain, m way of adapting,
D tokens of the customer, gap how much dearer the domain is to the untuned networks (bit/byte),
N parameters, $\kappa$ share of blocks tuned.

$$\Delta = a_i (N/10^5)^\nu\, s_m\, F(D / (D_0 e^{c\kappa})),\quad
\ln a_i = \ln g_0 + \gamma \ln gap_i + u_i$$

with $s$ = 1 for full tuning, $s_{ext}$ for external blocks, and $s_{head} + (s_{blocks} - s_{head}) \kappa^p$
for the last blocks (head: $\kappa$ = 0). F is $x/(1+x)$ (Hill) or $1 - (1+x)^{-q}$ (offset power; q = 1
is Hill). What domains share is fitted with a level of its own for each domain; how levels follow gaps, after.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from ml_core.config import Array
from ml_core.gains import Gains

PARAMETERS = 1e5  # unit of N in the law
LEVEL_NOISE, RELATIVE_NOISE = 0.03, 0.06  # a row's weight: noise of 0.03 (its unit) and of 6% of the gain
SHAPE = ("size", "head", "external", "blocks", "depth", "half_data", "data_by_depth", "tail")
LOGGED = ("level", "head", "external", "blocks", "depth", "half_data", "tail")  # fitted as logarithms
SMALLEST_LEVEL = 1e-6  # of a domain where tuning gains nothing


@dataclass(frozen=True)
class ValueLaw:
    """Constants of the law."""

    level: float  # g0: unit of the gain at gap 1 bit/byte, full tuning, unlimited data
    gap: float  # gamma, elasticity in the gap
    spread: float  # standard deviation of u, between domains of equal gap
    size: float  # nu, elasticity in parameters
    head: float  # s_head
    external: float  # s_ext
    blocks: float  # s_blocks
    depth: float  # p
    half_data: float  # D0, tokens
    data_by_depth: float  # c
    tail: float = 1.0  # q; 1: Hill

    def tier_factor(self, mode: Array, tuned_share: Array) -> Array:
        """s_m: value of a way of adapting at unlimited data, full tuning = 1."""
        last = self.head + (self.blocks - self.head) * tuned_share**self.depth
        return np.select(
            [mode == "full", mode == "external", mode == "head"], [1.0, self.external, self.head], last
        )

    def saturation(self, tokens: Array, tuned_share: Array) -> Array:
        """F: share of the value at unlimited data that D tokens give."""
        ratio = tokens / (self.half_data * np.exp(self.data_by_depth * tuned_share))
        return 1 - (1 + ratio) ** -self.tail

    def shape(self, rows: Gains) -> Array:
        """Gain of each row in units of its domain's level, [rows]."""
        scale = (rows.parameters / PARAMETERS) ** self.size
        return (
            scale
            * self.tier_factor(rows.mode, rows.tuned_share)
            * self.saturation(rows.tokens, rows.tuned_share)
        )

    def predict(self, rows: Gains) -> Array:
        """Expected gain of each row in a domain of which only the gap is known, [rows]."""
        return self.level * rows.gap**self.gap * self.shape(rows)

    def predict_known(self, rows: Gains, levels: Mapping[str, float]) -> Array:
        """Expected gain of each row, with the domain's own level where that is known, [rows]."""
        own = [levels.get(str(name), np.nan) for name in rows.domain]
        return np.where(np.isnan(own), self.predict(rows), np.array(own) * self.shape(rows))


START = ValueLaw(
    level=0.6,
    gap=0.7,
    spread=0.0,
    size=0.0,
    head=0.7,
    external=0.8,
    blocks=0.95,
    depth=0.6,
    half_data=5e3,
    data_by_depth=0.3,
)


def fit_value_law(rows: Gains, free_tail: bool = False, start: ValueLaw | None = None) -> ValueLaw:
    """Fit what domains share, then how their levels follow their gaps.

    Weighted least squares; what the rows do not vary (one size, one share) stays at its start. Weights
    follow the gain expected by `start`, or by a first fit where none is given: weighing by the measured
    gain would favour rows that came out low.
    """
    if start is None:
        start = _fit_shape(rows, START, free_tail, np.full(len(rows), np.abs(rows.gain).mean()))
    expected = start.predict_known(rows, domain_levels(start, rows, np.ones(len(rows))))
    law = _fit_shape(rows, start, free_tail, expected)
    return follow_gaps(law, *level_points(law, rows))


def _noise(expected: Array) -> Array:
    """Standard deviation that a row is weighed by, [rows]."""
    return np.hypot(LEVEL_NOISE, RELATIVE_NOISE * expected)


def _fit_shape(rows: Gains, start: ValueLaw, free_tail: bool, expected: Array) -> ValueLaw:
    """Least squares in the constants that all domains share, each domain's level following from them."""
    free, noise = _identified(rows, free_tail), _noise(expected)
    _, domain = np.unique(rows.domain, return_inverse=True)

    def law(theta: Array) -> ValueLaw:
        values = [
            float(np.exp(v)) if name in LOGGED else float(v) for name, v in zip(free, theta, strict=True)
        ]
        return replace(start, **dict(zip(free, values, strict=True)))

    def residuals(theta: Array) -> Array:
        shape = law(theta).shape(rows) / noise
        gain = rows.gain / noise
        return gain - (np.bincount(domain, gain * shape) / np.bincount(domain, shape * shape))[domain] * shape

    begin = [np.log(getattr(start, name)) if name in LOGGED else getattr(start, name) for name in free]
    low, high = np.transpose([_bounds(name) for name in free])
    fit = least_squares(residuals, np.clip(begin, low + 1e-6, high - 1e-6), bounds=(low, high))
    return law(fit.x)


def domain_levels(law: ValueLaw, rows: Gains, noise: Array | None = None) -> dict[str, float]:
    """a_i: the level of each domain that fits its rows best, given what domains share."""
    noise = _noise(np.abs(rows.gain)) if noise is None else noise
    names, domain = np.unique(rows.domain, return_inverse=True)
    shape, gain = law.shape(rows) / noise, rows.gain / noise
    levels = np.bincount(domain, gain * shape) / np.bincount(domain, shape * shape)
    return {str(name): max(float(level), SMALLEST_LEVEL) for name, level in zip(names, levels, strict=True)}


def level_points(law: ValueLaw, rows: Gains) -> tuple[Array, Array]:
    """ln gap and ln level of each domain, both [domains]."""
    levels = domain_levels(law, rows)
    gaps = {str(name): rows.gap[rows.domain == name][0] for name in np.unique(rows.domain)}
    return np.log([gaps[name] for name in levels]), np.log(list(levels.values()))


def follow_gaps(law: ValueLaw, ln_gap: Array, ln_level: Array) -> ValueLaw:
    """Least squares of ln level in ln gap, [domains]: level, elasticity and spread of the law."""
    n = len(ln_gap)
    if np.ptp(ln_gap) == 0:
        return replace(law, level=float(np.exp(ln_level.mean() - law.gap * ln_gap.mean())))
    slope, level = np.polyfit(ln_gap, ln_level, 1)
    left = ln_level - level - slope * ln_gap
    spread = np.sqrt((left**2).sum() / (n - 2)) if n > 2 else 0.0
    return replace(law, level=float(np.exp(level)), gap=float(slope), spread=float(spread))


def _bounds(name: str) -> tuple[float, float]:
    """Range of a constant as it is fitted."""
    if name == "half_data":
        return float(np.log(10)), float(np.log(1e7))
    if name in LOGGED:
        return -4.0, 3.0
    return -3.0, 5.0


def _identified(rows: Gains, free_tail: bool) -> list[str]:
    """Names of the constants that these rows can tell."""
    last = np.unique(rows.tuned_share[rows.mode == "last"])
    told = {
        "size": len(np.unique(rows.parameters)) > 1,
        "head": bool((rows.mode == "head").any()),
        "external": bool((rows.mode == "external").any()),
        "blocks": len(last) > 0,
        "depth": len(last) > 1,
        "half_data": len(np.unique(rows.tokens)) > 1,
        "data_by_depth": len(np.unique(rows.tokens)) > 1,
        "tail": free_tail,
    }
    return [name for name in SHAPE if told.get(name, True)]
