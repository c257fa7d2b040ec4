"""The registry of recorded series."""

from sim.outcomes.market import MARKET
from sim.outcomes.products import PRODUCTS
from sim.outcomes.providers import PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.registry import Outcome, ProductSeries, ProviderSeries
from sim.outcomes.structure import STRUCTURE
from sim.outcomes.technology import TECHNOLOGY

OUTCOMES = MARKET + STRUCTURE + PRODUCTS + TECHNOLOGY

__all__ = ["OUTCOMES", "PRODUCT_SERIES", "PROVIDER_SERIES", "Outcome", "ProductSeries", "ProviderSeries"]
