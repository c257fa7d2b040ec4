"""Utility of every product to every customer, before the price.

Symbols: V utility (util), Q capability and dQ gain of tuning (nat), v value, [row, product].
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.config.demand import ValueMap
from sim.economics.scaling import Array
from sim.economics.value import value


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


def before_price(kind: ValueMap, who: Traits, what: Goods) -> Array:
    r"""Utility without price, persistent taste and switching, util [row, product].

    $$V_{ij} = \delta_i + a_i\, v(Q_j + dQ_{ij} - k_j\, depth_i) - e_i\, E_j + \pi_i\, P_j$$

    Trust is a term of its own, see `sim.economics.trust.worth`.
    """
    quality = what.capability + who.gain[:, what.mode] - np.outer(who.depth, what.shallow)
    worth = np.asarray(value(kind, quality))
    own_work = np.outer(who.privacy, what.privacy) - np.outer(who.engineering, what.engineering)
    return who.base[:, None] + who.taste[:, None] * worth + own_work


def cost_of_leaving(
    leaves: NDArray[np.bool_], lock_in: Array, switching_cost: float, retuning_cost: float
) -> Array:
    """Utility lost by taking another provider's product, util [row, product].

    leaves: whether the product is not of the row's provider; lock_in: multiple of the present tier [row].
    """
    return np.where(leaves, switching_cost + retuning_cost * lock_in[:, None], 0.0)


def hold_up(lock_in: Array, retuning_cost: float, share: float) -> Array:
    r"""Utility that a host takes at renewal by a higher price, $\phi\, r\, l_i$, util [row].

    A share phi of what leaving its own model costs the row; nothing where prices have no room to rise.
    Form: division of a relation's quasi-rent, Klein, Crawford and Alchian (1978).
    """
    return share * retuning_cost * lock_in
