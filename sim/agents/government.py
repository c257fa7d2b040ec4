"""A government and its jurisdiction."""

import mesa
import numpy as np

from sim.config.actors import Government as GovernmentConfig
from sim.economics import motives
from sim.economics.progress import MONTHS
from sim.published import Published

OPEN_WEIGHTS = "open weights"  # the best that a jurisdiction without a provider can run itself


class Government(mesa.Agent):
    """A government; without measures it only stands for its jurisdiction's customers."""

    def __init__(self, market: mesa.Model, config: GovernmentConfig, place: int) -> None:
        super().__init__(market)
        self.config = config
        self.name = config.name
        self.place = place  # among the governments

    def wanted(self, view: Published) -> float:
        """What its motives ask it to pay to its providers, USD/yr."""
        others = np.delete(view.public_year, self.place)
        return motives.grant(
            self.config.motives,
            lag=self.lag(view),
            sources=int((view.selling & (view.homes == self.place)).sum()),
            profit_abroad=self.profit_abroad(view),
            most_generous=float(others.max(initial=0.0)),
        )

    def lag(self, view: Published) -> float:
        """Nat by which the best model under its law trails the frontier; without one, open weights count."""
        mine = view.capability[view.selling & (view.homes == self.place)]
        goods = view.catalogue
        open_weights = goods.capability[[name == OPEN_WEIGHTS for name in goods.names]]
        best = (mine if len(mine) else open_weights).max(initial=-np.inf)
        return max(0.0, view.frontier - float(best)) if view.selling.any() else 0.0

    def profit_abroad(self, view: Published) -> float:
        """Gross profit that foreign providers earn from its customers at the market's mean margin, USD/yr."""
        known = np.isfinite(view.lerner)
        margin = float(view.lerner[known].mean()) if known.any() else 0.0
        spent = view.trade[:, self.place].sum() - view.trade[self.place, self.place]
        return MONTHS * margin * float(spent)
