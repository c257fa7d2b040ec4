r"""Limit pricing and war in closed form: the anchors that market strategies are measured against.

Symbols: a demand intercept (Q = a - P); c_H, c_L costs of a weak and a strong incumbent; c_E the
entrant's; delta discount factor; pi_A, pi_W, pi_M profits a period under accommodation, in war and
alone; T periods the entrant can last.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.economics.choice import Array


def limit_price(
    intercept: float, weak_cost: float, strong_cost: float, entrant_cost: float, delta: float
) -> float:
    r"""Highest price by which a strong incumbent shows its cost, currency per unit.

    At the limit price $P$ a weak incumbent is indifferent between imitating and being found out:
    $\pi_H(P_H^m) - \pi_H(P) = \delta(\pi_H(P_H^m) - \pi_H^{duopoly})$, the duopoly after entry being
    Cournot. The price is the strong incumbent's monopoly price where that is lower still.
    Source: Milgrom & Roberts (1982) in form. Raises `ValueError` unless costs lie below the intercept.
    """
    if not max(weak_cost, strong_cost, entrant_cost) < intercept:
        raise ValueError("costs must lie below the intercept of demand.")
    alone = (intercept - weak_cost) ** 2 / 4.0
    shared = max(0.0, intercept - 2.0 * weak_cost + entrant_cost) ** 2 / 9.0
    least = alone - delta * (alone - shared)  # profit that makes imitation not worth while
    middle = (intercept + weak_cost) / 2.0
    indifferent = middle - math.sqrt(max(0.0, middle**2 - intercept * weak_cost - least))
    return min(indifferent, (intercept + strong_cost) / 2.0)


def value_of_peace(profit: float, delta: float) -> float:
    r"""Value of sharing the market for ever, $V_A = \pi_A/(1-\delta)$, currency."""
    return profit / (1.0 - delta)


def value_of_war(war: Array | float, alone: Array | float, delta: float, periods: Array | float) -> Array:
    r"""Value of a war that lasts `periods`, then monopoly, currency.

    $V_W(T) = \pi_W\frac{1-\delta^T}{1-\delta} + \delta^T\frac{\pi_M}{1-\delta}$; an endless war for
    T = inf. Source: Telser (1966) in form.
    """
    left = np.power(delta, periods)
    return (war * (1.0 - left) + left * np.asarray(alone)) / (1.0 - delta)


def runway(funds: Array | float, burn: Array | float) -> Array:
    r"""Periods that funds last, $T = \lceil f/l \rceil$; inf where l <= 0, whatever the funds.

    `funds` currency, inf for an unlimited purse, none below 0; `burn` currency a period.
    """
    purse, loss = np.maximum(np.asarray(funds, dtype=float), 0.0), np.asarray(burn, dtype=float)
    return np.where(loss > 0.0, np.ceil(purse / np.where(loss > 0.0, loss, 1.0)), np.inf)


def war_pays(
    motive: str,
    waits: Array | float,
    war: Array,
    alone: Array | float,
    delta: float,
    own: Array,
    target: Array,
) -> NDArray[np.bool_]:
    r"""Whether to fight: the target's runway is finite, the own one as long, and $V_W(T) \ge V_A$.

    `waits` is $V_A$; `own`, `target` are runways $T_I, T_E$ in periods. Motive "telser" values the whole
    war, $T = T_E$; motive "benoit" one period, since a target that must lose leaves at once. Without an
    end no war is predation. Sources: Telser (1966), Benoit (1984), in form.
    """
    lasts = np.isfinite(target) & (own >= target)
    return np.asarray(lasts & (war_value(motive, war, alone, delta, target) >= waits))


def war_value(motive: str, war: Array, alone: Array | float, delta: float, target: Array) -> Array:
    """$V_W$ as the motive sees it: over the target's runway, or over one period."""
    return value_of_war(war, alone, delta, target if motive == "telser" else np.ones_like(target))


def recoups(
    peace: Array | float, war: Array, alone: Array | float, delta: float, periods: Array
) -> NDArray[np.bool_]:
    r"""Whether gains after the target's exit make good what the war costs, both discounted.

    $\delta^T (\pi_M - \pi_A) \ge (1 - \delta^T)(\pi_A - \pi_W)$. Never for an endless war. Source: the
    test of Brooke Group (1993), in form.
    """
    left = np.power(delta, periods)
    gains, costs = left * (np.asarray(alone) - peace), (1.0 - left) * (np.asarray(peace) - war)
    return np.asarray((gains > 0.0) & (gains >= costs))


def price_cost_ratio(revenue: Array, serving: Array, avoidable: Array | float) -> Array:
    """Price over average avoidable cost: revenue over serving and avoidable overhead; NaN without sales.

    Below 1 a price is suspect (Areeda & Turner 1975; Baumol 1996). All in currency a period.
    """
    cost = serving + avoidable
    return np.where(revenue > 0.0, revenue / np.where(cost > 0.0, cost, np.nan), np.nan)


def longest_war(peace: float, war: float, alone: float, delta: float) -> float:
    r"""Longest war that pays, periods: $T^* = \lfloor\ln((\pi_A-\pi_W)/(\pi_M-\pi_W))/\ln\delta\rfloor$.

    0 where no war pays, inf where even an endless one does. Source: Benoit (1984) in form.
    """
    if war >= peace:
        return math.inf
    if alone <= peace:
        return 0.0
    return float(math.floor(math.log((peace - war) / (alone - war)) / math.log(delta) + 1e-12))
