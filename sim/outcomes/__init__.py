"""The registry of recorded series."""

from sim.outcomes.access import ACCESS
from sim.outcomes.governments import GOVERNMENTS, PUBLIC_SERIES
from sim.outcomes.jurisdictions import JURISDICTION_SERIES
from sim.outcomes.market import MARKET
from sim.outcomes.money import MONEY
from sim.outcomes.products import PRODUCTS
from sim.outcomes.providers import PRODUCT_SERIES
from sim.outcomes.providers import PROVIDER_SERIES as PROVIDERS
from sim.outcomes.registry import Derived, Noted, Series
from sim.outcomes.rivalry import PROVIDER_RIVALRY, RIVALRY
from sim.outcomes.safety import SAFETY, SAFETY_SERIES
from sim.outcomes.structure import STRUCTURE
from sim.outcomes.technology import TECHNOLOGY

OUTCOMES = MARKET + STRUCTURE + PRODUCTS + TECHNOLOGY + MONEY + RIVALRY + GOVERNMENTS + SAFETY + ACCESS
PROVIDER_SERIES = PROVIDERS + PROVIDER_RIVALRY + PUBLIC_SERIES + SAFETY_SERIES

__all__ = [
    "JURISDICTION_SERIES", "OUTCOMES", "PRODUCT_SERIES", "PROVIDER_SERIES", "Derived", "Noted", "Series",
]  # fmt: skip
