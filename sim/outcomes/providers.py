"""Series of each provider and of each product."""

from sim.economics.scaling import Array
from sim.outcomes.registry import ProductSeries, ProviderSeries
from sim.published import Published


def _share(view: Published) -> Array:
    """Share of all providers' revenue."""
    return view.revenue_shares


def _alive(view: Published) -> Array:
    """Whether the provider is in business."""
    return view.alive.astype(float)


def _selling(view: Published) -> Array:
    """Whether the provider has a model on sale."""
    return view.selling.astype(float)


def _provider_revenue(view: Published) -> Array:
    """Sales."""
    return view.revenue


def _serving(view: Published) -> Array:
    """Compute for serving customers."""
    return view.serving


def _training(view: Published) -> Array:
    """Outlay for the run in training."""
    return view.training


def _cash(view: Published) -> Array:
    """Cash; below zero it is drawn credit."""
    return view.cash


def _capability(view: Published) -> Array:
    """Capability of the model on sale."""
    return view.capability


def _params(view: Published) -> Array:
    """Size of the model on sale."""
    return view.params


def _price(view: Published) -> Array:
    """Price of a million tokens."""
    return view.price


def _unit_cost(view: Published) -> Array:
    """Cost of serving a million tokens."""
    return view.unit_cost


def _efficiency(view: Published) -> Array:
    """Engineering competence: effective over plain compute, relative to what is public."""
    return view.money.efficiency


PROVIDER_SERIES = (
    ProviderSeries("alive", "0/1", "In business", _alive),
    ProviderSeries("selling", "0/1", "Selling", _selling),
    ProviderSeries("share", "1", "Share of revenue", _share),
    ProviderSeries("revenue", "USD/month", "Revenue", _provider_revenue),
    ProviderSeries("serving", "USD/month", "Serving cost", _serving),
    ProviderSeries("training", "USD/month", "Training outlay", _training),
    ProviderSeries("cash", "USD", "Cash", _cash),
    ProviderSeries("capability", "nat", "Capability", _capability),
    ProviderSeries("params", "1", "Parameters", _params),
    ProviderSeries("price", "USD/Mtoken", "Price", _price),
    ProviderSeries("unit_cost", "USD/Mtoken", "Unit cost", _unit_cost),
    ProviderSeries("efficiency", "1", "Engineering competence", _efficiency),
)


def _product_price(view: Published) -> Array:
    """Price of a million tokens; for a machine of one's own, its cost."""
    return view.catalogue.price


def _product_cost(view: Published) -> Array:
    """Cost of serving a million tokens, tuning and hosting included."""
    return view.catalogue.unit_cost


def _product_capability(view: Published) -> Array:
    """Capability without tuning."""
    return view.catalogue.capability


def _product_revenue(view: Published) -> Array:
    """What customers spend on it."""
    return view.product_revenue


def _product_use(view: Published) -> Array:
    """Share of all workloads that use it."""
    return view.product_use


PRODUCT_SERIES = (
    ProductSeries("price", "USD/Mtoken", "Price", _product_price),
    ProductSeries("unit_cost", "USD/Mtoken", "Unit cost", _product_cost),
    ProductSeries("capability", "nat", "Capability", _product_capability),
    ProductSeries("revenue", "USD/month", "Revenue", _product_revenue),
    ProductSeries("use", "1", "Share of workloads", _product_use),
)
