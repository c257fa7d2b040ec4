r"""The static game of entry and spend: how many equal firms a market holds.

N firms in one nest against using none; a firm's quality is $\theta\ln(1+F/F_0)$ over rivals in the nest.

Symbols: u utility over 1 - rho, net of price; y = ln(1 + F/F0); w share within the nest; G share of the
nest; s = wG; e = d ln s / du; a = alpha/(1 - rho); t price over cost, as p - c or ln(p/c); m margin, as
p - c or 1 - c/p; h, kappa, q how prices answer each other.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.economics.choice import Array
from sim.economics.demand import Form

Timing = Literal["simultaneous", "spend_first"]
LARGEST = 600.0  # utility whose exponential is still a number
HALVINGS = 80  # of the interval in which rivals' utility is sought
NONE = 1e-300  # in the place of no firm, under a logarithm


@dataclass(frozen=True)
class EntryGame:
    """A market of size S (customers, or budgets) with N equal firms; F0 = 1 is the unit of money."""

    theta: float  # util over a rival per e-fold of spend
    size: float
    firms: int
    form: Form = "unit_demand"
    timing: Timing = "simultaneous"
    alpha: float = 1.0
    rho: float = 0.0

    @property
    def slope(self) -> float:
        """Price sensitivity within the nest, a."""
        return self.alpha / (1.0 - self.rho)

    def nest(self, total: Array) -> tuple[Array, Array]:
        """Share G of the nest and 1 - G, at the log-sum of its utilities."""
        odds = np.clip((1.0 - self.rho) * total, -LARGEST, LARGEST)
        return 1.0 / (1.0 + np.exp(-odds)), 1.0 / (1.0 + np.exp(odds))

    def markup(self, elasticity: Array) -> tuple[Array, Array]:
        r"""Best price t and margin m at an elasticity e of the own share.

        Unit demand: $t = m = 1/(ae)$. Constant expenditure: $t = \ln(1 + 1/(ae))$, $m = 1/(1+ae)$.
        """
        steep = self.slope * elasticity
        if self.form == "unit_demand":
            return 1.0 / steep, 1.0 / steep
        return np.log1p(1.0 / steep), 1.0 / (1.0 + steep)

    def spending(self, utility: Array, price: Array) -> Array:
        """y of a firm that offers a utility at a price."""
        return (utility + self.slope * price) / self.theta

    def reply(self, utility: Array, rivals: Array) -> tuple[Array, Array]:
        """y and operating profit of a firm whose best price leaves it at a utility.

        `rivals` is the log-sum of the others' utilities; -inf for a firm alone.
        """
        share, other = _split(utility, rivals)
        inside, outside = self.nest(np.logaddexp(utility, rivals))
        elasticity = other + share * (1.0 - self.rho) * outside
        price, margin = self.markup(elasticity)
        return self.spending(utility, price), self.size * share * inside * margin

    def symmetric(self, utility: Array) -> tuple[Array, Array, Array]:
        r"""y, operating profit, and what a further e-fold of spend returns as a share of that profit.

        Where all firms offer a utility at the prices of equilibrium. At once the share is $\theta e$; with
        prices set after spend, rivals answer by lower prices and e becomes
        $e - (N-1)(1-e)\frac{h(\kappa-q)}{N(1+h\kappa)(1+hq)}$ [derived for this project].
        """
        n = float(self.firms)
        inside, outside = self.nest(utility + np.log(n))
        elasticity = (n - 1.0 + (1.0 - self.rho) * outside) / n
        price, margin = self.markup(elasticity)
        y, profit = self.spending(utility, price), self.size * inside / n * margin
        if self.timing == "spend_first":
            elasticity = elasticity - self._answer(inside, outside, elasticity)
        return y, profit, self.theta * elasticity

    def _answer(self, inside: Array, outside: Array, elasticity: Array) -> Array:
        """What a firm loses of its return because rivals cut prices."""
        n, steep = float(self.firms), self.slope * elasticity
        kappa = self.rho + (1.0 - self.rho) * inside
        q = (1.0 - self.rho) ** 2 * inside * outside
        h = 1.0 / (n * elasticity**2)
        if self.form == "constant_expenditure":
            h = h * steep / (1.0 + steep)
        rival = h * (kappa - q) / (n * (1.0 + h * kappa) * (1.0 + h * q))
        return (n - 1.0) * (kappa / n) * rival

    def rivals(self, utility: Array, theirs: float, their_y: float) -> Array:
        """Log-sum of rivals' utilities for a firm that offers a utility.

        At once: they stay at `theirs`. After spend: their prices answer, `their_y` unchanged.
        """
        if self.firms == 1:
            return np.full_like(utility, -np.inf)
        others = np.log(self.firms - 1.0)
        if self.timing == "simultaneous":
            return np.full_like(utility, theirs + others)
        low, high = np.full_like(utility, -LARGEST), np.full_like(utility, self.theta * their_y)
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            rest = np.logaddexp(utility, middle + np.log(max(self.firms - 2.0, NONE)))
            short = self.reply(middle, rest)[0] < their_y
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        return low + others


def _split(utility: Array, rivals: Array) -> tuple[Array, Array]:
    """Share within the nest of a firm and of its rivals, each exact where it is small."""
    ahead = np.clip(utility - rivals, -LARGEST, LARGEST)
    return 1.0 / (1.0 + np.exp(-ahead)), 1.0 / (1.0 + np.exp(ahead))
