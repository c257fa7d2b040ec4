"""Utility of every product to every customer, before the price.

Symbols: V utility (util), Q capability and dQ gain of tuning (nat), v value, [row, product].
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels
from sim.config.demand import ValueMap
from sim.economics.scaling import Array
from sim.economics.value import value

KERNEL = "sim.economics.kernels.customers"


@dataclass(frozen=True)
class Traits:
    """What customers want; arrays run over rows."""

    base: Array  # util
    taste: Array  # util/nat
    depth: Array  # of the domain's context
    gain: Array  # nat [row, mode], of tuning in the ways of `finetuning.MODES`
    engineering: Array  # util, cost of own layers
    privacy: Array  # util, worth of keeping data in house


@dataclass(frozen=True)
class Goods:
    """What products offer; arrays run over products."""

    capability: Array  # nat
    mode: NDArray[np.intp]  # way of tuning, index into `finetuning.MODES`
    engineering: Array  # multiple of the customer's cost
    privacy: Array  # multiple of the customer's worth
    shallow: Array  # nat lost per unit of depth


@dataclass(frozen=True)
class Ties:
    """What binds customers to sellers."""

    segment: NDArray[np.intp]  # of the workload
    taste: Array  # util [workload, line]
    trust: Array  # util [segment, line]
    present: NDArray[np.intp]  # code of the product in use [workload], below 0 without a provider
    lock_in: Array  # multiple of the cost of tuning anew [tier]
    switching_cost: float  # util
    retuning_cost: float  # util


@dataclass(frozen=True)
class Offers:
    """Who offers what; arrays run over products."""

    code: NDArray[np.intp]  # provider x tiers + tier; below 0 without a provider
    provider: NDArray[np.intp]
    line: NDArray[np.intp]  # column of tastes and trust
    goods: Goods


def before_price(kind: ValueMap, rows: NDArray[np.intp], who: Traits, what: Goods) -> Array:
    r"""Utility without price, persistent taste and switching, util [row, product].

    $$V_{ij} = \delta_i + a_i\, v(Q_j + dQ_{ij} - k_j\, depth_i) - e_i\, E_j + \pi_i\, P_j$$

    `who` are columns over workloads, of which `rows` are picked. Trust is a term of its own, see
    `sim.economics.trust.worth`.
    """
    run = kernels(KERNEL)
    quality = run.qualities(rows, who.depth, who.gain, what.capability, what.mode, what.shallow)
    wants = (who.base, who.taste, who.engineering, who.privacy)
    return np.asarray(
        run.before_price(rows, np.asarray(value(kind, quality)), wants, (what.engineering, what.privacy))
    )


def with_ties(
    kind: ValueMap,
    rows: NDArray[np.intp],
    who: Traits,
    level: Array,
    ties: Ties,
    held_up: Array,
    what: Offers,
) -> Array:
    r"""`before_price` with tastes, trust and the costs of leaving and of staying, util [row, product].

    $$V_{ij} + \ell_i + t_{ij} + \tau_{ij} - (\sigma + r\, l_i)\,[\text{j is not of i's provider}]
      - h_i\,[\text{j is what i has}]$$

    `who`, `ties` and `level` (util, on all products) are columns over workloads, of which `rows` are picked.
    l is the lock-in of the present tier; nothing holds those without a provider. h: `held_up` [row], what the
    present host takes at renewal by a higher price, a share of r l as far as ceilings on its price allow:
    division of a relation's quasi-rent, Klein, Crawford and Alchian (1978).
    """
    found = before_price(kind, rows, who, what.goods)
    kernels(KERNEL).add_ties(
        found,
        rows,
        level,
        (what.line, what.provider, what.code),
        (ties.segment, ties.taste, ties.trust, ties.present, ties.lock_in),
        (float(ties.switching_cost), float(ties.retuning_cost)),
        held_up,
    )
    return found
