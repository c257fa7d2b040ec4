"""Workloads that come to consider mega models, review their contracts and choose, in whole columns.

Symbols: columns run over workloads; codes are those of `utility.Offers`, below 0 without a provider.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels
from sim.config.demand import ValueMap
from sim.economics.choice import Nests
from sim.economics.scaling import Array
from sim.economics.utility import Offers, Ties, columns, rule_of, sellers

KERNEL = "sim.economics.kernels.reviews"
NONE_BARRED = np.empty((0, 0), dtype=bool)
Numbers = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Lottery(NamedTuple):
    """One uniform number a workload, see `sim.streams.uniforms`."""

    stream: np.uint64  # key of the component and month
    ids: NDArray[np.uint64]  # stable numbers of the workloads


class Hosts(NamedTuple):
    """How many use what, and are with providers."""

    users: Numbers  # workloads by the code of the product in use, from the lowest on, [code]
    firms: int  # with a provider for some workload
    several: int  # firms with more than one provider


def due(
    considering: Flags,
    segment: Numbers,
    product: Numbers,
    host: Numbers,
    released: Flags,
    barred: Flags | None,
    begins: Array,
    adoption: Lottery,
    expires: float,
    review: Lottery,
) -> Numbers:
    """Rows of those who choose anew.

    Who does not consider yet begins to, and chooses, with the chance `begins` [segment] by the `adoption`
    lottery; that is marked in `considering`. Of the others those choose whose product is `released` [code
    from the lowest on], whose `host` [code] is `barred` to them [segment, provider], or whose contract comes
    up, with probability `expires` by the `review` lottery.
    """
    law = NONE_BARRED if barred is None else barred
    found: Numbers = kernels(KERNEL).due(
        considering, segment, product, host, released, law, begins, adoption.stream, expires, *review
    )
    return found


def choose(
    kind: ValueMap, rows: Numbers, who: Array, ties: Ties, what: Offers, terms: Array, nests: Nests,
    taken: Array, luck: Lottery,
) -> int:  # fmt: skip
    r"""Let some rows choose among offers and none; how many moved from one provider to another.

    Utility is `utility.with_ties`, `terms` [product] with the price in it; probabilities are
    `choice.choose`; a row takes the product at which their sum, in the offers' order, passes its number.
    Writes choices into `ties.present`, and into `taken` what hosts took of those who stay, util.
    """
    rule = rule_of(kind, rows, who, what.goods)
    goods = (columns(what.goods), ties, sellers(what), terms)
    return int(kernels(KERNEL).choose(rows, *luck, rule, who, *goods, *nests, taken))


def hosts(firm: Numbers, product: Numbers, host: Numbers) -> Hosts:
    """Users of products, and firms with providers, `host` [code]; a firm's workloads lie side by side."""
    return Hosts(*kernels(KERNEL).hosts(firm, product, host))
