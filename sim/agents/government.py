"""A government and its jurisdiction."""

import mesa

from sim.config.actors import Government as GovernmentConfig


class Government(mesa.Agent):
    """A government; without measures it only stands for its jurisdiction's customers."""

    def __init__(self, market: mesa.Model, config: GovernmentConfig) -> None:
        super().__init__(market)
        self.config = config
        self.name = config.name
