"""Who gets how much capability, and how fast the frontier moves."""

import numpy as np

from sim.economics.progress import MONTHS
from sim.economics.scaling import Array

WORTHLESS = -np.log(100.0)  # nat: a hundredth of the reference run's compute, where use begins to count
MOORE = np.log(2.0) / 24  # nat/month: a doubling in two years


def gini(amounts: Array, weights: Array) -> Array:
    r"""Gini coefficient of amounts [product] held by shares of people, [..., product]; NaN if nobody has any.

    $$G = 1 - \sum_k p_k (L_k + L_{k-1})$$

    p share of people, L cumulative share of the amounts, in rising order.
    """
    order = np.argsort(amounts, kind="stable")
    people, held = weights[..., order], (weights * amounts)[..., order]
    total = held.sum(axis=-1, keepdims=True)
    curve = np.divide(held.cumsum(axis=-1), total, out=np.full(held.shape, np.nan), where=total > 0)
    before = np.concatenate([np.zeros_like(total), curve[..., :-1]], axis=-1)
    return np.asarray(1 - (people * (curve + before)).sum(axis=-1) / people.sum(axis=-1))


def capability_used(use: Array, capability: Array) -> tuple[Array, Array]:
    """Amounts and weights for `gini`: nats above the worthless by product, nothing for those without one.

    use: shares of people, [..., product].
    """
    amounts = np.append(np.maximum(capability - WORTHLESS, 0.0), 0.0)
    without = np.maximum(0.0, 1 - use.sum(axis=-1, keepdims=True))
    return amounts, np.concatenate([use, without], axis=-1)


def pace(log_compute: Array, months: int = int(2 * MONTHS)) -> float:
    """Growth of compute over some months, in doublings per two years: one is Moore's law; NaN before."""
    if len(log_compute) <= months:
        return float("nan")
    return float((log_compute[-1] - log_compute[-1 - months]) / (months * MOORE))
