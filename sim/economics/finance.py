r"""Rounds, dividends and what an acquisition may cost.

Symbols: G gross profit and O outlays (training and overhead) of the last year, R its revenue.
"""

from sim.config.capital import Capital
from sim.economics.entry import annuity
from sim.economics.progress import MONTHS


def needs_money(gross: float, outlays: float) -> bool:
    """Whether the year's gross profit did not pay the year's outlays, USD."""
    return gross < outlays or outlays == 0 == gross


def round_chance(capital: Capital, gross: float, outlays: float) -> float:
    r"""Probability that a round closes: beta_2 after a good year, beta_1 after a poor one.

    A year is good where $G \ge g\,O$. Form: Bolton & Scharfstein (1990), where refinancing hangs on reported
    profit; the slope beta_2 - beta_1 is the investors' discipline, and what a rival's price war exploits.
    """
    good = outlays > 0 and gross >= capital.good_profit * outlays
    return capital.chance_after_good if good else capital.chance_after_poor


def round_size(capital: Capital, revenue: float, backing: float) -> float:
    r"""Money that a round brings, USD: $\max(m R, \text{backing over the interval})$.

    backing: USD/yr that investors give on promise alone.
    """
    return max(capital.revenue_multiple * revenue, backing * capital.round_interval / MONTHS)


def dividend(capital: Capital, profit: float, cash: float) -> float:
    """Share of the year's profit (gross less outlays) that is paid out, never more than the cash, USD."""
    return min(max(profit, 0.0) * capital.payout, max(cash, 0.0))


def acquisition_worth(gross: float, discount_rate: float, life: float) -> float:
    """What a provider is worth to a buyer: its gross profit of the year, over a model's life, USD."""
    return max(gross, 0.0) * annuity(discount_rate, life)
