r"""Logit demand and costs that reproduce the prices, shares and margins seen in a market.

Symbols: p prices; s shares, s_0 of the outside option; sigma_f a firm's share of inside sales; l_f its
mean Lerner index; m_f its mean margin; alpha price sensitivity; E size of the market's elasticity.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.economics.choice import Array, numbered
from sim.economics.demand import Form, LogitDemand


@dataclass(frozen=True)
class Market:
    """What was seen of a market; arrays are `[product]`."""

    prices: Array  # currency per unit
    shares: Array  # of units sold, or of potential units where they add up to less than 1
    firm_ids: Sequence[Hashable]
    lerner: Array  # margin as a share of the price, nan where not known

    @property
    def outside(self) -> float:
        """Share of potential customers that buy nothing; 0 where the shares are of sales."""
        return max(0.0, 1.0 - float(self.shares.sum()))

    @property
    def whole(self) -> bool:
        """Whether the shares are of sales only, so that the outside share must be inferred."""
        return self.outside < 1e-6


@dataclass(frozen=True)
class Calibration:
    """A demand and costs `[product]` under which the prices seen are an equilibrium."""

    demand: LogitDemand
    costs: Array
    alpha: float
    outside_share: float
    elasticity: float  # of the market, size


def calibrate(market: Market, form: Form, elasticity: float) -> Calibration:
    r"""Calibrate a form of demand, one customer type, to a market.

    Where the shares leave room for an outside option, alpha follows from the known margins alone;
    otherwise `elasticity` (E, of all sales by all prices) closes the system. Unit demand:
    $1/m_f = \alpha(1-S_f)$, $E = \alpha s_0 \bar p$. Constant expenditure (shares of revenue):
    $1/l_f - 1 = \alpha(1-S_f)$, $E = 1 + \alpha s_0$. The mean over firms of known margin, by their sales,
    is taken; costs are those that make the prices optimal, so a known margin is met on average, not exactly.
    Raises `ValueError` with one sentence where no such demand exists.
    """
    spends = form == "constant_expenditure"
    sales = market.shares * (market.prices if spends else 1.0)
    inside = sales / sales.sum()
    scale = 1.0 if spends else float(inside @ market.prices)
    response = (elasticity - 1.0 if spends else elasticity) / scale  # alpha s_0
    alpha, outside = _alpha(market, inside, spends, response)
    shares = inside * (1.0 - outside)
    paid = np.log(market.prices) if spends else market.prices
    demand = LogitDemand([np.log(shares / outside) + alpha * paid], [alpha], [1.0], form)
    costs = costs_from_prices(demand, market.prices, market.firm_ids)
    if not (costs > 0.0).all():
        raise ValueError(f"{form}: the margins imply costs of 0 or below; check prices, shares and margins.")
    implied = alpha * outside * scale + (1.0 if spends else 0.0)
    return Calibration(demand, costs, alpha, outside, implied)


def costs_from_prices(demand: LogitDemand, prices: Array, firm_ids: Sequence[Hashable]) -> Array:
    """Costs at which `prices` satisfy every first-order condition, `[product]`: p + (H * J')^-1 q."""
    firms = numbered(firm_ids)
    owned = np.where(firms[:, None] == firms, demand.jacobian(prices).T, 0.0)
    return np.asarray(prices + np.linalg.solve(owned, demand.quantities(prices)))


def _alpha(market: Market, inside: Array, spends: bool, response: float) -> tuple[float, float]:
    """Price sensitivity and outside share, from firms with known margins."""
    sigma, inverse = _known_firms(market, inside, spends)
    if market.whole:
        alpha = float(np.average((inverse - response * sigma) / (1.0 - sigma), weights=sigma))
        outside = response / alpha if alpha > 0.0 else np.nan
    else:
        outside = market.outside
        alpha = float(np.average(inverse / (1.0 - (1.0 - outside) * sigma), weights=sigma))
    if not (alpha > 0.0 and 0.0 < outside < 1.0):
        raise ValueError(_no_fit(spends, response))
    return alpha, outside


def _no_fit(spends: bool, response: float) -> str:
    """Why a form cannot be calibrated."""
    if spends and response <= 0.0:
        return "constant_expenditure: the market's elasticity is 1 + alpha s_0, so assume one above 1."
    form = "constant_expenditure" if spends else "unit_demand"
    return f"{form}: no logit demand has these margins at this elasticity; assume a smaller elasticity."


def _known_firms(market: Market, inside: Array, spends: bool) -> tuple[Array, Array]:
    """Inside share and inverse margin of each firm with a known margin: 1/m_f, or 1/l_f - 1."""
    firms, known = numbered(market.firm_ids), np.isfinite(market.lerner)
    if not known.any():
        raise ValueError("at least one product needs a margin.")
    sigma, inverse = [], []
    for firm in np.unique(firms[known]):
        own = known & (firms == firm)
        margin = market.lerner if spends else market.lerner * market.prices
        mean = np.average(margin[own], weights=inside[own])
        sigma.append(inside[firms == firm].sum())
        inverse.append(1.0 / mean - (1.0 if spends else 0.0))
    return np.array(sigma), np.array(inverse)
