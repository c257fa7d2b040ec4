r"""From the value law to the market: what tuning is worth to a customer, in the market's own currency.

Symbols: g share of the reducible loss that tuning removes, x customer's data in units of the head's
half-saturation, h customer's gap over the reference gap, m tier, $\kappa$ curvature of the market's
scaling law, per nat.

$$g_m = g_\infty h^\gamma s_m\, x/(x + x_m), \qquad dQ_m = \min(-\ln(1 - g_m)/\kappa,\ \ln 20)$$
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml_core.config import Array

CAP = float(np.log(20))  # nats; most of what post-training has been seen to be worth, Davidson et al. (2023)
LARGEST_SHARE = 0.999  # of the reducible loss: more would be worth endless compute
TIERS = ("head", "hosted", "activations", "full")


@dataclass(frozen=True)
class Finetuning:
    """Constants of the layer `[finetuning]`; see `ml_core/README.md`."""

    removable_share: float  # g_inf: full tuning, reference gap, unlimited data
    gap_elasticity: float  # gamma
    factors: dict[str, float]  # s_m by tier
    half_data: dict[str, float]  # x_m by tier, in units of the head's
    domain_spread: float  # sd of ln share between domains of equal gap
    noise_sd: float  # of ln gain at x = 1
    noise_exponent: float
    gain_cap: float = CAP  # nats


def read_layer(path: Path) -> Finetuning:
    """Read the table `[finetuning]` of a scenario layer."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))["finetuning"]
    number = {name: float(entry["value"]) for name, entry in table.items()}
    return Finetuning(
        removable_share=number["removable_share"],
        gap_elasticity=number["gap_elasticity"],
        factors={tier: number[f"{tier}_factor"] for tier in TIERS},
        half_data={tier: number[f"{tier}_half_data"] for tier in TIERS},
        domain_spread=number["domain_spread"],
        noise_sd=number["noise_sd"],
        noise_exponent=number["noise_exponent"],
        gain_cap=number["gain_cap"],
    )


def removed_share(law: Finetuning, tier: str, data: Array, gap: Array) -> Array:
    """Share of the reducible loss that tuning removes, g.

    data x [...] >= 0 (customer's tokens / half-saturation of the head), gap h [...] >= 0 (relative to the
    reference) -> [...] in [0, `LARGEST_SHARE`].
    """
    saturation = data / (data + law.half_data[tier])
    share = law.removable_share * np.power(gap, law.gap_elasticity) * law.factors[tier] * saturation
    return np.clip(share, 0.0, LARGEST_SHARE)


def compute_gain(share: Array, curvature: float, cap: float = CAP) -> Array:
    r"""Compute-equivalent gain, nats: $\min(-\ln(1-g)/\kappa, cap)$; share g [...] < 1, curvature per nat."""
    return np.minimum(-np.log1p(-share) / curvature, cap)


def noise_sd(law: Finetuning, data: Array) -> Array:
    r"""Standard deviation of the logarithm of a realised gain, $\sigma_0 x^{-h}$; data x [...] > 0."""
    return law.noise_sd * np.power(data, -law.noise_exponent)


def realised_share(law: Finetuning, share: Array, data: Array, luck: Array, domain_luck: Array) -> Array:
    """Share that one customer really gets: lognormal about the expected one [...].

    luck and domain_luck [...] are standard normal: drawn for each customer, and for each domain.
    """
    factor = np.exp(law.domain_spread * domain_luck + noise_sd(law, data) * luck)
    return np.clip(share * factor, 0.0, LARGEST_SHARE)
