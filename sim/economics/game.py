r"""The game that price-setting firms play: whose prices, at which costs, for whose profit.

Symbols: p prices; c costs after taxes, [type or 1, product]; m = p - c; l = 1 - c/p; s shares;
H_jk weight of product k's profit for the owner of j.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.compiled import kernels
from sim.economics.choice import Array, numbered
from sim.economics.demand import TABLES, LogitDemand

STRIDE = 8  # every which type a sample takes
ABSENT = -1e30  # utility of a product that a type cannot buy, in the kernels


@dataclass(frozen=True)
class Taxes:
    """Taxes on sales: of each price paid the treasury takes `ad_valorem` x price + `unit`.

    Each is one number or `[product]`; `ad_valorem` below 1, `unit` in currency per unit sold.
    The firm keeps (1 - ad_valorem) price - unit. Negative numbers are subsidies.
    """

    unit: ArrayLike = 0.0
    ad_valorem: ArrayLike = 0.0


class Firms(NamedTuple):
    """Which firm sells which product."""

    number: NDArray[np.intp]  # [product], of the product's firm by first appearance
    own: Array  # [product, product], 1 where one firm sells both, else 0


def firms_of(ids: Sequence[Hashable]) -> Firms:
    """Firms in order of first appearance of their ids `[product]`."""
    number = numbered(ids)
    return Firms(number, np.equal.outer(number, number).astype(np.float64))


class Tables(NamedTuple):
    """A price game laid out for the compiled kernels, products outside and types inside."""

    base: Array  # [product, type], V0 over 1 - rho, -1e30 where not available
    slopes: Array  # [nest, type], alpha over 1 - rho
    alpha: Array  # [type]
    mass: Array  # [type]
    costs: Array  # [product, type or 1]
    spread: Array  # [nest], 1/(1 - rho)
    nest: NDArray[np.intp]  # [product]
    weights: Array  # [player, product]
    players: NDArray[np.intp]  # [product]
    kept: Array  # [product]


@dataclass(frozen=True, eq=False)
class PriceGame:
    """Who sets which prices, at which costs, for whose profit; see `price_game` for the checks."""

    demand: LogitDemand
    costs: Array  # [type or 1, product], as if untaxed: (cost + unit tax) / (1 - ad valorem)
    weights: Array  # [product, product], currency kept by k's seller that counts for the owner of j
    players: NDArray[np.intp]  # [product], who sets the product's price, numbered by first appearance
    free: NDArray[np.bool_]  # [product], prices that are set in the game
    frozen: Array  # [product], the others' prices, nan where free
    floors: Array  # [product], -inf where there is none
    ceilings: Array  # [product], inf where there is none
    unit_tax: Array  # [product], currency per unit sold

    @cached_property
    def relative(self) -> Array:
        """Weights as a multiple of the owner's weight on the product itself, [product, product]."""
        return self.weights / self.kept[:, None]

    @cached_property
    def kept(self) -> Array:
        """Share of a price that its seller keeps after ad valorem tax, [product]."""
        return np.diag(self.weights)

    @cached_property
    def tables(self) -> Tables:
        """The game laid out for the compiled kernels."""
        demand, weights = self.demand, np.ascontiguousarray(self.weights)
        base, slopes, spread, nest, counted, kept = kernels(TABLES).laid_out(
            np.ascontiguousarray(demand.base.T),
            demand.sensitivity,
            *demand.nests,
            self.players,
            weights,
            ABSENT,
        )
        costs = np.ascontiguousarray(self.costs.T)
        return Tables(
            base, slopes, demand.sensitivity, demand.mass, costs, spread, nest, counted, self.players, kept
        )

    @cached_property
    def sample(self) -> Tables:
        """The same of every eighth type only."""
        t = self.tables
        return t._replace(
            base=t.base[:, ::STRIDE].copy(),
            slopes=t.slopes[:, ::STRIDE].copy(),
            costs=t.costs[:, :: STRIDE if t.costs.shape[1] > 1 else 1].copy(),
            alpha=t.alpha[::STRIDE].copy(),
            mass=t.mass[::STRIDE].copy(),
        )

    @cached_property
    def mean_costs(self) -> Array:
        """Cost of serving a product over all types, [product]."""
        if len(self.costs) == 1:
            return self.costs[0]
        return np.average(self.costs, axis=0, weights=self.demand.mass)

    def among(self, kept: NDArray[np.intp]) -> "PriceGame":
        """The game of some products alone."""
        return PriceGame(
            demand=self.demand.among(kept),
            costs=self.costs[:, kept],
            weights=self.weights[kept][:, kept],
            players=numbered(self.players[kept].tolist()),
            free=self.free[kept],
            frozen=self.frozen[kept],
            floors=self.floors[kept],
            ceilings=self.ceilings[kept],
            unit_tax=self.unit_tax[kept],
        )

    def lerner(self, prices: Array) -> Array:
        """Margins in the unit of the demand form: p - c, or 1 - c/p, [type or 1, product]."""
        return 1.0 - self.costs / prices if self.demand.spends else prices - self.costs

    def bounded(self, prices: Array) -> Array:
        """Prices within floors and ceilings, frozen ones in their place, [product]."""
        return np.where(self.free, np.minimum(np.maximum(prices, self.floors), self.ceilings), self.frozen)

    def profits(self, prices: Array, individual: Array | None = None) -> Array:
        """Profit of each product in currency kept by its seller, [product]; shares [type, product]."""
        shares = self.demand.individual_shares(prices) if individual is None else individual
        if len(self.costs) == 1:
            return self.kept * (self.demand.mass @ shares) * self.lerner(prices)[0]
        return self.kept * (self.demand.mass @ (shares * self.lerner(prices)))


