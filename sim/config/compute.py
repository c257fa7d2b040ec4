"""Parameters of the compute market and of the physical world around it."""

from sim.config.base import Group, quantity


class ComputeMarket(Group):
    """Supply of compute and its price; see `sim.economics.compute`."""

    chip_speed: float = quantity(
        "FLOP/s", "Training compute that an H100-equivalent delivers.", gt=1e9, le=1e24
    )
    stock: float = quantity("H100e", "World stock of accelerators in the first month.", gt=0, le=1e15)
    stock_growth: float = quantity("x/yr", "Growth of that stock in the first year.", ge=0.5, le=100)
    stock_growth_later: float = quantity("x/yr", "Growth of that stock in the long run.", ge=0.5, le=100)
    stock_growth_fade: float = quantity(
        "yr", "Time in which growth fades to that of the long run.", gt=0, le=200
    )
    trend_share: float = quantity(
        "1", "The industry's share of the stock at which compute costs what its trend says.", ge=0, lt=1
    )
    supply_elasticity: float = quantity(
        "1", "Elasticity of the supply of compute to its price over the trend.", gt=0, le=1e6
    )


class Limits(Group):
    """Size of the physical and financial world, and the shares beyond which a run says so."""

    chip_power: float = quantity("kW", "Power of an H100-equivalent in the first month.", gt=0, le=1e6)
    chip_power_gain: float = quantity(
        "x/yr", "Factor by which compute per watt grows in a year.", ge=0.5, le=10
    )
    facility_overhead: float = quantity("1", "Power of the whole site over that of its chips.", ge=1, le=5)
    capital_per_rent: float = quantity("yr", "Years of rent that hardware costs to buy.", gt=0, le=100)
    capital_market: float = quantity("USD", "World's shares and bonds in the first month.", gt=0, le=1e18)
    world_product: float = quantity("USD/yr", "World product in the first year.", gt=0, le=1e18)
    world_growth: float = quantity("x/yr", "Growth of both in a year.", ge=0.5, le=3)
    power_cap: float = quantity("GW", "Power beyond which a run says so.", gt=0, le=1e9)
    chips_cap: float = quantity(
        "1", "Share of the world stock's trend beyond which a run says so.", gt=0, le=1e6
    )
    capital_cap: float = quantity(
        "1", "Share of the capital market beyond which a run says so.", gt=0, le=1e6
    )
    product_cap: float = quantity("1", "Share of world product beyond which a run says so.", gt=0, le=1e6)
