r"""Whether a potential entrant comes, and what staying is worth.

Symbols: W expected discounted profit over one model's life, less its budget (USD); o overhead (USD/yr);
r discount rate (1/yr); L life of a model (yr); q believed chance of a price war.
"""

import math

from sim.economics.progress import MONTHS


def annuity(discount_rate: float, months: float) -> float:
    r"""Present value of one dollar a year paid over some months, years: $(1 - e^{-\rho t})/\rho$.

    $\rho = \ln(1 + r)$; the time itself where r = 0.
    """
    years = months / MONTHS
    rate = math.log1p(discount_rate)
    return (1 - math.exp(-rate * years)) / rate if rate > 0 else years


def going_concern(worth: float, overhead: float, discount_rate: float, life: float) -> float:
    r"""Value of being in the market for a chain of models, USD.

    $$V = \frac{W - o\,a(L)}{1 - (1+r)^{-L}}$$

    with a(L) the annuity over a life of `life` months: every later model is expected to be worth what the
    next one is (assumption). With r = 0 a single life is counted, for the chain has no finite value.
    """
    lost = 1 - (1 + discount_rate) ** (-life / MONTHS)
    one_life = worth - overhead * annuity(discount_rate, life)
    return one_life / lost if lost > 0 else one_life


def war_losses(budget: float, overhead: float, funds: float, discount_rate: float, life: float) -> float:
    r"""Present value of what an entrant loses in a price war until it leaves, USD.

    It trains its first model, sells nothing above cost, and pays its overhead until its money is gone or the
    model is old: $\min(F, S) + o\,a(\min(L, T))$, $T = (S - F)^+/o$, F budget, S funds.
    """
    spent = min(budget, funds)
    runway = MONTHS * (funds - spent) / overhead if overhead > 0 else math.inf
    return spent + overhead * annuity(discount_rate, min(life, runway))


def enters(value: float, losses: float, war_chance: float, sunk_cost: float) -> bool:
    r"""Whether $(1 - q) V_{post} - q\,PV(\text{losses until exit}) > \text{sunk cost}$; all USD."""
    return (1 - war_chance) * value - war_chance * losses > sunk_cost


def leaves(value: float, scrap: float) -> bool:
    """Whether what is left to sell off is worth more than going on. Form: Ericson & Pakes (1995)."""
    return scrap > value
