"""The simulator of the market for mega models: `sim.load("baseline")`, `sim.run(scenario, seed=1)`."""

from sim import studies
from sim.errors import UserError
from sim.model import Run, run
from sim.scenario import Scenario, load

__all__ = ["Run", "Scenario", "UserError", "load", "run", "studies"]
