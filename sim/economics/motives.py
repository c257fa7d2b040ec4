"""What a government's motives ask it to pay to its providers.

Symbols: B budget, omega value of a nat of lag, tau tolerated lag, m sources of its own, s money for a
missing one, phi share of profit abroad, P that profit, r rivalry, M money of the most generous other.
"""

from sim.config.policies import Motives

SOURCES = 2  # domestic sellers that a government wants: a first and a second source


def grant(motives: Motives, lag: float, sources: int, profit_abroad: float, most_generous: float) -> float:
    r"""Money a year, USD/yr.

    $$g = \min(B,\; \omega \max(0, lag - \tau) + s \max(0, 2 - m) + \phi \max(0, P) + r M)$$

    lag: nat by which the best domestic model trails the frontier; profit_abroad: USD/yr that foreign
    providers earn from domestic customers (losses are no rents to bring home); most_generous: USD that
    another government paid its providers in the last year. The first term is security in a capable model,
    the second in a second source, the third industrial rents, the fourth the answer to rivals. Assumption
    of this project.
    """
    security = motives.security_value * max(0.0, lag - motives.tolerated_lag)
    sourcing = motives.second_source * max(0, SOURCES - sources)
    wanted = security + sourcing + motives.rents * max(0.0, profit_abroad) + motives.rivalry * most_generous
    return min(motives.budget, wanted)
