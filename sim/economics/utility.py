"""Utility of every product to every customer, before the price.

Symbols: V utility (util), Q capability and dQ gain of tuning (nat), v value, [row, product].
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels
from sim.config.demand import ValueMap
from sim.config.extension import OwnRule
from sim.economics.scaling import Array
from sim.economics.value import coded, value

KERNEL = "sim.economics.kernels.customers"
NOTHING = np.empty((0, 0))
Rule = tuple[int, float, float, float, Array]


class Traits(NamedTuple):
    """What customers want; arrays run over workloads."""

    base: Array  # util
    taste: Array  # util/nat
    depth: Array  # of the domain's context
    engineering: Array  # util, cost of own layers
    privacy: Array  # util, worth of keeping data in house
    sensitivity: Array  # util per unit of the price term
    gain: Array  # nat [workload, mode], of tuning in the ways of `finetuning.MODES`

    @property
    def table(self) -> Array:
        """All traits of a workload side by side, [workload, trait]."""
        return np.column_stack(self)


class Goods(NamedTuple):
    """What products offer; arrays run over products."""

    capability: Array  # nat
    mode: NDArray[np.intp]  # way of tuning, index into `finetuning.MODES`
    engineering: Array  # multiple of the customer's cost
    privacy: Array  # multiple of the customer's worth
    shallow: Array  # nat lost per unit of depth


class Ties(NamedTuple):
    """What binds customers to sellers."""

    segment: NDArray[np.intp]  # of the workload
    taste: Array  # util [workload, line]
    trust: Array  # util [segment, line]; -inf where the law keeps a line from a segment
    present: NDArray[np.intp]  # code of the product in use [workload], below 0 without a provider
    host: NDArray[np.intp]  # provider [code]
    leaving: Array  # util, cost of leaving the provider [code]
    asked: Array  # util that hosts ask of those who renew [code]
    room: Array  # of the price term below the highest price allowed [code], inf without one


class Offers(NamedTuple):
    """Who offers what; arrays run over products."""

    code: NDArray[np.intp]  # provider x tiers + tier; below 0 without a provider
    provider: NDArray[np.intp]
    line: NDArray[np.intp]  # column of tastes and trust
    goods: Goods

    def among(self, products: NDArray[np.intp] | slice) -> "Offers":
        """Some of the offers."""
        quality, mode, own, privacy, shallow = self.goods
        goods = Goods(quality[products], mode[products], own[products], privacy[products], shallow[products])
        return Offers(self.code[products], self.provider[products], self.line[products], goods)


def without_ties(
    kind: ValueMap, rows: NDArray[np.intp], who: Array, trust: Array, what: Offers, terms: Array
) -> Array:
    r"""Utility without persistent taste and switching, util [row, product].

    $$V_{ij} = \delta_i + a_i\, v(Q_j + dQ_{ij} - k_j\, depth_i) - e_i\, E_j + \pi_i\, P_j
      + \alpha_i T_j + \tau_{ij}$$

    `who` is the table of `Traits`, of which `rows` are picked; tau: `trust` [row, line], see
    `sim.economics.trust.worth`; T: `terms` [product], what the sensitivity to prices multiplies.
    """
    rule = rule_of(kind, rows, who, what.goods)
    goods = columns(what.goods)
    return np.asarray(kernels(KERNEL).without_ties(rows, rule, who, goods, trust, what.line, terms))


def with_ties(
    kind: ValueMap, rows: NDArray[np.intp], who: Array, ties: Ties, what: Offers, terms: Array
) -> Array:
    r"""`without_ties` with tastes and the costs of leaving and of staying, util [row, product].

    $$V_{ij} + t_{ij} - \lambda_i\,[\text{j is not of i's provider}]
      - h_i\,[\text{j is what i has}], \quad h_i = \min(H_i,\ \alpha_i R_i)$$

    lambda, H and R: cost of leaving, what is asked and room for it, by the present product; nothing holds
    those without a provider. h is what the present host takes at renewal by a higher price, as far as
    ceilings on its price allow: division of a relation's quasi-rent, Klein, Crawford and Alchian (1978).
    """
    rule = rule_of(kind, rows, who, what.goods)
    found = kernels(KERNEL).with_ties(rows, rule, who, columns(what.goods), ties, sellers(what), terms)
    return np.asarray(found.T)


def rule_of(kind: ValueMap, rows: NDArray[np.intp], who: Array, what: Goods) -> Rule:
    """A value map as the kernels take it; of an extension's the values themselves, [row, product]."""
    if not isinstance(kind, OwnRule):
        return *coded(kind), NOTHING
    quality = kernels(KERNEL).qualities(rows, who, what.capability, what.mode, what.shallow)
    return *coded(kind), np.ascontiguousarray(value(kind, quality))


def columns(what: Goods) -> tuple[Array, NDArray[np.intp], Array, Array, Array]:
    """Goods as the kernels take them."""
    return what.capability, what.mode, what.engineering, what.privacy, what.shallow


def sellers(what: Offers) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Offers as the kernels take them."""
    return what.code, what.provider, what.line
