"""Logit demand of a panel of customer types, in two forms behind one interface.

Symbols: V0 utility before the price term, [type, product]; alpha price sensitivity, [type];
w weights or budgets, [type]; p prices, [product]; s shares; rho nesting parameter.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.compiled import kernels
from sim.economics.choice import KERNEL, Array, Choice, Nests, choose, nests_of

Form = Literal["unit_demand", "constant_expenditure"]
TABLES = "sim.economics.kernels.choice"  # of games, and what they are laid out from
FORMS: tuple[Form, ...] = ("unit_demand", "constant_expenditure")


def price_term(form: Form, prices: Array) -> Array:
    """What sensitivity multiplies, `[product]`: p under unit demand, ln p under constant expenditure."""
    return np.log(prices) if form == "constant_expenditure" else prices


@dataclass(frozen=True, eq=False)
class LogitDemand:
    r"""Demand of customer types for products, the outside option having utility 0.

    `unit_demand`: $u_{ij} = V_{ij} - \alpha_i p_j$, each customer buys one unit; `weights` are
    customers; shares and quantities are of customers. Source: Berry, Levinsohn & Pakes (1995).
    `constant_expenditure`: $u_{ij} = V_{ij} - \alpha_i \ln p_j$, each customer spends the budget;
    `weights` are budgets, revenue is budget x share. Source: Björnerstedt & Verboven (2016).

    Arguments: `V0` `[type, product]`; `alpha` `[type]` > 0; `weights` `[type]` >= 0;
    `availability` `[type, product]`, 0 where a type cannot buy a product; `nesting_ids` `[product]`;
    `rho` in [0, 1), one number or one per nest in order of first appearance (0 = plain logit); `Nests` in
    place of ids bring their own.
    Raises `ValueError` with one sentence on bad input.
    """

    V0: ArrayLike
    alpha: ArrayLike
    weights: ArrayLike
    form: Form
    availability: ArrayLike | None = None
    nesting_ids: Sequence[Hashable] | Nests | None = None
    rho: ArrayLike | None = 0.0

    def __post_init__(self) -> None:
        """Check the inputs while they are fresh."""
        _check(self)

    @cached_property
    def base(self) -> Array:
        """Utility before the price term with -inf where not available, [type, product]."""
        V0 = np.asarray(self.V0, dtype=float)
        if self.availability is None:
            return V0
        return np.where(np.asarray(self.availability, dtype=float) > 0.0, V0, -np.inf)

    @property
    def sensitivity(self) -> Array:
        """Price sensitivity alpha, [type]."""
        return np.asarray(self.alpha, dtype=float)

    @property
    def mass(self) -> Array:
        """Customers (unit demand) or budgets in currency (constant expenditure), [type]."""
        return np.asarray(self.weights, dtype=float)

    @cached_property
    def nests(self) -> Nests:
        """Nests in order of first appearance; one nest with rho 0 is the plain logit."""
        if isinstance(self.nesting_ids, Nests):
            return self.nesting_ids
        ids = self.nesting_ids if self.nesting_ids is not None else [0] * self.products
        return nests_of(ids, 0.0 if self.rho is None else self.rho)

    @property
    def products(self) -> int:
        """Number of products."""
        return int(np.shape(self.V0)[1])

    @property
    def spends(self) -> bool:
        """Whether customers spend a budget (constant expenditure) instead of buying one unit."""
        return self.form == "constant_expenditure"

    def among(self, kept: NDArray[np.intp]) -> "LogitDemand":
        """The same customers with some of the products alone."""
        return replace(
            self,
            V0=np.asarray(self.V0)[:, kept],
            availability=None if self.availability is None else np.asarray(self.availability)[:, kept],
            nesting_ids=self.nests.among(kept),
        )

    def choice(self, prices: ArrayLike) -> Choice:
        """Choice probabilities of every type, in logs, at prices `[product]`."""
        return choose(self.utilities(self.checked(prices)), self.nests)

    def utilities(self, prices: Array) -> Array:
        """Utility of every product for every type, `[type, product]`."""
        return self.base - self.sensitivity[:, None] * price_term(self.form, prices)

    def individual_shares(self, prices: ArrayLike) -> Array:
        """Choice probability (or budget share) of each product for each type, `[type, product]`."""
        return self.choice(prices).shares

    def shares(self, prices: ArrayLike) -> Array:
        """Share of all customers (or of all budgets) that goes to each product, `[product]`."""
        return self.mass @ self.individual_shares(prices) / self.mass.sum()

    def outside_share(self, prices: ArrayLike) -> float:
        """Share of all customers (or of all budgets) that goes to the outside option."""
        return float(self.mass @ self.choice(prices).outside / self.mass.sum())

    def quantities(self, prices: ArrayLike) -> Array:
        """Units sold, `[product]`: customers, or budget x share / price."""
        sales = self.mass @ self.individual_shares(prices)
        return sales / self.checked(prices) if self.spends else sales

    def revenue(self, prices: ArrayLike) -> Array:
        """Sales in currency, `[product]`."""
        return self.checked(prices) * self.quantities(prices)

    def consumer_surplus(self, prices: ArrayLike) -> float:
        r"""Surplus in currency, $\sum_i (w_i/\alpha_i)\ln(1+\sum_g D_g^{1-\rho_g})$ (no Euler constant).

        $dCS/dp_j = -q_j$ in both forms; under constant expenditure it is Marshallian.
        """
        utilities = np.ascontiguousarray(self.utilities(self.checked(prices)))
        return float((self.mass / self.sensitivity) @ kernels(KERNEL).log_sums(utilities, *self.nests))

    def sales_slopes(self, prices: ArrayLike) -> Array:
        """Derivative of `weights x shares` of product j by the price term of k, `[j, k]`.

        The price term is p (unit demand) or ln p (constant expenditure); the matrix is symmetric.
        """
        choice, rho = self.choice(prices), self.nests.product_rho
        weighted = (self.mass * self.sensitivity)[:, None] * choice.shares
        cross = weighted.T @ choice.shares
        cross += self.nests.same * (weighted.T @ choice.within) * (rho / (1.0 - rho))
        return cross - np.diag(weighted.sum(axis=0) / (1.0 - rho))

    def jacobian(self, prices: ArrayLike) -> Array:
        """Derivative of the quantity of j by the price of k, `[j, k]`."""
        slopes, prices = self.sales_slopes(prices), self.checked(prices)
        if not self.spends:
            return slopes
        return slopes / np.outer(prices, prices) - np.diag(self.quantities(prices) / prices)

    def elasticities(self, prices: ArrayLike) -> Array:
        """Elasticity of the quantity of j by the price of k, `[j, k]`; nan where j does not sell."""
        sold = self.quantities(prices)[:, None]
        change = self.jacobian(prices) * self.checked(prices)
        return np.divide(change, sold, where=sold > 0.0, out=np.full(change.shape, np.nan))

    def diversion(self, prices: ArrayLike) -> Array:
        """Share of the sales leaving j, when its price rises, that goes to k, `[j, k]`.

        The diagonal is the share that goes to the outside option; each row sums to 1. Sales are
        customers (unit demand) or budgets (constant expenditure); nan where j does not sell.
        """
        slopes = self.sales_slopes(prices)
        lost = -np.diag(slopes)[:, None]
        gained = slopes - np.diag(np.diag(slopes) + slopes.sum(axis=1))
        return np.divide(gained, lost, where=lost > 0.0, out=np.full(gained.shape, np.nan))

    def checked(self, prices: ArrayLike) -> Array:
        """Prices as an array, refused when the form of demand cannot take them."""
        array = np.asarray(prices, dtype=float)
        if array.shape != (self.products,) or not np.isfinite(array).all():
            raise ValueError(f"prices must be {self.products} finite numbers, one per product.")
        if self.spends and not (array > 0.0).all():
            raise ValueError("prices must be above 0 under constant expenditure (utility has ln p).")
        return array


def _check(demand: LogitDemand) -> None:
    """Refuse inputs that do not describe a market, with one sentence each."""
    V0 = np.asarray(demand.V0, dtype=float)
    if V0.ndim != 2 or 0 in V0.shape:
        raise ValueError(f"V0 must be a table [type, product], but has shape {V0.shape}.")
    if demand.form not in FORMS:
        raise ValueError(f"form must be 'unit_demand' or 'constant_expenditure', not {demand.form!r}.")
    if demand.availability is not None or not _is_sound(V0, demand.sensitivity, demand.mass):
        _check_values(demand, V0)
    _check_nests(demand)


def _is_sound(V0: Array, alpha: Array, weights: Array) -> bool:
    """Whether columns of types fit utilities `[type, product]`, and each holds what it may."""
    if not alpha.shape == weights.shape == V0.shape[:1]:
        return False
    columns = np.ascontiguousarray(alpha), np.ascontiguousarray(weights)
    return bool(kernels(TABLES).sound(V0.ravel(order="K"), *columns))


def _check_values(demand: LogitDemand, V0: Array) -> None:
    """Refuse utilities, availability and columns of types that do not describe a market."""
    known = np.isfinite(V0)
    if demand.availability is not None:
        known |= ~_check_availability(demand.availability, V0.shape)
    if not known.all():
        raise ValueError("V0 must be finite wherever a product is available.")
    _check_types("alpha", demand.sensitivity, V0.shape[0], lowest_is_excluded=True)
    _check_types("weights", demand.mass, V0.shape[0], lowest_is_excluded=False)
    if not demand.mass.sum() > 0.0:
        raise ValueError("weights must not all be 0.")


def _check_availability(availability: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Availability as booleans, `[type, product]`."""
    table = np.asarray(availability, dtype=float)
    if table.shape != shape or not np.isin(table, (0.0, 1.0)).all():
        raise ValueError(f"availability must hold 0 or 1 for each type and product, shape {shape}.")
    return table > 0.0


def _check_types(name: str, column: Array, types: int, lowest_is_excluded: bool) -> None:
    """Refuse a column of types with a wrong length or a wrong sign."""
    if column.shape != (types,):
        raise ValueError(
            f"{name} must hold one number per customer type ({types}), shape {column.shape} given."
        )
    bound = "above 0" if lowest_is_excluded else "0 or more"
    good = (column > 0.0) if lowest_is_excluded else (column >= 0.0)
    if not (good & np.isfinite(column)).all():
        raise ValueError(f"{name} must be finite and {bound} for every customer type.")


def _check_nests(demand: LogitDemand) -> None:
    """Refuse nests that do not fit the products, and nesting parameters that do not fit the nests."""
    ids, products = demand.nesting_ids, demand.products
    if ids is None and demand.rho is not None and np.any(np.asarray(demand.rho) != 0.0):
        raise ValueError("rho needs nesting_ids: say which nest each product lies in.")
    named = products if ids is None else len(ids.place if isinstance(ids, Nests) else ids)
    if named != products:
        raise ValueError(f"nesting_ids must name one nest per product ({products}), {named} given.")
    _ = demand.nests
