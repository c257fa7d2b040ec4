"""Who gets how much capability, and how fast the frontier moves."""

import math
from collections.abc import Sequence

import numpy as np

from sim.compiled import kernels
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array

KERNEL = "sim.economics.kernels.access"
WORTHLESS = -math.log(100.0)  # nat: a hundredth of the reference run's compute, where use begins to count
MOORE = math.log(2.0) / 24  # nat/month: a doubling in two years


def gini(amounts: Array, weights: Array) -> Array:
    r"""Gini coefficient of amounts [product] held by shares of people [group, product], by group.

    $$G = 1 - \sum_k p_k (L_k + L_{k-1})$$

    p share of people, L cumulative share of the amounts, in rising order; NaN where nobody has any.
    Those who are missing to a whole have nothing.
    """
    order = np.argsort(amounts, kind="stable")
    return np.asarray(kernels(KERNEL).gini(amounts, order, weights))


def usable(capability: Array) -> Array:
    """Capability above the worthless, nat."""
    return np.maximum(capability - WORTHLESS, 0.0)


def pace(log_compute: Sequence[float], months: int = int(2 * MONTHS)) -> float:
    """Growth of compute over some months, in doublings per two years: one is Moore's law; NaN before."""
    if len(log_compute) <= months:
        return math.nan
    return float((log_compute[-1] - log_compute[-1 - months]) / (months * MOORE))
