"""Writes what was found as an ordinary scenario layer with the table `[finetuning]`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml_core.bridge import CAP
from ml_core.findings import Findings, Fit
from ml_core.law import PARAMETERS, ValueLaw
from ml_core.noise import noise_intervals, noise_law
from ml_core.uncertainty import MANY, Interval, interval

MEASURED, PUBLISHED = "ml-core-measured", "davidson-2023"
FEW_LAYERS = 0.25  # share of blocks that a hosted product alters
DIGITS = 3
EXACT = (1.0, 1.0)

HEAD = """\
# What fine-tuning is worth: written by `megamarket calibrate`, not by hand.
# Preset {preset}, run {run}; the fields are explained in ml_core/README.md.
# Scale-free: order of the tiers, concavity in data, elasticities. Not scale-free: half_data_tokens,
# reference_gap and the level removable_share, which were measured on very small networks.

[finetuning]
"""


@dataclass(frozen=True)
class Quantity:
    """One line of the layer."""

    name: str
    value: float
    bounds: Interval
    note: str
    unit: str = "1"
    source: str = MEASURED

    def line(self) -> str:
        """As a TOML quantity table."""
        low, high = map(_number, self.bounds)
        numbers = f'value = {_number(self.value)}, unit = "{self.unit}", low = {low}, high = {high}'
        return f'{self.name} = {{ {numbers}, source = "{self.source}", note = "{self.note}" }}\n'


def layer(found: Findings) -> str:
    """The layer as text. Raises ValueError where the rows have too few seeds to tell the noise."""
    if not found.gain.noise:
        raise ValueError(
            "the noise between like customers needs at least two seeds: measure with two or more"
        )
    quantities = [*_level(found.share), *_factors(found.share), *_data(found.share), *_noise(found.gain)]
    cap = "ln 20: most that post-training was seen to be worth; low ln 5, high ln 30."
    quantities.append(Quantity("gain_cap", CAP, (float(np.log(5)), float(np.log(30))), cap, "nat", PUBLISHED))
    return HEAD.format(**found.run) + "".join(quantity.line() for quantity in quantities)


def _level(fit: Fit) -> list[Quantity]:
    """How much full tuning removes in the nearest domain, and how that depends on domain and size."""
    nearest = float(fit.rows.gap.min())
    largest = float(fit.rows.parameters.max())

    def removable(law: ValueLaw) -> float:
        return float(law.level * nearest**law.gap * (largest / PARAMETERS) ** law.size)

    removed = "Of reducible loss, by full tuning, endless data, at the reference gap."
    spread = "Standard deviation of ln share between domains of equal gap."
    seen = (nearest, float(fit.rows.gap.max()))
    return [
        _of(fit, "removable_share", removable, removed, clusters=MANY),
        _of(
            fit,
            "gap_elasticity",
            lambda law: law.gap,
            "Of that share in the gap.",
            logged=False,
            clusters=MANY,
        ),
        _of(fit, "size_elasticity", lambda law: law.size, "Of that share in parameters.", logged=False),
        _of(fit, "domain_spread", lambda law: law.spread, spread, logged=False, clusters=MANY),
        Quantity("reference_gap", nearest, seen, "Record only: nearest domain; low, high seen.", "bit/byte"),
    ]


def _factors(fit: Fit) -> list[Quantity]:
    """Value of each tier at endless data, full tuning = 1."""

    def factor(mode: str, share: float) -> Callable[[ValueLaw], float]:
        return lambda law: float(law.tier_factor(np.array(mode), np.array(share)))

    few = f"Last {FEW_LAYERS:.0%} of the blocks and the head."
    return [
        _of(fit, "head_factor", factor("head", 0.0), "Head only, over full tuning, endless data."),
        _of(fit, "hosted_factor", factor("last", FEW_LAYERS), few),
        _of(
            fit, "activations_factor", factor("external", 0.0), "A fresh block and the head, trained outside."
        ),
        Quantity("full_factor", 1.0, EXACT, "By definition."),
    ]


def _data(fit: Fit) -> list[Quantity]:
    """Data at which half of a tier's value is reached, in units of the head's."""
    fresh = float(fit.rows.tuned_share[fit.rows.mode == "external"].min())

    def half(share: float) -> Callable[[ValueLaw], float]:
        return lambda law: float(np.exp(law.data_by_depth * share))

    tokens = "Record only: the head's, in very small networks."
    return [
        Quantity("head_half_data", 1.0, EXACT, "By definition: data are counted in half_data_tokens."),
        _of(fit, "hosted_half_data", half(FEW_LAYERS), "Data for half of the tier's value."),
        _of(fit, "activations_half_data", half(fresh), "The same, for one fresh block."),
        _of(fit, "full_half_data", half(1.0), "The same: more is tuned, more data are needed."),
        _of(fit, "half_data_tokens", lambda law: law.half_data, tokens, unit="token"),
    ]


def _noise(fit: Fit) -> list[Quantity]:
    """The two constants of the noise between like customers."""
    sd, exponent = noise_law(fit.noise, fit.law.half_data)
    of_sd, of_exponent = noise_intervals(fit.rows, fit.law)
    like = "Standard deviation of ln gain between like customers who have half_data_tokens."
    return [
        Quantity("noise_sd", sd, of_sd, like),
        Quantity("noise_exponent", exponent, of_exponent, "noise = noise_sd x data^-noise_exponent."),
    ]


def _of(
    fit: Fit,
    name: str,
    figure: Callable[[ValueLaw], float],
    note: str,
    unit: str = "1",
    logged: bool = True,
    clusters: float | None = None,
) -> Quantity:
    """A figure of the law with its bootstrap interval, widened for as many clusters as there are domains."""
    value, draws = figure(fit.law), np.array([figure(law) for law in fit.draws])
    bounds = interval(value, draws, clusters or len(fit.levels), logged)
    return Quantity(name, value, bounds, note, unit)


def _number(value: float) -> str:
    """A TOML float with three significant digits."""
    text = str(float(f"{value:.{DIGITS}g}"))
    return text if "." in text or "e" in text else text + ".0"
