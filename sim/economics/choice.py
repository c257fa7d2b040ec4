"""Nested-logit choice probabilities that neither overflow nor underflow.

Symbols: u utility of a product, [type, product]; g nest; rho nesting parameter (0 = plain logit);
s = s_{j|g} s_g, [type, product]; the outside option has utility 0.
"""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.compiled import kernels

KERNEL = "sim.economics.kernels.nests"
Array = NDArray[np.float64]


class Nests(NamedTuple):
    """Which product lies in which nest, and how alike the products of a nest are."""

    place: NDArray[np.intp]  # [product], number of the product's nest
    rho: Array  # [nest]

    @property
    def product_rho(self) -> Array:
        """Nesting parameter of each product's nest, [product]."""
        return self.rho[self.place]

    @property
    def same(self) -> NDArray[np.bool_]:
        """Whether two products share a nest, [product, product]."""
        return self.place[:, None] == self.place[None, :]

    def among(self, kept: NDArray[np.intp]) -> "Nests":
        """The nests of some products alone."""
        left = self.place[kept].tolist()
        return Nests(numbered(left), self.rho[list(dict.fromkeys(left))])


def nests_of(ids: Iterable[Hashable], rho: ArrayLike) -> Nests:
    """Nests in order of first appearance of their ids `[product]`; `rho` is one number or one per nest.

    Raises `ValueError` for a rho outside [0, 1), and for as many as there are no nests.
    """
    place, values = numbered(ids), np.asarray(rho, dtype=float)
    nests = int(place.max(initial=-1)) + 1
    if not ((values >= 0.0) & (values < 1.0)).all():
        raise ValueError("rho must lie in [0, 1): 0 is the plain logit.")
    if values.ndim > 1 or (values.ndim == 1 and values.size != nests):
        raise ValueError(f"rho must be one number, or one per nest ({nests}), shape {values.shape} given.")
    return Nests(place, np.full(nests, values))


class Choice(NamedTuple):
    """Choice probabilities of every type, kept in logs so that the tiniest share has a ratio."""

    log_shares: Array  # [type, product], -inf where not available
    log_within: Array  # [type, product], share within the nest
    logsum: Array  # [type], ln(1 + sum of the nests' inclusive values)

    @property
    def shares(self) -> Array:
        """Choice probability of each product, [type, product]."""
        return np.exp(self.log_shares)

    @property
    def within(self) -> Array:
        """Share of a product within its nest, [type, product]."""
        return np.exp(self.log_within)

    @property
    def outside(self) -> Array:
        """Choice probability of the outside option, [type]."""
        return np.exp(-self.logsum)


def numbered(ids: Iterable[Hashable]) -> NDArray[np.intp]:
    """Numbers 0, 1, ... for ids in order of first appearance, `[product]`."""
    listed = list(ids)
    numbers = {one: number for number, one in enumerate(dict.fromkeys(listed))}
    return np.fromiter(map(numbers.__getitem__, listed), np.intp, len(listed))


def choose(utilities: Array, nests: Nests) -> Choice:
    r"""Nested-logit probabilities of utilities `[type, product]` (-inf = not available).

    $$s_{j|g} = e^{u_j/(1-\rho_g)}/D_g,\quad s_g = D_g^{1-\rho_g}/(1+\sum_h D_h^{1-\rho_h})$$

    Maxima are taken out within nests after dividing by 1 - rho, then across nests, so that
    utilities of any size are safe. Source: McFadden (1978); rho as in Berry (1994).
    """
    table = np.ascontiguousarray(utilities, dtype=float)
    return Choice(*kernels(KERNEL).choices(table, *nests))


def log_sums(utilities: Array, nests: Nests) -> Array:
    r"""Worth of a choice set with the outside option, $\ln(1 + \sum_g D_g^{1-\rho_g})$, [type]."""
    table = np.ascontiguousarray(utilities, dtype=float)
    return np.asarray(kernels(KERNEL).log_sums(table, *nests))


def buyers(choice: Choice, weights: Array) -> Array:
    r"""Who buys a product: $\pi_{ij} = w_i s_{ij} / \sum_h w_h s_{hj}$, `[type, product]`.

    Exact however small the shares are; a column of zeros for a product that nobody can buy.
    """
    log_weights = np.log(weights, where=weights > 0.0, out=np.full(weights.shape, -np.inf))
    logs = choice.log_shares + log_weights[:, None]
    top = logs.max(axis=0)
    ratios = np.exp(logs - np.where(np.isfinite(top), top, 0.0))
    total = ratios.sum(axis=0)
    return ratios / np.where(total > 0.0, total, 1.0)
