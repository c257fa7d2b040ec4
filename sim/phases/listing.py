"""Lists what can be had this month: every provider's tiers, and what runs without a provider."""

from typing import Any

import numpy as np

from sim.agents.provider import BaseModel, Provider
from sim.columns import LOCAL, OPEN
from sim.config.products import Tier
from sim.economics import open_frontier, progress
from sim.economics.finetuning import MODES
from sim.economics.scaling import Array, optimal_params
from sim.economics.utility import Goods
from sim.published import Catalogue
from sim.world import World

Row = dict[str, Any]  # a product as a row of the catalogue
FREE = {LOCAL: "single machine", OPEN: "open weights"}


def products_are_listed(world: World) -> None:
    """Make the month's catalogue; prices of products that were there stay until they are set anew."""
    rows = [*_sold(world), *_without_provider(world)]
    codes = np.array([row["code"] for row in rows], dtype=np.intp)
    before = dict(zip(world.catalogue.code.tolist(), world.catalogue.price, strict=True))

    def column(name: str) -> Array:
        return np.array([row[name] for row in rows], dtype=float)

    def numbers(name: str) -> np.ndarray:
        return np.array([row[name] for row in rows], dtype=np.intp)

    free = np.array([row["provider"] < 0 for row in rows], dtype=bool)
    known = np.array([before.get(code, np.nan) for code in codes.tolist()], dtype=float)
    world.catalogue = Catalogue(
        code=codes,
        provider=numbers("provider"),
        tier=numbers("tier"),
        line=numbers("line"),
        names=tuple(row["name"] for row in rows),
        owners=tuple(row["owner"] for row in rows),
        goods=Goods(
            column("capability"), numbers("mode"), column("engineering"), column("privacy"), column("shallow")
        ),
        params=column("params"),
        unit_cost=column("unit_cost"),
        price=np.where(free, column("unit_cost"), known),
    )


def _sold(world: World) -> list[Row]:
    """Rows of the providers' products."""
    config = world.config
    per_usd = _serving_flop_per_usd(world)
    rows = []
    for i in world.sellers:
        provider = world.providers[i]
        assert provider.model is not None
        for t, tier in enumerate(config.tiers):
            if tier.name in provider.config.tiers:
                q, params = provider.model.capability, provider.model.params
                if tier.model == "economy":
                    q, params = q - config.economy.capability_gap, params * config.economy.size_ratio
                cost = float(progress.serving_cost(params, per_usd)) * (1 + tier.fee)
                row = _row(i * len(config.tiers) + t, i, t, tier.name, provider.name, q, params, cost)
                rows.append(row | _tier_columns(tier))
    return rows


def _row(
    code: int, provider: int, tier: int, name: str, owner: str, q: float, params: float, unit_cost: float
) -> Row:
    return {
        "code": code, "provider": provider, "tier": tier, "line": provider, "name": name, "owner": owner,
        "capability": q, "params": params, "unit_cost": unit_cost,
    }  # fmt: skip


def _tier_columns(tier: Tier) -> Row:
    return {
        "mode": MODES.index(tier.tuning), "engineering": tier.engineering, "privacy": tier.privacy,
        "shallow": 0.0,
    }  # fmt: skip


def _without_provider(world: World) -> list[Row]:
    """Rows of the single machine and of open weights, as far as there has been a frontier to trail."""
    rules = world.config.open_frontier
    per_usd = _serving_flop_per_usd(world) / rules.cost_ratio
    rows = []
    for code, q, params in (_single_machine(world), _open_weights(world)):
        if np.isnan(q):
            continue
        line = len(world.providers) + (code == OPEN)
        cost = float(progress.serving_cost(params, per_usd))
        row = _row(code, -1, -1, FREE[code], FREE[code], q, params, cost) | {"line": line}
        if code == LOCAL:
            extra = {"mode": 0, "engineering": rules.local_engineering, "shallow": rules.depth_penalty}
        else:
            extra = {"mode": MODES.index("full"), "engineering": rules.open_engineering, "shallow": 0.0}
        rows.append(row | extra | {"privacy": 1.0})
    return rows


def _single_machine(world: World) -> tuple[int, float, float]:
    """The best model that fits: it trails the frontier, under the ceiling of its size."""
    config, rules = world.config, world.config.open_frontier
    law, reference = config.scaling, config.technology.reference_flop
    fits = open_frontier.machine_params(rules, world.month)
    leap = rules.leap if world.month >= rules.leap_month else 0.0
    stretch = float(np.exp(world.algorithms[-1]))
    top = open_frontier.ceiling(law, fits, stretch, reference) + leap
    q = min(_trailing(world, rules.local_lag) + leap, top)
    size = float(optimal_params(law, reference * np.exp(q) / stretch))
    return LOCAL, q, min(fits, size)


def _open_weights(world: World) -> tuple[int, float, float]:
    """The best public weights: those given away or mandated, or others' that trail the frontier."""
    config = world.config
    law, reference = config.scaling, config.technology.reference_flop
    models = [model for provider in world.providers for model in published_models(world, provider)]
    best = max(models, key=lambda model: model.capability, default=None)
    trailing = _trailing(world, config.open_frontier.open_lag)
    if best is not None and best.capability >= trailing:
        return OPEN, best.capability, best.params
    stretch = float(np.exp(world.algorithms[-1]))
    return OPEN, trailing, float(optimal_params(law, reference * np.exp(trailing) / stretch))


def published_models(world: World, provider: Provider) -> list[BaseModel]:
    """Models whose weights are public: an open provider's flagship, and those that the law opens."""
    given = [provider.model] if provider.model and provider.config.weights == "open" else []
    delay = world.rules.open_after.get(provider.name)
    if delay is None:
        return given
    models = (account.model for account in provider.vintages)
    return given + [model for model in models if world.month - model.release_month >= delay]


def _serving_flop_per_usd(world: World) -> float:
    """Serving compute that a dollar rents at this month's price of compute, FLOP/USD."""
    return progress.serving_flop_per_usd(world.config.technology, world.month) / world.compute_premium


def _trailing(world: World, months: float) -> float:
    """Capability of the frontier some months ago; the more activations leave the providers, the fewer."""
    expected = world.config.training.expected_progress / progress.MONTHS
    behind = open_frontier.lag(months, world.config.open_frontier.leakage, _activations_share(world))
    return open_frontier.lagged(world.frontier, behind, expected)


def _activations_share(world: World) -> float:
    """Share of the workloads with a provider to which it returns activations."""
    used = world.workloads.product[world.workloads.product >= 0]
    returned = np.array([tier.tuning == "activations" for tier in world.config.tiers])
    return float(returned[used % len(returned)].mean()) if len(used) else 0.0
