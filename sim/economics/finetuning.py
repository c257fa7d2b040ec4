r"""What tuning on a customer's own data is worth, in compute.

Symbols: g share of reducible loss that tuning removes, x data in units of the head's half-saturation,
h gap of the domain over the reference gap, s_m and x_m factor and half-saturation of a way of tuning,
kappa exponent of reducible loss in compute.
"""

import numpy as np

from sim.config.products import Finetuning
from sim.economics.scaling import Array

MODES = ("none", "hosted", "activations", "full")  # ways of tuning, in the order of the columns of gains
UNTUNED, HOSTED, ACTIVATIONS, FULL = range(4)  # their numbers
LARGEST_SHARE = 0.999  # of the reducible loss: more would be worth endless compute


def removed_share(law: Finetuning, mode: str, data: Array, gap: Array) -> Array:
    r"""Share of the reducible loss that tuning removes, [customer].

    $$g_m = g_\infty\, h^\gamma\, s_m\, \frac{x}{x + x_m}$$

    Form and constants: the value law of `ml_core`, or published figures in the same form.
    """
    if mode == "none":
        return np.zeros(np.broadcast(data, gap).shape)
    factor, half = getattr(law, f"{mode}_factor"), getattr(law, f"{mode}_half_data")
    share = law.removable_share * gap**law.gap_elasticity * factor * data / (data + half)
    return np.clip(share, 0.0, LARGEST_SHARE)


def compute_gain(law: Finetuning, share: Array, exponent: float) -> Array:
    r"""Compute-equivalent gain of removing a share, $\min(-\ln(1-g)/\kappa, cap)$, nat."""
    return np.minimum(-np.log1p(-share) / exponent, law.gain_cap)


def luck_factor(law: Finetuning, data: Array, luck: Array) -> Array:
    r"""One customer's share over the expected: log-normal with deviation $\sigma_0 x^{-n}$, [customer]."""
    return np.exp(law.noise_sd * data**-law.noise_exponent * luck)


def realised_share(share: Array, factor: Array) -> Array:
    """Share that a customer gets of the expected one and its `luck_factor`, [customer]."""
    return np.clip(share * factor, 0.0, LARGEST_SHARE)
