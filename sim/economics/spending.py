r"""What customers spend in a month, on which products of whom, and what serving them takes.

Symbols: B budget at the prices of the first month and g its growth since, p list price, h utility that hosts
took at renewal, alpha sensitivity, room of the price term below a ceiling, p_0 unit of unit demand.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernels
from sim.economics.scaling import Array

KERNEL = "sim.economics.kernels.spending"
Numbers = NDArray[np.intp]


class Spenders(NamedTuple):
    """Columns over workloads."""

    segment: Numbers
    product: Numbers  # code of the product in use, below 0 without a provider
    budget: Array  # USD/month at the prices of the first month
    taken: Array  # util, what the host took at the last renewal by a higher price
    sensitivity: Array  # alpha


class Supply(NamedTuple):
    """Columns over products, and room by code."""

    code: Numbers
    provider: Numbers  # -1 without a provider
    price: Array  # USD/Mtoken
    unit_cost: Array  # USD/Mtoken
    room: Array  # what the price term may rise by before it meets a ceiling, [code from 0 on]


class Homes(NamedTuple):
    """Who is at home where, and how many."""

    provider: Numbers  # government [provider]
    segment: Numbers  # government [segment]
    size: Numbers  # workloads [segment]
    governments: int


class Spending(NamedTuple):
    """What a month's use comes to."""

    sales: Array  # USD/month [provider, segment]; in the last row what needs no provider
    earned: Array  # USD/month [provider], all its sales, likewise
    serving: Array  # USD/month [provider], likewise
    revenue: Array  # USD/month [product]
    trade: Array  # USD/month [seller's, buyer's government], with providers
    using: Array  # workloads that use a product [segment]
    use: Array  # share of a segment's workloads [segment, product]
    took: float  # USD/month, of the sales what is above list prices


def spending(who: Spenders, what: Supply, homes: Homes, growth: float, unit: float | None) -> Spending:
    r"""What workloads spend on the products that they use; who uses no product on sale spends nothing.

    The price paid is $\hat p = p\,e^{h'/\alpha}$ and the outlay $gB$; where `unit` is given, demand is that
    of units: $\hat p = p + p_0 h'/\alpha$ and $gB\,\hat p/p_0$. Hosts take $h' = \min(h, \alpha \cdot room)$.
    `took` sums the outlay times $1 - p/\hat p$; tokens served, outlay over $\hat p$, are the rest over $p$.
    """
    return Spending(*kernels(KERNEL).spending(who, what, homes, growth, unit or 0.0))
