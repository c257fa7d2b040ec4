"""Series of each provider and of each product."""

from sim.economics.scaling import Array
from sim.outcomes.record import Record
from sim.outcomes.registry import Derived, Series


def _share(record: Record) -> Array:
    """Share of all providers' revenue."""
    return record.shares


def _alive(record: Record) -> Array:
    """Whether the provider is in business."""
    return record.known.alive


def _selling(record: Record) -> Array:
    """Whether the provider has a model on sale."""
    return record.selling.astype(float)


def _provider_revenue(record: Record) -> Array:
    """Sales."""
    return record.known.revenue


def _serving(record: Record) -> Array:
    """Compute for serving customers."""
    return record.known.serving


def _training(record: Record) -> Array:
    """Outlay for the run in training."""
    return record.known.training


def _cash(record: Record) -> Array:
    """Cash; below zero it is drawn credit."""
    return record.known.cash


def _capability(record: Record) -> Array:
    """Capability of the model on sale."""
    return record.known.capability


def _params(record: Record) -> Array:
    """Size of the model on sale."""
    return record.known.params


def _price(record: Record) -> Array:
    """Price of a million tokens."""
    return record.known.price


def _unit_cost(record: Record) -> Array:
    """Cost of serving a million tokens."""
    return record.known.unit_cost


def _efficiency(record: Record) -> Array:
    """Engineering competence: effective over plain compute, relative to what is public."""
    return record.known.efficiency


PROVIDER_SERIES: tuple[Series, ...] = (
    Derived("alive", "0/1", "In business", _alive),
    Derived("selling", "0/1", "Selling", _selling),
    Derived("share", "1", "Share of revenue", _share),
    Derived("revenue", "USD/month", "Revenue", _provider_revenue),
    Derived("serving", "USD/month", "Serving cost", _serving),
    Derived("training", "USD/month", "Training outlay", _training),
    Derived("cash", "USD", "Cash", _cash),
    Derived("capability", "nat", "Capability", _capability),
    Derived("params", "1", "Parameters", _params),
    Derived("price", "USD/Mtoken", "Price", _price),
    Derived("unit_cost", "USD/Mtoken", "Unit cost", _unit_cost),
    Derived("efficiency", "1", "Engineering competence", _efficiency),
)


def _product_price(record: Record) -> Array:
    """Price of a million tokens; for a machine of one's own, its cost."""
    return record.shelf.price


def _product_cost(record: Record) -> Array:
    """Cost of serving a million tokens, tuning and hosting included."""
    return record.shelf.unit_cost


def _product_capability(record: Record) -> Array:
    """Capability without tuning."""
    return record.shelf.capability


def _product_revenue(record: Record) -> Array:
    """What customers spend on it."""
    return record.shelf.revenue


def _product_use(record: Record) -> Array:
    """Share of all workloads that use it."""
    return record.shelf.use


PRODUCT_SERIES = (
    Derived("price", "USD/Mtoken", "Price", _product_price),
    Derived("unit_cost", "USD/Mtoken", "Unit cost", _product_cost),
    Derived("capability", "nat", "Capability", _product_capability),
    Derived("revenue", "USD/month", "Revenue", _product_revenue),
    Derived("use", "1", "Share of workloads", _product_use),
)
