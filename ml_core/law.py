r"""The value law of fine-tuning and its fit to measured rows.

Symbols: $\Delta$ what is gained (bit/byte, or share of reducible loss), m way of adapting, D tokens of the
customer, gap how much dearer its domain is to the untuned network (bit/byte), N parameters, $\kappa$ share of
blocks tuned.

$$\Delta = g_0\, gap^\gamma (N/10^5)^\nu\, s_m\, F(D / (D_0 e^{c\kappa}))$$

with $s$ = 1 for full tuning, $s_{ext}$ for external blocks, and $s_{head} + (s_{blocks} - s_{head}) \kappa^p$
for the last blocks (head: $\kappa$ = 0). F is $x/(1+x)$ (Hill) or $1 - (1+x)^{-q}$ (offset power; q = 1 is Hill).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from ml_core.base_law import floors
from ml_core.config import Array
from ml_core.measure import BASE
from ml_core.rows import Row

PARAMETERS = 1e5  # unit of N in the law
LEVEL_NOISE, RELATIVE_NOISE = 0.02, 0.15  # a row's weight: noise of 0.02 (its unit) and 15% of the gain
NAMES = ("level", "gap", "size", "head", "external", "blocks", "depth", "half_data", "data_by_depth", "tail")
LOGGED = ("level", "head", "external", "blocks", "depth", "half_data", "tail")  # fitted as logarithms
START = dict(level=0.6, gap=0.7, size=0.0, head=0.7, external=0.8, blocks=0.95, depth=0.6, half_data=5e3)
START |= dict(data_by_depth=0.3, tail=1.0)


@dataclass(frozen=True)
class Gains:
    """Measured gains as columns, one entry a row, all [rows]."""

    gain: Array  # bit/byte, or share of reducible loss
    gap: Array  # bit/byte
    parameters: Array
    tokens: Array  # of the customer
    tuned_share: Array  # kappa of the tuned blocks; external: fresh blocks / blocks
    mode: Array  # "head", "last", "external" or "full"
    domain: Array
    size: Array
    seed: Array
    variant: Array  # the mode's full name

    def where(self, chosen: Array) -> "Gains":
        """Some rows: a mask or row numbers."""
        return Gains(**{name: column[chosen] for name, column in vars(self).items()})

    def __len__(self) -> int:
        return len(self.gain)


@dataclass(frozen=True)
class ValueLaw:
    """Constants of the law."""

    level: float  # g0: unit of the gain at gap 1 bit/byte, unlimited data
    gap: float  # gamma, elasticity in the gap
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

    def predict(self, rows: Gains) -> Array:
        """Expected gain of each row."""
        scale = self.level * rows.gap**self.gap * (rows.parameters / PARAMETERS) ** self.size
        return (
            scale
            * self.tier_factor(rows.mode, rows.tuned_share)
            * self.saturation(rows.tokens, rows.tuned_share)
        )


def gains(rows: Sequence[Row], share: bool = False) -> Gains:
    """Columns of the gain rows; with `share` the gain is divided by the domain's reducible loss $L_i - E_i$."""
    tuned = [row for row in rows if row["kind"] == "gain"]
    last = {
        row["size"]: row for row in sorted(rows, key=lambda r: r.get("tokens", 0)) if row["kind"] == "base"
    }
    ends = floors(rows)
    reducible = np.array([r["loss_before"] - ends[r["domain"]].floor if share else 1.0 for r in tuned])
    names = np.array([r["mode"] for r in tuned])
    shares = [1 / last[r["size"]]["layers"] if r["mode"] == "external" else r["tuned_share"] for r in tuned]
    return Gains(
        gain=np.array([r["gain"] for r in tuned]) / reducible,
        gap=np.array([_gap(last[r["size"]]["losses"], r["domain"]) for r in tuned]),
        parameters=np.array([r["parameters"] for r in tuned], float),
        tokens=np.array([r["tokens"] for r in tuned], float),
        tuned_share=np.array(shares, float),
        mode=np.array([name.rstrip("0123456789") for name in names]),
        domain=np.array([r["domain"] for r in tuned]),
        size=np.array([r["size"] for r in tuned]),
        seed=np.array([r["seed"] for r in tuned]),
        variant=names,
    )  # fmt: skip


SMALLEST_GAP = 0.01  # bit/byte; a domain nearer to the base corpus counts as this near


def _gap(losses: Mapping[str, float], domain: str) -> float:
    """Domain specificity: how much dearer the domain's text is to the untuned network, bit/byte."""
    return max(losses[domain] - losses[BASE], SMALLEST_GAP)


def fit_value_law(rows: Gains, free_tail: bool = False, start: ValueLaw | None = None) -> ValueLaw:
    """Weighted least squares; what the rows do not vary (one size, one share) stays at its start.

    Weights follow the gain expected by `start`, or by a first fit where none is given: weighing by
    the measured gain would favour rows that came out low.
    """
    if start is None:
        begin = ValueLaw(**START)
        start = _fit(rows, begin, free_tail, np.full(len(rows), np.abs(rows.gain).mean()))
    return _fit(rows, start, free_tail, start.predict(rows))


def _fit(rows: Gains, start: ValueLaw, free_tail: bool, expected: Array) -> ValueLaw:
    free = _identified(rows, free_tail)
    scale = np.hypot(LEVEL_NOISE, RELATIVE_NOISE * expected)  # [rows]

    def law(theta: Array) -> ValueLaw:
        values = [
            float(np.exp(v)) if name in LOGGED else float(v) for name, v in zip(free, theta, strict=True)
        ]
        return replace(start, **dict(zip(free, values, strict=True)))

    begin = [np.log(getattr(start, name)) if name in LOGGED else getattr(start, name) for name in free]
    low, high = np.transpose([_bounds(name) for name in free])
    inside = np.clip(begin, low + 1e-6, high - 1e-6)
    fit = least_squares(
        lambda theta: (rows.gain - law(theta).predict(rows)) / scale, inside, bounds=(low, high)
    )
    return law(fit.x)


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
        "gap": len(np.unique(rows.gap)) > 1,
        "size": len(np.unique(rows.parameters)) > 1,
        "head": bool((rows.mode == "head").any()),
        "external": bool((rows.mode == "external").any()),
        "blocks": len(last) > 0,
        "depth": len(last) > 1,
        "half_data": len(np.unique(rows.tokens)) > 1,
        "data_by_depth": len(np.unique(rows.tokens)) > 1,
        "tail": free_tail,
    }
    return [name for name in NAMES if told.get(name, True)]
