"""Trust in product lines, learned from outcomes.

Symbols: tau trust in (0, 1), u share of a segment's workloads that use a line, r reliability,
U and D good and bad outcomes a month, [segment, line]; W weights of peers [segment, segment].

Trust is held by segment and line, not by workload: what teaches it is the line's reliability in the
segment's field, its failures, which are public, and peers' reports, and all of these are common to a segment.
The table has some hundreds of cells, so that a month costs the same with a thousand workloads as with more.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.compiled import kernels
from sim.config.trust import Trust
from sim.economics.scaling import Array
from sim.economics.utility import Goods

KERNEL = "sim.economics.kernels.trust"
LARGEST_CHANGE = 30.0  # of the log of trust in a month: trust stays above zero


class Outcomes(NamedTuple):
    """What use has led to; arrays are [segment, line], in shares of the segment's workloads."""

    good: Array
    bad: Array


def experience(
    rule: Trust, use: Array, depth: Array, gain: Array, goods: Goods, line: NDArray[np.intp], lines: int
) -> Outcomes:
    r"""Outcomes by line of what each segment uses, from use by product [segment, product].

    $$U = \sum_j u_j r_j, \quad D = \sum_j u_j (1 - r_j), \quad \frac{1-r}{r} = o\, h_d\, e^{-k Q}$$

    r share of tasks that go well, o odds of failure at depth one and Q = 0, h depth of the field's context
    [segment], Q capability used: the product's, with the `gain` of its way of tuning [segment, mode], less
    what its context is too shallow for; `line` of each product. Assumption of this project.
    """
    what = (goods.capability, goods.mode, goods.shallow, line)
    chances = (rule.failure_odds, rule.failure_slope)
    table = np.ascontiguousarray(use.T)
    return Outcomes(*kernels(KERNEL).experience(table, (depth, gain), what, chances, lines))


def heard(rule: Trust, own: Outcomes, peers: csr_array, struck: Array) -> Outcomes:
    r"""Own outcomes, a part of peers' and a part of those with other lines; and common failures.

    $$\tilde X = (1 - s) Y + s \sum_{lines} Y, \quad Y = X + c\, W X$$

    c contagion, s spill; with c = 0 no segment hears of another. Common failures are public: all hear of
    them once, as bad outcomes $(1 - s) Z_j + s \max_k Z_k$. struck: Z, share of a line's customers whom its
    failures have reached [line]. Assumption of this project.
    """
    network = (peers.indptr, peers.indices, peers.data)
    return Outcomes(*kernels(KERNEL).heard(*own, struck, (rule.contagion, rule.spill), network))


def learn(rule: Trust, trust: Array, seen: Outcomes) -> Array:
    r"""Trust after a month of outcomes, [segment, line].

    $$\dot\tau = \lambda_\uparrow U (1 - \tau) - \lambda_\downarrow D\, \tau$$

    solved exactly over the month, so that trust stays in (0, 1) at any rate and rests without outcomes.
    At rest the odds of distrust are those of bad outcomes times lambda_down / lambda_up: use may rise
    while trust does not. Form: asymmetric learning, assumption of this project.
    """
    terms = (rule.rise, rule.fall, LARGEST_CHANGE)
    return np.asarray(kernels(KERNEL).learn(trust, seen.good, seen.bad, *terms))


def worth(correctness: Array, trust: Array) -> Array:
    r"""Utility of trust, $\chi_d \ln \tau$, util [segment, line]."""
    return correctness[:, None] * np.log(trust)


class Standing(NamedTuple):
    """Means of trust; NaN, but by line, while nothing is used."""

    of_lines: Array  # over all workloads [line]
    in_use: Array  # of each segment, over lines by their use in the world [segment]
    mean: float  # over all use
    lowest: float  # over its own use, of the segment where that is least


def standing(trust: Array, own: Outcomes, weight: Array) -> Standing:
    """How trust [segment, line] stands, from what each segment uses and the segments' shares of workloads."""
    return Standing(*kernels(KERNEL).standing(trust, *own, weight))


def eagerness(rule: Trust, seen: Standing, start: float) -> Array:
    r"""Factor on the hazard of adoption, $(\bar\tau_s/\tau_0)^e$, [segment]; one while nothing is used."""
    if math.isnan(seen.mean):
        return np.ones(len(seen.in_use))
    return np.asarray((seen.in_use / start) ** rule.adoption_pull)