def price_game(
    demand: LogitDemand,
    costs: ArrayLike,
    firm_ids: Sequence[Hashable] | Firms,
    ownership: ArrayLike | None = None,
    conduct: float = 0.0,
    fixed_prices: ArrayLike | None = None,
    taxes: Taxes | None = None,
    floors: ArrayLike | None = None,
    ceilings: ArrayLike | None = None,
) -> PriceGame:
    """Game of the firms with every input checked; arguments as in `equilibrium.solve_prices`.

    `Firms` in place of ids bring what else is known of them.
    """
    J = demand.products
    firms = firm_ids if isinstance(firm_ids, Firms) else firms_of(firm_ids)
    if firms.number.size != J:
        raise ValueError(f"firm_ids must name one firm per product ({J}), {firms.number.size} given.")
    profit_weights = _profit_weights(firms, ownership, conduct)
    frozen = _column("fixed_prices", fixed_prices, J, np.nan)
    low, high = _column("floors", floors, J, -np.inf), _column("ceilings", ceilings, J, np.inf)
    if floors is not None and ceilings is not None and (low > high).any():
        raise ValueError("floors must not lie above ceilings.")
    players = firms.number if ownership is None else _alike(firms.number, profit_weights)
    loaded, unit, free = _cost_table(costs, demand), np.zeros(J), np.isnan(frozen)
    if taxes is not None:
        unit, ad_valorem = _tax_columns(taxes, J)
        loaded, profit_weights = (loaded + unit) / (1.0 - ad_valorem), profit_weights * (1.0 - ad_valorem)
    _check_form(demand, loaded, frozen, ceilings)
    return PriceGame(demand, loaded, profit_weights, players, free, frozen, low, high, unit)


def _profit_weights(firms: Firms, ownership: ArrayLike | None, conduct: float) -> Array:
    """Weight of product k's profit for the owner of product j, `[product, product]`."""
    if not 0.0 <= conduct <= 1.0:
        raise ValueError(f"conduct must lie in [0, 1] (weight on rivals' profits), not {conduct}.")
    if ownership is None:
        return np.maximum(firms.own, conduct)
    if conduct != 0.0:
        raise ValueError("give ownership or conduct, not both.")
    matrix = np.asarray(ownership, dtype=float)
    J = firms.number.size
    if matrix.shape != (J, J) or not np.isfinite(matrix).all():
        raise ValueError(f"ownership must be a finite matrix [product, product], {J} by {J}.")
    if not np.allclose(np.diag(matrix), 1.0):
        raise ValueError(
            "ownership must have 1 on its diagonal: an owner counts the product's own profit in full."
        )
    return matrix


def _alike(firms: NDArray[np.intp], profit_weights: Array) -> NDArray[np.intp]:
    """Who sets a product's price: a firm, or part of one whose products count others' profits alike."""
    return numbered(zip(firms.tolist(), (row.tobytes() for row in profit_weights), strict=True))


def _tax_columns(taxes: Taxes, products: int) -> tuple[Array, Array]:
    """Unit and ad valorem taxes, `[product]` each."""
    unit = _column("taxes.unit", taxes.unit, products, 0.0)
    ad_valorem = _column("taxes.ad_valorem", taxes.ad_valorem, products, 0.0)
    if not (ad_valorem < 1.0).all():
        raise ValueError("taxes.ad_valorem must be below 1 (share of the price paid).")
    return unit, ad_valorem


def _cost_table(costs: ArrayLike, demand: LogitDemand) -> Array:
    """Costs as `[1, product]` or `[type, product]`."""
    table = np.array(costs, dtype=float, ndmin=2)
    if table.shape not in ((1, demand.products), (len(demand.mass), demand.products)):
        raise ValueError(f"costs must be [product] or [type, product], shape {np.shape(costs)} given.")
    if not np.isfinite(table).all():
        raise ValueError("costs must be finite.")
    return table


def _column(name: str, values: ArrayLike | None, products: int, default: float) -> Array:
    """One number per product; nan means the default."""
    if values is None:
        return np.full(products, default)
    column = np.asarray(values, dtype=float)
    if column.ndim > 1 or column.size not in (1, products):
        raise ValueError(
            f"{name} must be one number or one per product ({products}), shape {column.shape} given."
        )
    known = np.where(np.isnan(column), default, column)
    return known if known.shape == (products,) else np.full(products, known)


def _check_form(demand: LogitDemand, costs: Array, frozen: Array, ceilings: ArrayLike | None) -> None:
    """Refuse costs of free prices, and prices, at which constant expenditure has no best price."""
    if np.isinf(frozen).any():
        raise ValueError("fixed_prices must be finite, with nan where the price is free.")
    if not demand.spends:
        return
    if costs.min() <= 0.0 and (costs[:, np.isnan(frozen)] <= 0.0).any():
        raise ValueError("costs plus taxes must be above 0 under constant expenditure.")
    capped = ceilings is not None and (np.asarray(ceilings, dtype=float) <= 0.0).any()
    if capped or (frozen <= 0.0).any():
        raise ValueError("fixed prices and ceilings must be above 0 under constant expenditure.")
