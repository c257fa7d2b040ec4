"""The auditors: a pool with a stock of effort for each base model, and what they know."""

from dataclasses import dataclass

import numpy as np

from sim.config.oversight import Oversight
from sim.economics import oversight


@dataclass
class Auditors:
    """Audit effort on what has no provider, and the state of hazards that all models share."""

    common: float  # standard normal: what models released now have in common
    fringe_effort: float = 0.0  # auditor-month, on open models without a provider
    understood: float = -np.inf  # nat, highest capability understood so far

    def latent_hazard(self, rule: Oversight, capability: float, own: float) -> float:
        """Hazard of a base model released now, 1/month at full use; its own luck is standard normal."""
        return oversight.latent_hazard(rule, capability, self.common, own)
