r"""Limit pricing and war in closed form: the anchors that market strategies are measured against.

Symbols: a demand intercept (Q = a - P); c_H, c_L costs of a weak and a strong incumbent; c_E the
entrant's; delta discount factor; pi_A, pi_W, pi_M profits a period under accommodation, in war and
alone; T periods the entrant can last.
"""

import math


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


def value_of_war(war: float, alone: float, delta: float, periods: float) -> float:
    r"""Value of a war that lasts `periods`, then monopoly, currency.

    $V_W(T) = \pi_W\frac{1-\delta^T}{1-\delta} + \delta^T\frac{\pi_M}{1-\delta}$; an endless war for
    T = inf. Source: Telser (1966) in form.
    """
    left = 0.0 if math.isinf(periods) else delta**periods
    return (war * (1.0 - left) + left * alone) / (1.0 - delta)


def longest_war(peace: float, war: float, alone: float, delta: float) -> float:
    r"""Longest war that pays, periods: $T^* = \lfloor\ln((\pi_A-\pi_W)/(\pi_M-\pi_W))/\ln\delta\rfloor$.

    0 where no war pays, inf where even an endless one does. Source: Benoit (1984) in form.
    """
    if war >= peace:
        return math.inf
    if alone <= peace:
        return 0.0
    return float(math.floor(math.log((peace - war) / (alone - war)) / math.log(delta) + 1e-12))
